"""Builders that return steps of SDK v3, built as a pipeline's node is, without the network."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

from cursus.core.base.build import BuiltStep, build_step
from cursus.core.base.builder_base import StepBuilderBase
from cursus.core.compiler import validate_definition
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, plain
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec


def _sdk_major() -> str | None:
    try:
        return version("sagemaker").partition(".")[0]
    except PackageNotFoundError:
        return None


pytestmark = pytest.mark.skipif(
    _sdk_major() != "3", reason="SageMaker SDK v3 is not installed: tools/sdk_equality.sh 3"
)

VALUES: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": "arn:aws:iam::123456789012:role/R",
    "region": "EU",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "pipeline_s3_loc": "s3://bk/p",
}
SPEC = Spec(
    "S",
    NodeType.INTERNAL,
    (Dependency("rows", DependencyType.PROCESSING_OUTPUT),),
    (Output("features", DependencyType.PROCESSING_OUTPUT, "properties.X"),),
)
CONTRACT = Contract(
    "run.py",
    {"rows": "/opt/ml/processing/input/rows"},
    {"features": "/opt/ml/processing/output/features"},
)
ARCHIVE = "s3://bk/p/code/abc/sourcedir.tar.gz"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"


def build(builder: type[StepBuilderBase], type_: str = "Processing", *, code: bool = True, **values: Any) -> BuiltStep:
    return build_step(
        node="node",
        builder_class=builder,
        config_class=None,
        values=VALUES | values,
        sagemaker_step_type=type_,
        contract=CONTRACT,
        spec=SPEC,
        compute={},
        inputs={"rows": Get.step("before", "properties.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri")},
        depends_on=["before"],
        code_uri=ARCHIVE if code else None,
        code_entry_point="run.py" if code else None,
    )


class Processing(StepBuilderBase):
    def create_step(self, inputs: Any = None, outputs: Any = None, dependencies: Any = None, **kwargs: Any) -> Any:
        from sagemaker.core.processing import ScriptProcessor
        from sagemaker.core.shapes import (
            ProcessingInput,
            ProcessingOutput,
            ProcessingS3Input,
            ProcessingS3Output,
        )
        from sagemaker.mlops.workflow.steps import ProcessingStep

        processor = ScriptProcessor(
            role=self.role,
            image_uri=IMAGE,
            command=["python3"],
            instance_type="ml.m5.xlarge",
            instance_count=1,
            sagemaker_session=self.session,
        )
        arguments = processor.run(
            code=__file__,
            inputs=[
                ProcessingInput(
                    input_name="rows",
                    s3_input=ProcessingS3Input(
                        s3_uri=inputs["rows"],
                        local_path="/opt/ml/processing/input/rows",
                        s3_data_type="S3Prefix",
                        s3_input_mode="File",
                    ),
                )
            ],
            outputs=[
                ProcessingOutput(
                    output_name="features",
                    s3_output=ProcessingS3Output(
                        s3_uri="s3://bk/p/node/features",
                        local_path="/opt/ml/processing/output/features",
                        s3_upload_mode="EndOfJob",
                    ),
                )
            ],
        )
        return ProcessingStep("any name", step_args=arguments, depends_on=list(dependencies))


def test_a_processing_step_of_the_sdk() -> None:
    step = build(Processing).step
    request = plain(step.request)
    assert (step.name, step.type, step.depends_on) == ("node", "Processing", ("before",))
    assert [i["S3Input"]["S3Uri"] for i in request["ProcessingInputs"]] == [
        {"Get": "Steps.before.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri"},
        ARCHIVE,
    ]
    assert "./run.py" in request["AppSpecification"]["ContainerEntrypoint"][2]


def test_the_request_is_one_that_sagemaker_takes_and_the_same_every_time() -> None:
    step = build(Processing).step
    assert step == build(Processing).step
    fed = plain(step.request)
    fed["ProcessingInputs"][0]["S3Input"]["S3Uri"] = "s3://bk/rows"
    definition = {
        "Version": "2020-12-01",
        "Steps": [{"Name": step.name, "Type": step.type, "Arguments": fed, **step.options}],
    }
    assert validate_definition(definition) == ()


class Fail(StepBuilderBase):
    def create_step(self, **kwargs: Any) -> Any:
        from sagemaker.mlops.workflow.fail_step import FailStep

        return FailStep("a", error_message="not good enough")


def test_a_step_without_a_job() -> None:
    assert build(Fail).step.request == {"ErrorMessage": "not good enough"}


def test_an_upload_that_is_not_the_steps_code() -> None:
    with pytest.raises(ConfigurationError, match="wants to upload"):
        build(Processing, code=False)
