from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import field_validator

from cursus.core.base import PipelineStep, ProcessingStepConfigBase, StepBuilderBase, build_step
from cursus.core.base.build import BuiltStep
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, plain
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec

VALUES: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": "arn:aws:iam::123456789012:role/R",
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "label_field": "late",
}
CONTRACT = Contract(
    "run.py",
    {"flights": "/opt/ml/processing/input/flights"},
    {"features": "/opt/ml/processing/output/features"},
    ("LABEL_FIELD",),
    {},
    {"mode": "fast"},
    source=Path("contracts/run_contract.py"),
    line=7,
)
SPEC = Spec(
    "Flights",
    NodeType.INTERNAL,
    (Dependency("flights", DependencyType.PROCESSING_OUTPUT),),
    (Output("features", DependencyType.PROCESSING_OUTPUT, "properties.X"),),
    source=Path("specs/run_spec.py"),
    line=3,
)


def build(builder: Any = None, config: Any = None, **changes: Any) -> BuiltStep:
    arguments: dict[str, Any] = {
        "node": "flights",
        "builder_class": builder,
        "config_class": config,
        "values": VALUES,
        "sagemaker_step_type": "Processing",
        "contract": CONTRACT,
        "spec": SPEC,
        "compute": {},
        "inputs": {"flights": "s3://in"},
        "depends_on": ["b", "a"],
        "code_uri": "s3://bk/code/1/sourcedir.tar.gz",
        "code_entry_point": "run.py",
    }
    return build_step(**(arguments | changes))


def test_the_same_twice() -> None:
    first, second = build(), build()
    assert first == second
    assert first.step.depends_on == ("a", "b")


def test_an_overridden_method_counts_and_nothing_else_changes() -> None:
    class Own(StepBuilderBase):
        def _get_environment_variables(self) -> dict[str, Any]:
            return {**super()._get_environment_variables(), "EXTRA": "1"}

    default, own = plain(build().step.request), plain(build(Own).step.request)
    assert own.pop("Environment") == {**default.pop("Environment"), "EXTRA": "1"}
    assert own == default


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["--mode", "slow", "--n", 3], {"mode": "slow", "n": "3"}),
        ({"mode": "slow", "n": None}, {"mode": "slow"}),
        (["--mode=slow", "--flag"], {"mode": "slow", "flag": ""}),
        (None, {}),
    ],
)
def test_job_arguments_in_the_forms_people_return(given: Any, expected: dict[str, str]) -> None:
    class Own(StepBuilderBase):
        def _get_job_arguments(self) -> Any:
            return given

    assert build(Own).arguments == expected


def test_a_job_argument_without_a_name_is_refused() -> None:
    class Own(StepBuilderBase):
        def _get_job_arguments(self) -> Any:
            return ["slow"]

    with pytest.raises(ConfigurationError, match="'slow' follows no --name"):
        build(Own)


