"""The example's pipeline with a builder that is written for an SDK, compiled by the installed command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "three_teams"
STEPS = Path("developers/ingest/src/cursus_dev/steps")


def _sdk_major() -> str | None:
    try:
        return version("sagemaker").partition(".")[0]
    except PackageNotFoundError:
        return None


pytestmark = pytest.mark.skipif(_sdk_major() is None, reason="No SageMaker SDK is installed: tools/sdk_equality.sh 2|3")

BUILDERS = {
    "2": """
from pathlib import Path

from sagemaker.processing import ProcessingInput, ProcessingOutput
from sagemaker.sklearn.processing import SKLearnProcessor
from sagemaker.workflow.steps import ProcessingStep

from cursus.core.base import StepBuilderBase

SCRIPT = Path(__file__).parents[1] / "scripts" / "flight_features.py"


class FlightFeaturesStepBuilder(StepBuilderBase):
    def create_step(self, inputs=None, outputs=None, dependencies=None, **kwargs):
        processor = SKLearnProcessor(
            framework_version="1.2-1", role=self.role, instance_type="ml.m5.xlarge", instance_count=1,
            env=self._get_environment_variables(), sagemaker_session=self.session)
        paths = self.contract.expected_input_paths
        arguments = processor.run(
            code=str(SCRIPT),
            inputs=[ProcessingInput(uri, paths[name], name) for name, uri in inputs.items()],
            outputs=[ProcessingOutput("/opt/ml/processing/output/features", output_name="features")],
            arguments=self._get_job_arguments())
        return ProcessingStep("features", step_args=arguments)
""",
    "3": """
from pathlib import Path

from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output
from sagemaker.mlops.workflow.steps import ProcessingStep

from cursus.core.base import StepBuilderBase

SCRIPT = Path(__file__).parents[1] / "scripts" / "flight_features.py"


class FlightFeaturesStepBuilder(StepBuilderBase):
    def create_step(self, inputs=None, outputs=None, dependencies=None, **kwargs):
        processor = ScriptProcessor(
            role=self.role, image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/own:1", command=["python3"],
            instance_type="ml.m5.xlarge", instance_count=1, env=self._get_environment_variables(),
            sagemaker_session=self.session)
        paths = self.contract.expected_input_paths
        arguments = processor.run(
            code=str(SCRIPT),
            inputs=[
                ProcessingInput(input_name=name, s3_input=ProcessingS3Input(
                    s3_uri=uri, local_path=paths[name], s3_data_type="S3Prefix", s3_input_mode="File"))
                for name, uri in inputs.items()
            ],
            outputs=[ProcessingOutput(output_name="features", s3_output=ProcessingS3Output(
                s3_uri=str(self.config.pipeline_s3_loc) + "/own", local_path="/opt/ml/processing/output/features",
                s3_upload_mode="EndOfJob"))],
            arguments=self._get_job_arguments())
        return ProcessingStep("features", step_args=arguments)
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    target = tmp_path / "three_teams"
    shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns(".cursus", "__pycache__"))
    builder = target / STEPS / "builders" / "builder_flight_features_step.py"
    builder.write_text(BUILDERS[str(_sdk_major())], encoding="utf-8")
    return target


def compiled(root: Path, name: str) -> str:
    out = root / name
    command = [str(Path(sys.executable).parent / "cursus"), "compile", "flight_delay", "-C", str(root), "-o", str(out)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return out.read_text("utf-8")


def test_the_example_compiles_with_a_builder_for_the_sdk(root: Path) -> None:
    text = compiled(root, "first.json")
    steps: dict[str, Any] = {step["Name"]: step for step in json.loads(text)["Steps"]}
    request = steps["features"]["Arguments"]
    uris = {i["InputName"]: i["S3Input"]["S3Uri"] for i in request["ProcessingInputs"]}
    assert uris["flights"] == "s3://example-bucket/nyc-flights-2013/flights/"
    assert uris["code"].endswith("/sourcedir.tar.gz")
    assert str(root) not in text
    assert compiled(root, "second.json") == text
