from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cursus.core.compiler import compile_plan
from cursus.model.expression import Get, Join
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import NodeType, Spec

ROLE = "arn:aws:iam::111122223333:role/Pipelines"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/image:1.2"


def processing_request(name: str, source: object = "s3://bucket/raw") -> dict[str, Any]:
    return {
        "ProcessingInputs": [
            {
                "InputName": "data",
                "S3Input": {
                    "S3Uri": source,
                    "LocalPath": "/opt/ml/processing/input/data",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                },
            }
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "features",
                    "S3Output": {
                        "S3Uri": Join("/", (Get.parameter("Prefix"), name, "features")),
                        "LocalPath": "/opt/ml/processing/output/features",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}
        },
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/features.py"],
            "ContainerArguments": ["--job_type", "training"],
        },
        "Environment": {"LABEL": "delayed"},
        "RoleArn": ROLE,
    }


def training_request(source: object) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "validation:auc", "Regex": "auc=([0-9.]+)"}],
        },
        "HyperParameters": {"max_depth": "6", "sagemaker_program": '"train.py"'},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": source,
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": Get.parameter("TrainingInstance"), "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "RoleArn": ROLE,
    }


@pytest.fixture
def make_step() -> Callable[..., PlannedStep]:
    """A planned step from its name, type and request."""

    def make(
        name: str,
        type_: str,
        request: Mapping[str, Any],
        *,
        depends_on: tuple[str, ...] = (),
        options: Mapping[str, Any] | None = None,
    ) -> PlannedStep:
        return PlannedStep(
            name=name,
            workspace="team",
            step=name,
            type=type_,
            job_type=None,
            contract=None,
            spec=Spec(name, NodeType.INTERNAL),
            request=request,
            depends_on=depends_on,
            options=options or {},
        )

    return make


@pytest.fixture
def plan(make_step: Callable[..., PlannedStep]) -> PipelinePlan:
    """Features, training and a model, with two parameters."""
    features = Get.step("Features", "properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri")
    model = {
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {
            "Image": IMAGE,
            "ModelDataUrl": Get.step("Train", "properties.ModelArtifacts.S3ModelArtifacts"),
        },
    }
    return PipelinePlan(
        name="flight-delay",
        steps=(
            make_step(
                "Features",
                "Processing",
                processing_request("Features"),
                options={"CacheConfig": {"Enabled": True, "ExpireAfter": "P30D"}},
            ),
            make_step(
                "Train",
                "Training",
                training_request(features),
                depends_on=("Features",),
                options={
                    "RetryPolicies": [
                        {
                            "ExceptionType": ["SageMaker.CAPACITY_ERROR"],
                            "IntervalSeconds": 60,
                            "BackoffRate": 2.0,
                            "MaxAttempts": 3,
                        }
                    ]
                },
            ),
            make_step("Model", "Model", model, depends_on=("Features", "Train")),
        ),
        bindings=(),
        parameters=(
            Parameter("Prefix", "String", "s3://bucket/out"),
            Parameter("TrainingInstance", "String", "ml.m5.2xlarge"),
        ),
    )


@pytest.fixture
def definition(plan: PipelinePlan) -> dict[str, Any]:
    """The valid definition of ``plan`` as a fresh dictionary that a test may break."""
    content: dict[str, Any] = json.loads(compile_plan(plan).definition())
    return content
