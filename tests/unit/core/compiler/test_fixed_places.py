from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cursus.core.compiler.fixed_places import fixed_place_findings
from cursus.model.expression import Get, Join
from cursus.model.plan import PipelinePlan, PlannedStep

OWN = Join("/", ("s3://b", Get("Execution.PipelineName"), "x"))
PARAMETER = Get("Parameters.Place")


def output(place: Any) -> dict[str, Any]:
    return {"ProcessingOutputConfig": {"Outputs": [{"S3Output": {"S3Uri": place, "LocalPath": "/x"}}]}}


@pytest.mark.parametrize(
    ("kind", "request_of", "said"),
    [
        ("Processing", output, "writes to s3://b/x|overwrite its"),
        ("Training", lambda p: {"OutputDataConfig": {"S3OutputPath": p}}, "writes below s3://b/x|overwrite its"),
        ("Training", lambda p: {"CheckpointConfig": {"S3Uri": p}}, "keeps its checkpoints in s3://b/x|overwrite its"),
        (
            "Tuning",
            lambda p: {"TrainingJobDefinition": {"CheckpointConfig": {"S3Uri": p}}},
            "keeps its checkpoints in s3://b/x|overwrite its",
        ),
        ("Transform", lambda p: {"TransformOutput": {"S3OutputPath": p}}, "writes to s3://b/x|overwrite its"),
        ("Endpoint", lambda p: {"EndpointName": p}, "updates endpoint s3://b/x|put their model in place of its"),
        (
            "RegisterModel",
            lambda p: {"ModelPackageGroupName": p},
            "adds to model package group s3://b/x|add their versions to its",
        ),
    ],
)
def test_what_two_deployments_share_is_told(
    kind: str, request_of: Callable[[Any], dict[str, Any]], said: str, make_step: Callable[..., PlannedStep]
) -> None:
    def findings(place: Any, name: str) -> tuple[Any, ...]:
        return fixed_place_findings(PipelinePlan("flights", (make_step("a", kind, request_of(place)),), ()), name)

    [found] = findings("s3://b/x", "flights--ana")
    does, effect = said.split("|")
    assert found.message == f"Step 'a' {does}, as 'flights' does: executions of 'flights--ana' {effect}."
    assert findings("s3://b/x", "flights") == ()
    assert findings(OWN, "flights--ana") == findings(PARAMETER, "flights--ana") == ()


def test_what_is_only_read_is_not_told(make_step: Callable[..., PlannedStep]) -> None:
    request = {"ProcessingInputs": [{"InputName": "a", "S3Input": {"S3Uri": "s3://b/in"}}]}
    plan = PipelinePlan("flights", (make_step("a", "Processing", request),), ())
    assert fixed_place_findings(plan, "other") == ()
