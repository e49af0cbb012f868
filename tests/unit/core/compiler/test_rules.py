# ruff: noqa: E501 (tables with one case to a line)
"""The hand-written rules: one accepted example of every kind of step, and one broken place at a time."""

from __future__ import annotations

from typing import Any

import pytest

from cursus.core.compiler import validate_definition
from cursus.core.compiler.step_types import STEP_TYPES

ARN = "arn:aws:lambda:us-east-1:111122223333:function:notify"
EVALUATE_OUTPUT = {
    "OutputName": "metrics",
    "S3Output": {"S3Uri": "s3://b/m", "LocalPath": "/opt/ml/processing/m", "S3UploadMode": "EndOfJob"},
}
PROCESSING = {
    "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}},
    "AppSpecification": {"ImageUri": "image"},
    "ProcessingOutputConfig": {"Outputs": [EVALUATE_OUTPUT]},
    "RoleArn": "arn:aws:iam::111122223333:role/Pipelines",
}
EVALUATE = {
    "Name": "Evaluate",
    "Type": "Processing",
    "Arguments": PROCESSING,
    "PropertyFiles": [{"PropertyFileName": "report", "OutputName": "metrics", "FilePath": "metrics.json"}],
}
AUC = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.report"}, "Path": "auc"}}
STOP = {
    "Name": "Stop",
    "Type": "Fail",
    "Arguments": {"ErrorMessage": {"Std:Join": {"On": " ", "Values": ["low", AUC]}}},
}
CONDITION = {
    "Name": "Check",
    "Type": "Condition",
    "Arguments": {
        "Conditions": [
            {"Type": "GreaterThanOrEqualTo", "LeftValue": AUC, "RightValue": 0.7},
            {
                "Type": "Not",
                "Condition": {"Type": "In", "QueryValue": {"Get": "Execution.PipelineName"}, "Values": ["x"]},
            },
            {"Type": "Or", "Conditions": [{"Type": "Equals", "LeftValue": 1, "RightValue": 1}]},
        ],
        "IfSteps": [],
        "ElseSteps": [STOP],
    },
}
NOTIFY = {
    "Name": "Notify",
    "Type": "Lambda",
    "FunctionArn": ARN,
    "Arguments": {"model": {"Get": "Execution.PipelineName"}, "count": 3},
    "OutputParameters": [
        {"OutputName": "ticket", "OutputType": "String"},
        {"OutputName": "n", "OutputType": "Integer"},
    ],
}
WAIT = {
    "Name": "Wait",
    "Type": "Callback",
    "SqsQueueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/q",
    "Arguments": {"ticket": {"Get": "Steps.Notify.OutputParameters['ticket']"}},
    "OutputParameters": [],
}
SPARK = {
    "Name": "Spark",
    "Type": "EMR",
    "Arguments": {"ClusterId": "j-1", "StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["x"]}}},
}
QUALITY = {
    "Name": "Quality",
    "Type": "QualityCheck",
    "CheckType": "DATA_QUALITY",
    "Arguments": PROCESSING,
    "SkipCheck": False,
}
BIAS = {"Name": "Bias", "Type": "ClarifyCheck", "CheckType": "MODEL_BIAS", "Arguments": PROCESSING}
REGISTER = {
    "Name": "Register",
    "Type": "RegisterModel",
    "Arguments": {
        "ModelPackageGroupName": "delays",
        "ModelMetrics": {
            "ModelQuality": {
                "Statistics": {
                    "ContentType": "application/json",
                    "S3Uri": {"Get": "Steps.Quality.CalculatedBaselineStatistics"},
                }
            }
        },
        "InferenceSpecification": {
            "Containers": [{"Image": "image", "ModelDataUrl": "s3://b/m.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    },
}
TRANSFORM = {
    "Name": "Score",
    "Type": "Transform",
    "Arguments": {
        "ModelName": "delay",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}},
        "TransformOutput": {"S3OutputPath": "s3://b/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    },
}
TUNE = {
    "Name": "Tune",
    "Type": "Tuning",
    "Arguments": {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
        }
    },
}
BEST = {
    "Name": "Best",
    "Type": "Model",
    "Arguments": {
        "PrimaryContainer": {
            "Image": "image",
            "Environment": {
                "JOB": {"Get": "Steps.Tune.TrainingJobSummaries[0].TrainingJobName"},
                "BEST": {"Get": "Steps.Tune.BestTrainingJob.TrainingJobName"},
            },
        }
    },
}
AUTO = {
    "Name": "Auto",
    "Type": "AutoML",
    "Arguments": {
        "AutoMLJobInputDataConfig": [
            {
                "ChannelType": "training",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "y"}},
        "RoleArn": "arn:aws:iam::111122223333:role/Pipelines",
    },
}
ENDPOINT_CONFIG = {
    "Name": "Serve",
    "Type": "EndpointConfig",
    "Arguments": {"ProductionVariants": [{"VariantName": "all", "ModelName": {"Get": "Steps.Best.ModelName"}}]},
}
ENDPOINT = {
    "Name": "Live",
    "Type": "Endpoint",
    "Arguments": {"EndpointName": "live", "EndpointConfigName": {"Get": "Steps.Serve.EndpointConfigName"}},
}
ALL = [EVALUATE, CONDITION, NOTIFY, WAIT, SPARK, QUALITY, BIAS, REGISTER, TRANSFORM, TUNE, BEST, AUTO, ENDPOINT_CONFIG, ENDPOINT]  # fmt: skip


def found(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    definition = {"Version": "2020-12-01", "Steps": list(steps)}
    return [(f.code.removeprefix("definition-"), f.message) for f in validate_definition(definition)]


def changed(step: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**step, **changes}.items() if value is not ...}


def arguments(step: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return changed(step, Arguments=changed(step["Arguments"], **changes))


def test_every_kind_has_an_accepted_example() -> None:
    assert found(*ALL) == []
    kinds = {s["Type"] for s in ALL} | {"Training", "Fail"}
    assert kinds == set(STEP_TYPES)


def conditions(*values: Any) -> dict[str, Any]:
    return arguments(CONDITION, Conditions=list(values))


def retry(**changes: Any) -> dict[str, Any]:
    policy = {"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}
    return changed(EVALUATE, RetryPolicies=[changed(policy, **changes)])


LEFT_ONLY = {"Type": "Equals", "LeftValue": 1}
BROKEN: list[tuple[str, list[dict[str, Any]], str, str]] = [
    ("no condition", [EVALUATE, conditions()], "missing-member", "holds no condition"),
    ("kind of condition", [EVALUATE, conditions({"Type": "GreaterThen"})], "enum", "Did you mean 'GreaterThan'"),
    ("no condition object", [EVALUATE, conditions(3)], "enum", "Conditions[0].Type"),
    ("half a comparison", [EVALUATE, conditions(LEFT_ONLY)], "missing-member", "'RightValue' is required"),
    ("object compared", [EVALUATE, conditions({**LEFT_ONLY, "RightValue": {}})], "type", "has to be a single value"),
    ("negation of nothing", [EVALUATE, conditions({"Type": "Not"})], "missing-member", "'Condition' is required"),
    ("choice among no list", [EVALUATE, conditions({"Type": "In", "QueryValue": 1, "Values": 1})], "type", "Values"),
    ("branch that is no list", [EVALUATE, arguments(CONDITION, IfSteps={})], "type", "IfSteps"),
    ("broken step in a branch", [EVALUATE, arguments(CONDITION, ElseSteps=[changed(STOP, Arguments={})])], "missing-member", "step 'Stop'"),
    ("a name in a branch", [EVALUATE, arguments(CONDITION, ElseSteps=["Stop"])], "structure", "not a step"),
    ("no property file", [changed(EVALUATE, PropertyFiles=[]), CONDITION], "reference", "names no property file of step 'Evaluate'"),
    ("property file of no output", [changed(EVALUATE, PropertyFiles=[{**EVALUATE["PropertyFiles"][0], "OutputName": "metric"}])], "reference", "Did you mean 'metrics'?"),  # type: ignore[index]
    ("a condition waiting for its branch", [EVALUATE, changed(CONDITION, DependsOn=["Stop"])], "cycle", "Check -> Stop -> Check"),
    ("a long failure message", [arguments(STOP, ErrorMessage="x" * 3073)], "limit", "3072"),
    ("a failure without message", [arguments(STOP, ErrorMessage=...)], "missing-member", "'ErrorMessage'"),
    ("function missing", [changed(NOTIFY, FunctionArn=...)], "missing-member", "'FunctionArn' is required"),
    ("object as argument", [arguments(NOTIFY, model={"a": 1, "b": 2})], "type", "Arguments.model"),
    ("arguments that are no object", [changed(NOTIFY, Arguments=[])], "type", "Arguments"),
    ("type of an output", [changed(NOTIFY, OutputParameters=[{"OutputName": "a", "OutputType": "Str"}])], "enum", "'Str'"),
    ("unknown output", [NOTIFY, arguments(WAIT, ticket={"Get": "Steps.Notify.OutputParameters['tick']"})], "reference", "it has 'ticket', 'n'"),
    ("form of an output", [NOTIFY, arguments(WAIT, ticket={"Get": "Steps.Notify.ticket"})], "reference", "OutputParameters['NAME']"),
    ("two clusters", [arguments(SPARK, ClusterConfig={})], "missing-member", "exactly one of 'ClusterId'"),
    ("no jar", [arguments(SPARK, StepConfig={"HadoopJarStep": {}})], "missing-member", "'Jar' is required"),
    ("kind of check", [changed(QUALITY, CheckType="MODEL_BIAS")], "enum", "CheckType"),
    ("text for a switch", [changed(QUALITY, SkipCheck="no")], "type", "SkipCheck"),
    ("property of a check", [QUALITY, arguments(WAIT, ticket={"Get": "Steps.Quality.Statistics"})], "reference", "is no property of a QualityCheck step"),
    ("union", [arguments(AUTO, AutoMLProblemTypeConfig={})], "type", "exactly one of"),
    ("an endpoint needs a name", [arguments(ENDPOINT, EndpointName=..., EndpointConfigName="x")], "missing-member", "'EndpointName'"),
    ("duration", [changed(EVALUATE, CacheConfig={"Enabled": True, "ExpireAfter": "30 days"})], "pattern", "ISO 8601"),
    ("cache switch", [changed(EVALUATE, CacheConfig={"Enabled": "yes"})], "type", "CacheConfig.Enabled"),
    ("too many attempts", [retry(MaxAttempts=21)], "limit", "'attempts of a retry policy' of 20"),
    ("no end of attempts", [retry(MaxAttempts=...)], "missing-member", "exactly one of 'MaxAttempts'"),
    ("unknown exception", [retry(ExceptionType=["Step.THROTTLED"])], "enum", "Did you mean 'Step.THROTTLING'"),
    ("negative interval", [retry(IntervalSeconds=-1)], "limit", "IntervalSeconds"),
    ("text for a rate", [retry(BackoffRate="2")], "type", "BackoffRate"),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "code", "text"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_rule_is_found(steps: list[dict[str, Any]], code: str, text: str) -> None:
    findings = found(*steps)
    assert any(c == code and text in message for c, message in findings), findings


@pytest.mark.parametrize("duration", ["P30D", "p30d", "P4DT12H", "T12H", "PT5M", "P1Y2M3W"])
def test_durations_of_the_documentation_are_accepted(duration: str) -> None:
    assert found(changed(EVALUATE, CacheConfig={"Enabled": True, "ExpireAfter": duration})) == []


def test_endless_conditions_are_cut_off() -> None:
    condition: dict[str, Any] = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}
    for _ in range(60):
        condition = {"Type": "Not", "Condition": condition}
    assert [c for c, _ in found(EVALUATE, conditions(condition))] == ["limit"]
