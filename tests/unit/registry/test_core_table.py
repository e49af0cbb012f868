from __future__ import annotations

from cursus.registry.core_table import CORE_ROWS

TYPES = {
    "Base": "Base",
    "Processing": "Processing",
    "CradleDataLoading": "CradleDataLoading",
    "TabularPreprocessing": "Processing",
    "RiskTableMapping": "Processing",
    "CurrencyConversion": "Processing",
    "PyTorchTraining": "Training",
    "XGBoostTraining": "Training",
    "DummyTraining": "Processing",
    "XGBoostModelEval": "Processing",
    "ModelEval": "Processing",
    "PyTorchModel": "CreateModel",
    "XGBoostModel": "CreateModel",
    "ModelCalibration": "Processing",
    "Package": "Processing",
    "Registration": "MimsModelRegistrationProcessing",
    "Payload": "Processing",
    "HyperparameterPrep": "Lambda",
    "BatchTransform": "Transform",
}
CONFIGS = {
    "Base": "BasePipelineConfig",
    "Processing": "ProcessingStepConfigBase",
    "CradleDataLoading": "CradleDataLoadConfig",
    "BatchTransform": "BatchTransformStepConfig",
}


def test_rows() -> None:
    assert {name: row.sagemaker_step_type for name, row in CORE_ROWS.items()} == TYPES
    for name, row in CORE_ROWS.items():
        assert row.name == name
        assert row.config_class == CONFIGS.get(name, f"{name}Config")
        assert row.builder_step_name == ("StepBuilderBase" if name == "Base" else f"{name}StepBuilder")
        assert row.spec_type == name
        assert row.description
