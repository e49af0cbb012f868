from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cursus.core.base import BasePipelineConfig, ProcessingStepConfigBase, ScriptContract, TrainingStepConfigBase
from cursus.core.base.step_configs import JobConfigBase
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join, plain

ESSENTIAL: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": "arn:aws:iam::123456789012:role/R",
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
}


def config(**changes: Any) -> BasePipelineConfig:
    return BasePipelineConfig(**(ESSENTIAL | changes))


@pytest.mark.parametrize(
    ("region", "name"),
    [("NA", "us-east-1"), ("EU", "eu-west-1"), ("FE", "us-west-2"), ("ap-southeast-2", "ap-southeast-2")],
)
def test_region_aliases(region: str, name: str) -> None:
    assert config(region=region).aws_region == name


@pytest.mark.parametrize("region", ["na", "us-east", "", "moon"])
def test_an_unknown_region_is_refused(region: str) -> None:
    with pytest.raises(ValidationError, match="nor the name of an AWS region"):
        config(region=region)


def test_derived_values() -> None:
    made = config()
    assert made.pipeline_name == "ana-Delay-xgboost-NA"
    assert made.pipeline_s3_loc == "s3://bk/ana-Delay-xgboost-NA/1.0"
    assert "Delay" in made.pipeline_description


def test_a_derived_value_may_be_given() -> None:
    made = config(pipeline_name="mine", pipeline_s3_loc="s3://other/place/")
    assert (made.pipeline_name, made.pipeline_s3_loc) == ("mine", "s3://other/place")


def test_a_bucket_known_only_when_the_pipeline_runs() -> None:
    location = config(bucket={"Get": "Parameters.Bucket"}).pipeline_s3_loc
    assert isinstance(location, Join)
    assert plain(location)["Std:Join"]["Values"][-2:] == ["ana-Delay-xgboost-NA", "1.0"]


def test_tiers() -> None:
    tiers = config().categorize_fields()
    assert tiers["essential"] == ["author", "bucket", "role", "region", "service_name", "pipeline_version"]
    assert tiers["system"] == ["model_class", "current_date", "framework_version", "py_version", "source_dir"]
    assert tiers["derived"] == ["aws_region", "pipeline_name", "pipeline_description", "pipeline_s3_loc"]


def test_from_base_config_keeps_extra_fields_and_lets_values_win() -> None:
    base = config(label_field="late", current_date="2020-01-01")
    made = ProcessingStepConfigBase.from_base_config(base, author="bo", processing_instance_count=2)
    assert (made.author, made.processing_instance_count, made.current_date) == ("bo", 2, "2020-01-01")
    assert made.label_field == "late"  # type: ignore[attr-defined]


def test_missing_and_wrong_values_are_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        BasePipelineConfig.from_values({"author": "ana", "bucket": "", "region": "XX"}, node="train")
    message = caught.value.message
    assert message.startswith("Step 'train': BasePipelineConfig does not accept its values")
    assert "'role' is missing" in message
    assert "'bucket': must not be empty" in message
    assert "'region': 'XX' is neither NA, EU, FE nor" in message
    assert "Set role, service_name, pipeline_version" in (caught.value.hint or "")


def test_a_reference_given_to_a_text_field_survives() -> None:
    class Own(BasePipelineConfig):
        label_field: str

    made = Own.from_values({**ESSENTIAL, "label_field": {"Get": "Parameters.Label"}})
    assert made.label_field == "${cursus:Parameters.Label}"


def test_a_reference_given_to_a_number_is_refused() -> None:
    class Own(BasePipelineConfig):
        rows: int

    with pytest.raises(ConfigurationError, match="'rows'"):
        Own.from_values({**ESSENTIAL, "rows": {"Get": "Parameters.Rows"}}, node="n")


def test_references_are_dumped_as_the_definition_has_them() -> None:
    made = JobConfigBase(**ESSENTIAL, instance_type={"Get": "Parameters.T"})
    assert made.instance_type == Get("Parameters.T")
    assert made.model_dump()["instance_type"] == {"Get": "Parameters.T"}
    assert JobConfigBase(**made.model_dump()).instance_type == Get("Parameters.T")


def test_step_name_by_registry_row_and_by_convention() -> None:
    class TabularPreprocessingConfig(ProcessingStepConfigBase):
        pass

    class FlightFeaturesConfig(ProcessingStepConfigBase):
        pass

    assert config().get_step_name() == "Base"
    assert TabularPreprocessingConfig(**ESSENTIAL).get_step_name() == "TabularPreprocessing"
    assert FlightFeaturesConfig(**ESSENTIAL).get_step_name() == "FlightFeatures"


def test_script_path() -> None:
    class Own(ProcessingStepConfigBase):
        def get_script_contract(self) -> ScriptContract:
            return ScriptContract(
                entry_point="a.py", expected_input_paths={}, expected_output_paths={}, required_env_vars=[]
            )

    assert config().get_script_path("x") == "x"
    assert Own(**ESSENTIAL).get_script_path() == "a.py"
    assert Own(**ESSENTIAL, source_dir="src", processing_entry_point="b.py").get_script_path() == "src/b.py"
    assert (
        TrainingStepConfigBase(**ESSENTIAL, source_dir="s", training_entry_point="t.py").get_script_path() == "s/t.py"
    )
    assert Own(**ESSENTIAL).script_contract == Own(**ESSENTIAL).get_script_contract()


def test_the_large_instance() -> None:
    made = ProcessingStepConfigBase(**ESSENTIAL, use_large_processing_instance=True)
    assert made.effective_instance_type == "ml.m5.4xlarge"
    assert ProcessingStepConfigBase(**ESSENTIAL).effective_instance_type == "ml.m5.xlarge"
    assert ProcessingStepConfigBase(**ESSENTIAL, processing_instance_type="a").effective_instance_type == "a"
