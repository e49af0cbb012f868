"""The pipeline of ``compile.py``, made with the SageMaker Python SDK, version 2: the work that Cursus is compared with.

    python sdk_pipeline.py STEPS

Runs by itself in an environment that has the SDK and prints the number of steps as JSON. Everything that the SDK could
look up or upload is given, and what it asks of AWS all the same is answered on this machine, so that its time is that
of building the steps and the definition.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.telemetry import telemetry_logging
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

from cursus.core.compiler.adapters.offline import Offline

BUCKET = "example-bucket"
ROLE = "arn:aws:iam::111122223333:role/Pipelines"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/image:1"
CONTAINER = "/opt/ml/processing"


def clean(name: str, source: Any, session: Any) -> Any:
    """A processing step."""
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        entrypoint=["python3", f"{CONTAINER}/input/code/clean.py"],
        instance_count=1,
        instance_type="ml.m5.xlarge",
        env={"LABEL": "delayed", "SEED": "7"},
        sagemaker_session=session,
    )
    arguments = processor.run(
        inputs=[
            ProcessingInput(source=source, destination=f"{CONTAINER}/input/data", input_name="data"),
            ProcessingInput(
                source=f"s3://{BUCKET}/code/sourcedir.tar.gz",
                destination=f"{CONTAINER}/input/code",
                input_name="code",
            ),
        ],
        outputs=[ProcessingOutput(source=f"{CONTAINER}/output/out", output_name="out")],
    )
    return ProcessingStep(name, step_args=arguments)


def fit(name: str, source: Any, session: Any) -> Any:
    """A training step."""
    learner = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path=f"s3://{BUCKET}/models",
        hyperparameters={"sagemaker_program": "fit.py"},
        environment={"LABEL": "delayed", "SEED": "7"},
        sagemaker_session=session,
    )
    return TrainingStep(name, step_args=learner.fit({"data": TrainingInput(source)}))


def main(size: int) -> None:
    """Build the pipeline and its definition."""
    # Each step would tell AWS of itself, which without a network takes longer than making it.
    telemetry_logging._send_telemetry_request = lambda *_, **__: None
    session = PipelineSession(boto_session=Offline("us-east-1").session, default_bucket=BUCKET)
    steps: list[Any] = []
    source: Any = f"s3://{BUCKET}/raw"
    for number in range(size):
        name = f"Step{number:05d}"
        if number % 5 == 4:
            steps.append(fit(name, source, session))
        else:
            steps.append(clean(name, source, session))
            source = steps[-1].properties.ProcessingOutputConfig.Outputs["out"].S3Output.S3Uri
    definition = Pipeline("benchmark", steps=steps, sagemaker_session=session).definition()
    print(json.dumps({"steps": len(json.loads(definition)["Steps"])}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
