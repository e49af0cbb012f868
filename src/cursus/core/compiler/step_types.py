"""The kinds of step a definition may hold, as data.

A kind with an ``operation`` has the request of that call as its ``Arguments``, without the resource's name: the service
makes that up. The others are described in :mod:`cursus.core.compiler.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMMON_KEYS = ("Name", "Type", "DisplayName", "Description", "Arguments", "DependsOn")
_CHECK_KEYS = (
    "CheckType",
    "ModelPackageGroupName",
    "SkipCheck",
    "FailOnViolation",
    "RegisterNewBaseline",
    "SuppliedBaselineConstraints",
)


@dataclass(frozen=True, slots=True)
class StepType:
    """One kind of step.

    :param operation: the SageMaker call whose request ``Arguments`` is, or None.
    :param name_member: member of that request that the service fills in.
    :param describe: calls whose responses the step's properties are taken from.
    :param keys: keys of the step beside the common ones.
    :param required_keys: those of ``keys`` that must be there.
    :param properties: properties that no Describe response has; ``a.b`` for nested ones.
    :param named_outputs: the step declares ``OutputParameters`` of its own.
    """

    operation: str | None = None
    name_member: str | None = None
    describe: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    required_keys: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    named_outputs: bool = False


STEP_TYPES: Mapping[str, StepType] = {
    "Processing": StepType(
        "CreateProcessingJob",
        "ProcessingJobName",
        ("DescribeProcessingJob",),
        ("CacheConfig", "RetryPolicies", "PropertyFiles"),
    ),
    "Training": StepType(
        "CreateTrainingJob", "TrainingJobName", ("DescribeTrainingJob",), ("CacheConfig", "RetryPolicies")
    ),
    "Tuning": StepType(
        "CreateHyperParameterTuningJob",
        "HyperParameterTuningJobName",
        ("DescribeHyperParameterTuningJob", "ListTrainingJobsForHyperParameterTuningJob"),
        ("CacheConfig", "RetryPolicies"),
    ),
    "Transform": StepType(
        "CreateTransformJob", "TransformJobName", ("DescribeTransformJob",), ("CacheConfig", "RetryPolicies")
    ),
    "Model": StepType("CreateModel", "ModelName", ("DescribeModel",), ("RetryPolicies",)),
    "RegisterModel": StepType("CreateModelPackage", None, ("DescribeModelPackage",), ("RetryPolicies",)),
    "AutoML": StepType(
        "CreateAutoMLJob",
        "AutoMLJobName",
        ("DescribeAutoMLJob",),
        ("CacheConfig", "RetryPolicies"),
        properties=(
            "BestCandidateProperties.ModelInsightsJsonReportPath",
            "BestCandidateProperties.ExplainabilityJsonReportPath",
        ),
    ),
    "EndpointConfig": StepType(
        "CreateEndpointConfig", "EndpointConfigName", ("DescribeEndpointConfig",), ("CacheConfig", "RetryPolicies")
    ),
    # An endpoint is updated when it exists, so its name is ours to give and has to be there.
    "Endpoint": StepType("CreateEndpoint", None, ("DescribeEndpoint",), ("CacheConfig",)),
    "QualityCheck": StepType(
        "CreateProcessingJob",
        "ProcessingJobName",
        keys=(*_CHECK_KEYS, "SuppliedBaselineStatistics", "CacheConfig"),
        required_keys=("CheckType",),
        properties=(
            "CalculatedBaselineConstraints",
            "CalculatedBaselineStatistics",
            "BaselineUsedForDriftCheckConstraints",
            "BaselineUsedForDriftCheckStatistics",
        ),
    ),
    "ClarifyCheck": StepType(
        "CreateProcessingJob",
        "ProcessingJobName",
        keys=(*_CHECK_KEYS, "ModelName", "CacheConfig"),
        required_keys=("CheckType",),
        properties=("CalculatedBaselineConstraints", "BaselineUsedForDriftCheckConstraints"),
    ),
    "Condition": StepType(properties=("Outcome",)),
    "Fail": StepType(properties=("ErrorMessage",)),
    "Lambda": StepType(
        keys=("FunctionArn", "OutputParameters", "CacheConfig"), required_keys=("FunctionArn",), named_outputs=True
    ),
    "Callback": StepType(
        keys=("SqsQueueUrl", "OutputParameters", "CacheConfig"), required_keys=("SqsQueueUrl",), named_outputs=True
    ),
    "EMR": StepType(keys=("CacheConfig",), properties=("ClusterId",)),
}

_AUTOML_V2 = StepType(
    "CreateAutoMLJobV2",
    "AutoMLJobName",
    ("DescribeAutoMLJobV2",),
    STEP_TYPES["AutoML"].keys,
    properties=STEP_TYPES["AutoML"].properties,
)


def step_type_of(step: Mapping[str, Any]) -> StepType | None:
    """The kind of ``step`` (an entry of ``Steps``), or None when its ``Type`` is not known."""
    name = step.get("Type")
    if not isinstance(name, str):
        return None
    arguments = step.get("Arguments")
    if name == "AutoML" and isinstance(arguments, Mapping) and "AutoMLProblemTypeConfig" in arguments:
        return _AUTOML_V2
    return STEP_TYPES.get(name)
