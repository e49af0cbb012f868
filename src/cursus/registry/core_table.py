"""The rows of the core table, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cursus.model.step import StepEntry


def _row(
    name: str, sagemaker_step_type: str, description: str, *, config: str | None = None, builder: str | None = None
) -> StepEntry:
    return StepEntry(
        name=name,
        config_class=config or f"{name}Config",
        builder_step_name=builder or f"{name}StepBuilder",
        spec_type=name,
        sagemaker_step_type=sagemaker_step_type,
        description=description,
    )


_ROWS = (
    _row(
        "Base", "Base", "What every step's config has in common", config="BasePipelineConfig", builder="StepBuilderBase"
    ),
    _row("Processing", "Processing", "What every processing step has in common", config="ProcessingStepConfigBase"),
    _row("CradleDataLoading", "CradleDataLoading", "Loads data from Cradle", config="CradleDataLoadConfig"),
    _row("TabularPreprocessing", "Processing", "Prepares a table and splits it into disjoint parts"),
    _row("RiskTableMapping", "Processing", "Maps categories to their observed risk"),
    _row("CurrencyConversion", "Processing", "Converts amounts to one currency"),
    _row("PyTorchTraining", "Training", "Trains a PyTorch model"),
    _row("XGBoostTraining", "Training", "Trains an XGBoost model"),
    _row("DummyTraining", "Processing", "Passes a model that is already trained on to the steps after training"),
    _row("XGBoostModelEval", "Processing", "Evaluates an XGBoost model"),
    _row("ModelEval", "Processing", "Evaluates a model: predictions and metrics"),
    _row("PyTorchModel", "CreateModel", "Makes a SageMaker model from PyTorch artifacts"),
    _row("XGBoostModel", "CreateModel", "Makes a SageMaker model from XGBoost artifacts"),
    _row("ModelCalibration", "Processing", "Calibrates a model's scores"),
    _row("Package", "Processing", "Packs a model with what it needs to serve"),
    _row("Registration", "MimsModelRegistrationProcessing", "Registers a packaged model"),
    _row("Payload", "Processing", "Makes sample payloads for load tests"),
    _row("HyperparameterPrep", "Lambda", "Writes hyperparameters to where training reads them"),
    _row("BatchTransform", "Transform", "Scores a data set with a model", config="BatchTransformStepConfig"),
)

#: Canonical name -> row, in the order of the published table.
CORE_ROWS: Mapping[str, StepEntry] = MappingProxyType({row.name: row for row in _ROWS})
