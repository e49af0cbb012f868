from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from cursus.core.compiler.emit import emit_definition
from cursus.core.compiler.errors import DefinitionError
from cursus.core.compiler.validation import validate_definition
from cursus.model.expression import Get
from cursus.model.plan import PipelinePlan, PlannedStep

MakeStep = Callable[..., PlannedStep]


def condition(then: list[Any], otherwise: list[Any]) -> dict[str, Any]:
    check = {"Type": "Equals", "LeftValue": Get("Execution.PipelineName"), "RightValue": "prod"}
    return {"Conditions": [check], "IfSteps": then, "ElseSteps": otherwise}


def test_branches_take_the_steps_they_name(make_step: MakeStep) -> None:
    plan = PipelinePlan(
        "p",
        (
            make_step("Check", "Condition", condition(["Inner"], ["Stop"])),
            make_step("Stop", "Fail", {"ErrorMessage": "no"}),
            make_step("Inner", "Condition", condition([], ["Late"])),
            make_step("Late", "Fail", {"ErrorMessage": "too late"}),
        ),
        (),
    )
    definition = emit_definition(plan)
    [check] = definition["Steps"]
    [inner] = check["Arguments"]["IfSteps"]
    assert inner["Arguments"]["ElseSteps"][0]["Name"] == "Late"
    assert check["Arguments"]["ElseSteps"][0]["Arguments"] == {"ErrorMessage": "no"}
    assert validate_definition(definition) == ()


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ({"A": (["Nowhere"], [])}, "no step of the pipeline"),
        ({"A": (["A"], [])}, "own branches"),
        ({"A": (["B"], []), "B": (["A"], [])}, "own branches"),
        ({"A": (["B"], ["B"]), "B": ([], [])}, "already in a branch of step 'A'"),
    ],
)
def test_branches_that_do_not_hold_together_are_refused(
    steps: dict[str, tuple[list[Any], list[Any]]], reason: str, make_step: MakeStep
) -> None:
    plan = PipelinePlan("p", tuple(make_step(n, "Condition", condition(*b)) for n, b in steps.items()), ())
    with pytest.raises(DefinitionError, match=reason):
        emit_definition(plan)


def test_keys_stand_in_the_documented_order_and_empty_options_are_left_out(make_step: MakeStep) -> None:
    options = {
        "OutputParameters": [{"OutputName": "url", "OutputType": "String"}],
        "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f",
        "Description": "asks",
        "CacheConfig": None,
        "RetryPolicies": (),
    }
    plan = PipelinePlan(
        "p",
        (make_step("Ask", "Lambda", {"b": 1, "a": 2}, options=options, depends_on=("First",)),),
        (),
    )
    [step] = emit_definition(plan)["Steps"]
    assert list(step) == ["Name", "Type", "Description", "Arguments", "DependsOn", "FunctionArn", "OutputParameters"]
    assert list(step["Arguments"]) == ["a", "b"]


def test_the_shared_config_may_name_the_experiment(plan: PipelinePlan) -> None:
    named = dataclasses.replace(plan, shared={"experiment_name": "delays", "trial_name": Get("Parameters.Prefix")})
    assert emit_definition(named)["PipelineExperimentConfig"] == {
        "ExperimentName": "delays",
        "TrialName": {"Get": "Parameters.Prefix"},
    }
