"""Builders that return steps of SDK v2, built as a pipeline's node is, without the network."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
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
    _sdk_major() != "2", reason="SageMaker SDK v2 is not installed: tools/sdk_equality.sh 2"
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
    (),
    {"MINUTES": "15"},
    {"job-type": "training"},
)
ARCHIVE = "s3://bk/p/code/abc/sourcedir.tar.gz"


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
    """As builders are written for the SDK, with imports inside so that this file loads without it."""

    #: A local file besides the script, or None.
    more: str | None = None

    def create_step(self, inputs: Any = None, outputs: Any = None, dependencies: Any = None, **kwargs: Any) -> Any:
        from sagemaker.processing import ProcessingInput, ProcessingOutput
        from sagemaker.sklearn.processing import SKLearnProcessor
        from sagemaker.workflow.steps import ProcessingStep

        processor = SKLearnProcessor(
            framework_version="1.2-1",
            role=self.role,
            instance_type="ml.m5.xlarge",
            instance_count=1,
            env=self._get_environment_variables(),
            sagemaker_session=self.session,
        )
        given = [ProcessingInput(inputs["rows"], "/opt/ml/processing/input/rows", "rows")]
        if self.more is not None:
            given.append(ProcessingInput(self.more, "/opt/ml/processing/input/more", "more"))
        arguments = processor.run(
            code=__file__,
            inputs=given,
            outputs=[ProcessingOutput("/opt/ml/processing/output/features", output_name="features")],
            arguments=self._get_job_arguments(),
        )
        return ProcessingStep("any name", step_args=arguments, depends_on=list(dependencies))


def test_a_processing_step_of_the_sdk() -> None:
    before = dict(os.environ)
    built = build(Processing, minutes=20)
    step, request = built.step, plain(built.step.request)
    assert (step.name, step.type, step.depends_on) == ("node", "Processing", ("before",))
    assert [i["S3Input"]["S3Uri"] for i in request["ProcessingInputs"]] == [
        {"Get": "Steps.before.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri"},
        ARCHIVE,
    ]
    assert "./run.py" in request["AppSpecification"]["ContainerEntrypoint"][2]
    assert request["AppSpecification"]["ContainerArguments"] == ["--job-type", "training"]
    assert "eu-west-1" in request["AppSpecification"]["ImageUri"]
    assert built.environment == {"MINUTES": "20"}
    assert dict(os.environ) == before


def test_the_request_is_one_that_sagemaker_takes() -> None:
    step = build(Processing).step
    fed = plain(step.request)
    fed["ProcessingInputs"][0]["S3Input"]["S3Uri"] = "s3://bk/rows"
    definition = {
        "Version": "2020-12-01",
        "Steps": [{"Name": step.name, "Type": step.type, "Arguments": fed, **step.options}],
    }
    assert validate_definition(definition) == ()


def test_it_is_the_same_every_time() -> None:
    assert build(Processing).step == build(Processing).step


class Training(StepBuilderBase):
    def create_step(self, inputs: Any = None, outputs: Any = None, dependencies: Any = None, **kwargs: Any) -> Any:
        from sagemaker.inputs import TrainingInput
        from sagemaker.sklearn.estimator import SKLearn
        from sagemaker.workflow.steps import TrainingStep

        learner = SKLearn(
            entry_point=__file__,
            framework_version="1.2-1",
            role=self.role,
            instance_type="ml.m5.xlarge",
            hyperparameters={"depth": 3},
            sagemaker_session=self.session,
        )
        return TrainingStep("train", step_args=learner.fit({"rows": TrainingInput(inputs["rows"])}))


def test_a_training_step_of_the_sdk() -> None:
    request = plain(build(Training, "Training").step.request)
    assert request["HyperParameters"]["sagemaker_submit_directory"] == f'"{ARCHIVE}"'
    assert request["HyperParameters"]["sagemaker_program"] == '"run.py"'
    assert request["HyperParameters"]["depth"] == "3"
    assert "bk" in str(request["OutputDataConfig"]["S3OutputPath"])


class WithMore(Processing):
    more = str(Path(__file__))


class TwoSteps(StepBuilderBase):
    def create_step(self, **kwargs: Any) -> Any:
        from sagemaker.workflow.fail_step import FailStep
        from sagemaker.workflow.step_collections import StepCollection

        return StepCollection("both", [FailStep("a", error_message="x"), FailStep("b", error_message="y")])


class Calls(StepBuilderBase):
    def create_step(self, **kwargs: Any) -> Any:
        from sagemaker.workflow.fail_step import FailStep

        return FailStep("a", error_message=self.session.account_id())


class OwnSession(StepBuilderBase):
    def create_step(self, **kwargs: Any) -> Any:
        import botocore.session
        from sagemaker.workflow.fail_step import FailStep

        client = botocore.session.get_session().create_client("s3", aws_access_key_id="a", aws_secret_access_key="b")
        client.list_buckets()
        return FailStep("a", error_message="x")


class OurStep(StepBuilderBase):
    """Uses the SDK's variables and leaves the step to us."""

    def create_step(self, **kwargs: Any) -> Any:
        from sagemaker.workflow.parameters import ParameterString

        self.config = self.config.model_copy(update={"environment": {"WHO": "x"}})
        step = super().create_step(**kwargs)
        assert isinstance(ParameterString("Who").expr, dict)
        return step


def test_what_cannot_be_one_step_of_a_pipeline() -> None:
    with pytest.raises(ConfigurationError, match="wants to upload s3://bk/p/node/"):
        build(WithMore)
    with pytest.raises(ConfigurationError, match="wants to upload"):
        build(Processing, code=False)
    with pytest.raises(ConfigurationError, match=r"makes 2 steps of: a \(Fail\), b \(Fail\)"):
        build(TwoSteps)
    with pytest.raises(ConfigurationError, match="default bucket, but the pipeline's bucket is a parameter"):
        build(Training, "Training", pipeline_s3_loc={"Get": "Parameters.Place"})


def test_no_call_leaves_the_machine() -> None:
    with pytest.raises(Exception, match="calls no AWS service"):
        build(Calls)
    with pytest.raises(Exception, match="Could not connect to the endpoint"):
        build(OwnSession)


def test_our_own_step_with_the_sdks_variables() -> None:
    request = plain(build(OurStep, image_uri="i").step.request)
    assert request["Environment"] == {"MINUTES": "15", "WHO": "x"}
    uri = request["ProcessingInputs"][0]["S3Input"]["S3Uri"]
    assert uri == {"Get": "Steps.before.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri"}
