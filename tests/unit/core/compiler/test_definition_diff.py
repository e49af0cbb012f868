from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from typing import Any

from cursus.core.assembler.diff import Difference
from cursus.core.compiler import compile_plan
from cursus.core.compiler.definition_diff import diff_deployed
from cursus.model.plan import PipelinePlan, PlannedStep

ROLE = "arn:aws:iam::111122223333:role/Pipelines"


def deployed(content: dict[str, Any]) -> dict[str, Any]:
    return {"PipelineDefinition": json.dumps(content), "RoleArn": ROLE}


def wanted(content: dict[str, Any]) -> dict[str, Any]:
    return {"PipelineDefinition": content, "RoleArn": ROLE}


def test_what_is_deployed_is_the_same(definition: dict[str, Any]) -> None:
    found = diff_deployed("p", deployed(definition), wanted(definition))
    assert found.empty
    assert found.unchanged == ("Features", "Train", "Model")


def test_nothing_is_deployed(definition: dict[str, Any]) -> None:
    found = diff_deployed("p", None, wanted(definition))
    assert found.counts["added"] == 3
    assert found.pipeline == ()


def test_what_is_deployed_and_no_definition_counts_as_nothing(definition: dict[str, Any]) -> None:
    for text in ("", "nonsense", "[]", "{}", '{"Steps": 3}', "[" * 100_000):
        found = diff_deployed("p", {"PipelineDefinition": text, "RoleArn": ROLE}, wanted(definition))
        assert found.counts["added"] == 3


def test_a_changed_step_a_parameter_and_those_behind_it(definition: dict[str, Any]) -> None:
    old = copy.deepcopy(definition)
    old["Steps"][0]["Arguments"]["Environment"]["LABEL"] = "other"
    old["Parameters"][1]["DefaultValue"] = "ml.m5.large"
    found = diff_deployed("p", deployed(old), wanted(definition))
    assert found.pipeline == (Difference("Parameters[TrainingInstance].DefaultValue", "ml.m5.large", "ml.m5.2xlarge"),)
    assert [(s.step, s.change.value) for s in found.steps] == [
        ("Features", "changed"),
        ("Train", "through-inputs"),
        ("Model", "through-inputs"),
    ]
    assert found.steps[0].what == (Difference("Arguments.Environment.LABEL", "other", "delayed"),)


def test_code_is_told_by_its_digest(definition: dict[str, Any]) -> None:
    def with_code(digest: str) -> dict[str, Any]:
        content = copy.deepcopy(definition)
        uri = f"s3://bucket/code/{digest}/sourcedir.tar.gz"
        content["Steps"][1]["Arguments"]["HyperParameters"]["sagemaker_submit_directory"] = json.dumps(uri)
        return content

    found = diff_deployed("p", deployed(with_code("a" * 64)), wanted(with_code("b" * 64)))
    assert found.steps[0].what == (Difference("code", "a" * 64, "b" * 64),)


def test_steps_in_branches_are_compared_on_their_own(plan: PipelinePlan, make_step: Callable[..., PlannedStep]) -> None:
    def branching(message: str) -> dict[str, Any]:
        condition = {
            "Conditions": [{"Type": "Equals", "LeftValue": {"Get": "Parameters.Prefix"}, "RightValue": "x"}],
            "IfSteps": ["Stop"],
            "ElseSteps": [],
        }
        steps = (
            *plan.steps,
            make_step("Check", "Condition", condition),
            make_step("Stop", "Fail", {"ErrorMessage": message}),
        )
        return dict(compile_plan(dataclasses.replace(plan, steps=steps)).content)

    found = diff_deployed("p", deployed(branching("a")), wanted(branching("b")))
    assert [(s.step, s.what) for s in found.steps] == [("Stop", (Difference("Arguments.ErrorMessage", "a", "b"),))]
