"""What is different between a deployed definition and a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from cursus.core.assembler.diff import PlanDiff, StepState, compare_steps, differences
from cursus.core.compiler.validation import BRANCHES, iterate_steps, needed_steps

_CODE = re.compile(r"(?<=/code/)[0-9a-f]{64}(?=/sourcedir\.tar\.gz)")


def diff_deployed(name: str, deployed: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> PlanDiff:
    """How the definition ``wanted`` differs from what SageMaker's DescribePipeline says is ``deployed``.

    :param deployed: None when nothing is deployed.
    :param wanted: ``PipelineDefinition`` as plain values, ``RoleArn`` and, where it has one, ``PipelineDescription``.
    """
    before = {} if deployed is None else read_deployed(deployed) or {}
    after = wanted["PipelineDefinition"]
    own = () if deployed is None else tuple(differences(_around(deployed, before), _around(wanted, after)))
    changed, unchanged = compare_steps(_states(before), _states(after))
    return PlanDiff(name, name, own, changed, unchanged)


def read_deployed(deployed: Mapping[str, Any]) -> dict[str, Any] | None:
    """The deployed definition as plain values; None when it is not a definition that can be read."""
    try:
        found = json.loads(deployed.get("PipelineDefinition") or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("Steps"), list) else None


def _around(pipeline: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """What a pipeline has besides its steps."""
    values = {key: pipeline[key] for key in ("RoleArn", "PipelineDescription") if pipeline.get(key)}
    return values | {key: value for key, value in definition.items() if key != "Steps"}


def _states(definition: Mapping[str, Any]) -> dict[str, StepState]:
    found: dict[str, StepState] = {}
    for step in iterate_steps(definition):
        if isinstance(step, dict) and isinstance(step.get("Name"), str):
            found[step["Name"]] = StepState(_facts(step), frozenset(needed_steps(step)))
    return found


def _facts(step: Mapping[str, Any]) -> dict[str, Any]:
    facts = {key: value for key, value in step.items() if key != "Name"}
    arguments = facts.get("Arguments")
    if step.get("Type") == "Condition" and isinstance(arguments, dict):
        # The steps of a branch are compared on their own.
        named = {
            branch: [s.get("Name") if isinstance(s, dict) else s for s in arguments[branch]]
            for branch in BRANCHES
            if isinstance(arguments.get(branch), list)
        }
        facts["Arguments"] = arguments | named
    digests = sorted(set(_CODE.findall(json.dumps(facts))))
    if not digests:
        return facts
    return {"code": digests[0] if len(digests) == 1 else digests, **_without_digests(facts)}


def _without_digests(facts: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(_CODE.sub("<digest>", json.dumps(facts)))
    return plain