def test_inputs_outputs_and_image_may_be_overridden_without_losing_the_code() -> None:
    class Own(StepBuilderBase):
        def _get_inputs(self, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
            (found,) = super()._get_inputs(inputs)
            found["S3Input"]["S3DataDistributionType"] = "ShardedByS3Key"
            return [found]

        def _get_outputs(self, outputs: Mapping[str, Any]) -> list[dict[str, Any]]:
            return super()._get_outputs({"features": "s3://elsewhere"})

        def _get_image_uri(self) -> str:
            return "own"

    request = build(Own).step.request
    assert request["ProcessingInputs"][0]["S3Input"]["S3DataDistributionType"] == "ShardedByS3Key"
    assert request["ProcessingInputs"][1]["InputName"] == "code"
    assert request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"] == "s3://elsewhere"
    assert request["AppSpecification"]["ImageUri"] == "own"


def test_a_builder_that_builds_everything_itself() -> None:
    class Own(StepBuilderBase):
        def create_step(self, **given: Any) -> PipelineStep:  # type: ignore[override]
            assert set(given) == {"inputs", "outputs", "dependencies", "enable_caching"}
            return PipelineStep("another", "Processing", {"Environment": {"A": "1"}}, ("c",))

    built = build(Own)
    assert (built.step.name, built.step.depends_on) == ("flights", ("a", "b", "c"))
    assert built.environment == {"A": "1"}


def test_a_builder_without_a_spec_argument_gets_it_afterwards() -> None:
    class Own(StepBuilderBase):
        def __init__(self, config: Any, sagemaker_session: Any = None, role: Any = None) -> None:
            super().__init__(config=config, sagemaker_session=sagemaker_session, role=role)

    assert build(Own) == build()


def test_a_builder_that_returns_something_else() -> None:
    class Own(StepBuilderBase):
        def create_step(self, **given: Any) -> Any:  # type: ignore[override]
            return {"Name": "flights"}

    with pytest.raises(ConfigurationError, match="create_step of Own returned a dict, not a PipelineStep"):
        build(Own)


def test_a_class_that_is_no_builder_or_no_config() -> None:
    with pytest.raises(ConfigurationError, match="'Path' is not a StepBuilderBase"):
        build(Path)
    with pytest.raises(ConfigurationError, match="'Path' is not a BasePipelineConfig"):
        build(None, Path)


def test_validation_of_the_builder_comes_first() -> None:
    class Own(StepBuilderBase):
        def validate_configuration(self) -> None:
            raise ConfigurationError("no")

    with pytest.raises(ConfigurationError, match=r"^no$"):
        build(Own)


class Config(ProcessingStepConfigBase):
    processing_instance_type: str = "ml.c5.large"
    slices: str = "a"

    @field_validator("slices")
    @classmethod
    def _is_short(cls, value: str) -> str:
        if len(value) > 40:
            raise ValueError("is too long.")
        return value


def test_a_default_of_a_written_config_wins_over_the_manifest() -> None:
    request = build(None, Config, compute={"instance_type": "ml.m5.large", "instance_count": 2}).step.request
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert (cluster["InstanceType"], cluster["InstanceCount"]) == ("ml.c5.large", 2)


def test_a_reference_in_a_text_field_comes_out_as_a_reference() -> None:
    contract = Contract("run.py", CONTRACT.inputs, CONTRACT.outputs, ("SLICES",))

    class Own(StepBuilderBase):
        def _get_environment_variables(self) -> dict[str, Any]:
            return {**super()._get_environment_variables(), "BOTH": f"{self.config.slices}-x"}  # type: ignore[attr-defined]

    values = VALUES | {"slices": {"Get": "Parameters.Slices"}}
    built = build(Own, Config, values=values, contract=contract, parameters={"Slices": "s"})
    assert plain(built.step.request["Environment"]) == {
        "SLICES": {"Get": "Parameters.Slices"},
        "BOTH": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Slices"}, "-x"]}},
    }
    assert built.environment == {"SLICES": "s", "BOTH": "s-x"}


def test_config_errors_name_step_field_and_cause() -> None:
    with pytest.raises(ConfigurationError) as caught:
        build(None, Config, values={**VALUES, "slices": "s" * 50})
    assert caught.value.message == "Step 'flights': Config does not accept its values: 'slices': is too long."
    assert caught.value.step == "flights"


def test_a_contract_or_spec_that_does_not_hold_is_placed_in_its_file() -> None:
    broken = Contract("run.py", {"flights": "/tmp"}, {}, source=CONTRACT.source, line=7)
    with pytest.raises(ConfigurationError, match="its contract does not hold") as caught:
        build(contract=broken)
    assert (caught.value.file, caught.value.line) == (CONTRACT.source, 7)
    with pytest.raises(ConfigurationError, match=r"its spec does not hold.*'source' must not have") as caught:
        build(spec=Spec("Flights", NodeType.SOURCE, SPEC.dependencies, SPEC.outputs, source=SPEC.source, line=3))
    assert (caught.value.file, caught.value.line) == (SPEC.source, 3)
    with pytest.raises(ConfigurationError, match=r"its spec does not hold.*contract output 'features' is no output"):
        build(spec=Spec("Flights", NodeType.SINK, SPEC.dependencies))


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'Processin' is not a SageMaker step type"):
        build(sagemaker_step_type="Processin")


def test_parameters_give_local_runs_their_values() -> None:
    values = VALUES | {"label_field": {"Get": "Parameters.Label"}, "mode": {"Get": "Parameters.Mode"}}
    built = build(values=values, parameters={"Label": "delayed", "Mode": 2})
    assert built.environment == {"LABEL_FIELD": "delayed"}
    assert built.arguments == {"mode": "2"}
    assert plain(built.step.request["Environment"]["LABEL_FIELD"])["Std:Join"]["Values"] == [
        {"Get": "Parameters.Label"}
    ]


def test_a_builder_used_by_hand() -> None:
    class FlightsConfig(ProcessingStepConfigBase):
        pass

    builder = StepBuilderBase(FlightsConfig(**VALUES, image_uri="i", job_type="training"))
    before = PipelineStep("before", "Processing", {})
    step = builder.create_step(dependencies=[before, "first"])
    assert (step.name, step.type, step.depends_on) == ("Flights-Training", "Processing", ("before", "first"))
    assert step.options == {"CacheConfig": {"Enabled": True}}
    assert builder.create_step(enable_caching=False).options == {}
    assert builder.STEP_NAMES["XGBoostTraining"] == "XGBoostTrainingStepBuilder"
    with pytest.raises(ConfigurationError, match="unknown arguments: outpust"):
        builder.create_step(outpust={})
    with pytest.raises(ConfigurationError, match="neither a step nor the name of one"):
        builder.create_step(dependencies=[3])  # type: ignore[list-item]


def test_the_type_of_a_builder_used_by_hand() -> None:
    class XGBoostModelConfig(ProcessingStepConfigBase):
        pass

    class Own(StepBuilderBase):
        STEP_TYPE = "Fail"

    config = XGBoostModelConfig(**VALUES, image_uri="i", model_data_url="s3://m")
    assert StepBuilderBase(config).create_step().type == "Model"
    assert Own(XGBoostModelConfig(**VALUES, error_message="no")).create_step().type == "Fail"


def test_references_between_steps_stay_references() -> None:
    source = Get.step("before", "properties.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri")
    request = build(inputs={"flights": source}).step.request
    assert request["ProcessingInputs"][0]["S3Input"]["S3Uri"] == source
