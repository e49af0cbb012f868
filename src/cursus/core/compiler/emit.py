"""From a plan to the values of a pipeline definition, version 2020-12-01: rendering and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from cursus.core.compiler.errors import DefinitionError
from cursus.core.compiler.problems import Problems, kind_of
from cursus.core.compiler.step_types import COMMON_KEYS
from cursus.core.compiler.validation import BRANCHES, VERSION, needed_steps
from cursus.model.expression import Get, Join, plain, steps_of
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan, PlannedStep

_MAX_DEPTH = 64
#: The place above, and a key or position in it. Few are ever shown, so none is written out before.
_Path: TypeAlias = "tuple[_Path | None, str | int]"
# Unless the shared config names them, executions are grouped the way the SageMaker SDKs group them: by pipeline, one
# trial for each execution. Member -> (setting, default).
_EXPERIMENT = {
    "ExperimentName": ("experiment_name", {"Get": "Execution.PipelineName"}),
    "TrialName": ("trial_name", {"Get": "Execution.PipelineExecutionId"}),
}


def emit_definition(plan: PipelinePlan) -> dict[str, Any]:
    """The definition of ``plan`` as plain JSON values, in the order in which AWS documents the keys.

    Steps keep the plan's order. The branches of a condition step name steps of the plan (or hold whole steps); those
    are moved into it.

    :raises DefinitionError: a step holds a value that JSON cannot express, or its branches do not name steps.
    """
    problems = Problems()
    rendered = {step.name: _step(step, problems) for step in plan.steps}
    if problems.findings:
        raise DefinitionError(plan.name, problems.findings)
    nested = _nest(rendered, problems)
    if problems.findings:
        raise DefinitionError(plan.name, problems.findings)
    return {
        "Version": VERSION,
        "Metadata": {},
        "Parameters": [_parameter(parameter) for parameter in plan.parameters],
        "PipelineExperimentConfig": _experiment(plan),
        "Steps": [rendered[step.name] for step in plan.steps if step.name not in nested],
    }


def _experiment(plan: PipelinePlan) -> dict[str, Any]:
    return {member: plain(plan.shared.get(name) or default) for member, (name, default) in _EXPERIMENT.items()}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value: dict[str, Any] = {"Name": parameter.name, "Type": parameter.type}
    if parameter.default is not None:
        value["DefaultValue"] = parameter.default
    if parameter.values:
        value["EnumValues"] = list(parameter.values)
    return value


def _step(step: PlannedStep, problems: Problems) -> dict[str, Any]:
    options = {key: value for key, value in step.options.items() if value not in (None, [], {}, ())}
    given = {"Name": step.name, "Type": step.type, "Arguments": step.request, **options}
    writer = _Writer(step.name, problems)
    value = {key: writer.write(item, (None, key)) for key, item in given.items()}
    # What a condition's branches refer to is no matter of its own.
    needed = needed_steps(value) if step.type == "Condition" else steps_of(writer.references)
    waits_for = sorted(set(step.depends_on) - needed)
    if waits_for:
        value["DependsOn"] = waits_for
    return {key: value[key] for key in sorted(value, key=_key_order)}


def _key_order(key: str) -> tuple[int, str]:
    return (COMMON_KEYS.index(key) if key in COMMON_KEYS else len(COMMON_KEYS), key)


@dataclass(slots=True)
class _Writer:
    """Brings the values of one step into JSON form.

    :param references: the paths of all references it met.
    """

    step: str
    problems: Problems
    references: list[str] = field(default_factory=list)

    def write(self, value: Any, path: _Path, depth: int = 0) -> Any:
        """``value`` in JSON form with sorted keys; what JSON cannot express becomes a problem."""
        kind = type(value)
        if kind is str or value is None:
            return value
        if depth > _MAX_DEPTH:
            self._refuse(path, f"is nested more than {_MAX_DEPTH} deep")
        elif kind is dict:
            if len(value) == 1 and type(value.get("Get")) is str:
                self.references.append(value["Get"])
            # A call for each text would double the time.
            return {
                key: v if type(v := value[key]) is str else self.write(v, (path, key), depth + 1)
                for key in sorted(value)
            }
        elif kind is list:
            return [self.write(item, (path, i), depth + 1) for i, item in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            self._refuse(path, f"{value} cannot be written as JSON")
        elif isinstance(value, str | int | float):
            return value
        elif isinstance(value, Get | Join | Mapping | tuple):
            return self.write(plain(value), path, depth)
        else:
            self._refuse(path, f"{kind_of(value)} cannot be written as JSON; give a string or a number")
        return None

    def _refuse(self, path: _Path, reason: str) -> None:
        self.problems.add("type", self.step, _shown(path), reason)


def _shown(path: _Path) -> str:
    """A place in a step as AWS writes it: ``Arguments.Tags[0].Key``."""
    before, last = path
    if before is None:
        return str(last)
    return f"{_shown(before)}[{last}]" if isinstance(last, int) else f"{_shown(before)}.{last}"


def _nest(rendered: dict[str, dict[str, Any]], problems: Problems) -> set[str]:
    """Put the steps that conditions name in their branches into them; returns their names."""
    owner: dict[str, str] = {}
    for name, branch, entries in _branches(rendered):
        for number, entry in enumerate(entries):
            if not isinstance(entry, str):
                continue
            if entry not in rendered or entry in owner or _reaches(name, entry, owner):
                problems.add(
                    "reference", name, f"Arguments.{branch}[{number}]", _branch_problem(entry, rendered, owner)
                )
                continue
            owner[entry] = name
            entries[number] = rendered[entry]
    return set(owner)


def _branches(rendered: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str, list[Any]]]:
    for name, step in rendered.items():
        arguments = step.get("Arguments")
        if step["Type"] == "Condition" and isinstance(arguments, dict):
            for branch in BRANCHES:
                if isinstance(arguments.get(branch), list):
                    yield name, branch, arguments[branch]


def _reaches(name: str, entry: str, owner: Mapping[str, str]) -> bool:
    """Whether ``entry`` is ``name`` or a condition that already holds it."""
    while name != entry and name in owner:
        name = owner[name]
    return name == entry


def _branch_problem(entry: str, rendered: Mapping[str, Any], owner: Mapping[str, str]) -> str:
    if entry not in rendered:
        return f"'{entry}' is no step of the pipeline"
    if entry in owner:
        return f"'{entry}' is already in a branch of step '{owner[entry]}'"
    return f"'{entry}' holds this step in one of its own branches"
