"""Judging a whole pipeline definition, before anybody sends it anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cursus.core.compiler.limits import PARAMETERS, STEPS
from cursus.core.compiler.problems import Problems, kind_of, shown
from cursus.core.compiler.references import Scope
from cursus.core.compiler.rules import StepRules
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.shapes import ShapeChecker
from cursus.core.compiler.step_types import COMMON_KEYS, STEP_TYPES, step_type_of
from cursus.errors import did_you_mean
from cursus.model.expression import referenced_steps
from cursus.model.finding import Finding

VERSION = "2020-12-01"
BRANCHES = ("IfSteps", "ElseSteps")
_PARAMETER_TYPES: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
_SHOWN_CYCLE = 8


def validate_definition(definition: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Everything SageMaker would refuse in ``definition``, in its order; codes start with ``definition-``.

    Requests are checked against the request shapes of the installed botocore, references against its Describe
    responses, the rest against rules written from AWS's documentation. Needs no network, region or credentials.
    Findings with severity *warning* do not make a definition wrong.
    """
    problems = Problems()
    _top_level(definition, problems)
    steps = [step for step in iterate_steps(definition) if _is_named(step, problems)]
    scope = Scope(
        steps={step["Name"]: step for step in reversed(steps)},
        parameters={p["Name"]: p for p in _parameters(definition, problems)},
    )
    _counts(definition, steps, scope, problems)
    for step in steps:
        _step(step, scope, problems)
    _experiment(definition, scope, problems)
    _cycles(steps, scope, problems)
    return tuple(problems.findings)


def iterate_steps(definition: Mapping[str, Any]) -> Iterator[Any]:
    """Every entry of ``Steps``, each condition step followed by the steps of its branches."""
    pending = _reversed_list(definition.get("Steps"))
    while pending:
        step = pending.pop()
        yield step
        arguments = step.get("Arguments") if isinstance(step, dict) else None
        if isinstance(arguments, dict) and step.get("Type") == "Condition":
            for branch in reversed(BRANCHES):
                pending.extend(_reversed_list(arguments.get(branch)))


def _reversed_list(value: Any) -> list[Any]:
    return value[::-1] if isinstance(value, list) else []


def _top_level(definition: Mapping[str, Any], problems: Problems) -> None:
    keys = ("Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps")
    problems.unknown_members(None, "definition", definition, keys)
    if definition.get("Version") != VERSION:
        problems.add("structure", None, "Version", f"has to be '{VERSION}', not {shown(definition.get('Version'))}")
    if not isinstance(definition.get("Steps"), list) or not definition["Steps"]:
        problems.add("structure", None, "Steps", "has to be a list with at least one step")
    if not isinstance(definition.get("Parameters", []), list):
        problems.add("structure", None, "Parameters", "has to be a list")
    if not isinstance(definition.get("Metadata", {}), dict):
        problems.add("structure", None, "Metadata", "has to be an object")


def _is_named(step: Any, problems: Problems) -> bool:
    if isinstance(step, dict) and isinstance(step.get("Name"), str) and step["Name"]:
        return True
    problems.add("structure", None, "Steps", f"an entry is not a step with a 'Name': {shown(step)}")
    return False


def _parameters(definition: Mapping[str, Any], problems: Problems) -> Iterator[dict[str, Any]]:
    listed = definition.get("Parameters")
    shapes = ShapeChecker(load_service_model("sagemaker"), Scope({}, {}), problems, None)
    seen: set[str] = set()
    for number, parameter in enumerate(listed if isinstance(listed, list) else []):
        path = f"Parameters[{number}]"
        if not isinstance(parameter, dict) or not isinstance(parameter.get("Name"), str):
            problems.add("structure", None, path, "is not a parameter with a 'Name'")
            continue
        name = parameter["Name"]
        if name in seen:
            problems.add("duplicate-name", None, path, f"a parameter '{name}' is already there")
        seen.add(name)
        shapes.check("PipelineParameterName", name, f"{path}.Name")
        problems.unknown_members(None, path, parameter, ("Name", "Type", "DefaultValue", "EnumValues"))
        _parameter_values(parameter, path, problems)
        yield parameter


def _parameter_values(parameter: dict[str, Any], path: str, problems: Problems) -> None:
    kind = parameter.get("Type")
    if not isinstance(kind, str) or kind not in _PARAMETER_TYPES:
        close = did_you_mean(str(kind), _PARAMETER_TYPES) or f" Allowed: {', '.join(_PARAMETER_TYPES)}."
        problems.add("enum", None, f"{path}.Type", f"{shown(kind)} is not an allowed value.{close}")
        return
    choices = parameter.get("EnumValues")
    if choices is not None and (not isinstance(choices, list) or not choices):
        problems.add("type", None, f"{path}.EnumValues", "has to be a list with at least one value")
        choices = None
    for number, choice in enumerate(choices or ()):
        if not _is_of_type(choice, kind):
            problems.add(
                "type", None, f"{path}.EnumValues[{number}]", f"has to be of type {kind}, not {kind_of(choice)}"
            )
    if "DefaultValue" not in parameter:
        return
    default = parameter["DefaultValue"]
    if not _is_of_type(default, kind):
        problems.add("type", None, f"{path}.DefaultValue", f"has to be of type {kind}, not {kind_of(default)}")
    elif choices is not None and default not in choices:
        problems.add("enum", None, f"{path}.DefaultValue", f"{shown(default)} is not one of its EnumValues")


def _is_of_type(value: object, kind: str) -> bool:
    return isinstance(value, _PARAMETER_TYPES[kind]) and (kind == "Boolean") == isinstance(value, bool)


def _counts(definition: Mapping[str, Any], steps: list[dict[str, Any]], scope: Scope, problems: Problems) -> None:
    seen: set[str] = set()
    for step in steps:
        if step["Name"] in seen:
            problems.add("duplicate-name", step["Name"], "Name", "another step of the pipeline has the same name")
        seen.add(step["Name"])
    for limit, number in ((STEPS, len(steps)), (PARAMETERS, len(scope.parameters))):
        reason = limit.exceeded_by(number)
        if reason is not None:
            problems.add("limit", None, "definition", reason, warning=limit.adjustable)
    size, most = len(compact_json(definition)), most_inline()
    if size > most:
        reason = f"{size} characters is more than fits into a request, {most}; it has to be sent through S3"
        problems.add("limit", None, "definition", reason, warning=True)


def most_inline() -> int:
    """The most characters of a definition that SageMaker takes in a request; a longer one is fetched from S3."""
    return int(load_service_model("sagemaker").shape("PipelineDefinition")["max"])


def compact_json(definition: Mapping[str, Any]) -> str:
    """The definition on one line, as it is sent."""
    return json.dumps(definition, ensure_ascii=False, separators=(",", ":"), default=str)


def _step(step: dict[str, Any], scope: Scope, problems: Problems) -> None:
    name, kind = step["Name"], step_type_of(step)
    if kind is None:
        close = did_you_mean(str(step.get("Type")), STEP_TYPES) or f" Known: {', '.join(sorted(STEP_TYPES))}."
        problems.add("step-type", name, "Type", f"{shown(step.get('Type'))} is not a kind of step.{close}")
        return
    model = load_service_model("sagemaker")
    shapes = ShapeChecker(model, scope, problems, name)
    shapes.check("StepName", name, "Name")
    for key, shape in (("DisplayName", "StepDisplayName"), ("Description", "StepDescription")):
        if step.get(key) is not None:
            shapes.check(shape, step[key], key)
    problems.unknown_members(name, "step", step, (*COMMON_KEYS, *kind.keys))
    for key in kind.required_keys:
        if step.get(key) is None:
            problems.add("missing-member", name, "step", f"'{key}' is required and missing")
    rules = StepRules(step, scope, problems)
    if kind.operation is None:
        rules.check_arguments()
    else:
        optional = (kind.name_member,) if kind.name_member else ()
        shapes.check(model.input_of(kind.operation), step.get("Arguments"), "Arguments", optional=optional)
    rules.check_keys()
    _depends_on(step, scope, problems)


def _depends_on(step: dict[str, Any], scope: Scope, problems: Problems) -> None:
    listed = step.get("DependsOn", [])
    if not isinstance(listed, list):
        problems.add("type", step["Name"], "DependsOn", f"has to be a list, not {kind_of(listed)}")
        return
    for other in listed:
        if not isinstance(other, str) or other not in scope.steps:
            close = did_you_mean(str(other), scope.steps)
            problems.add("reference", step["Name"], "DependsOn", f"{shown(other)} is no step of the pipeline.{close}")


def _experiment(definition: Mapping[str, Any], scope: Scope, problems: Problems) -> None:
    config = definition.get("PipelineExperimentConfig")
    if config is None:
        return
    path = "PipelineExperimentConfig"
    if not isinstance(config, dict):
        problems.add("structure", None, path, f"has to be an object, not {kind_of(config)}")
        return
    problems.unknown_members(None, path, config, ("ExperimentName", "TrialName"))
    shapes = ShapeChecker(load_service_model("sagemaker"), scope, problems, None)
    for name in ("ExperimentName", "TrialName"):
        if name in config:
            shapes.check("ExperimentEntityName", config[name], f"{path}.{name}")


def needed_steps(step: Mapping[str, Any]) -> set[str]:
    """Names of the steps that ``step`` refers to anywhere but in ``DependsOn`` and in the branches of a condition."""
    own = {key: value for key, value in step.items() if key != "DependsOn"}
    if step.get("Type") == "Condition" and isinstance(own.get("Arguments"), Mapping):
        own["Arguments"] = {k: v for k, v in own["Arguments"].items() if k not in BRANCHES}
    return referenced_steps(own)


def _cycles(steps: list[dict[str, Any]], scope: Scope, problems: Problems) -> None:
    waits_for: dict[str, list[str]] = {}
    for step in steps:
        listed = step.get("DependsOn")
        named = {d for d in listed if isinstance(d, str)} if isinstance(listed, list) else set()
        waits_for[step["Name"]] = sorted((needed_steps(step) | named) & scope.steps.keys())
    for step in steps:
        for inner in _branch_steps(step):
            waits_for.setdefault(inner, []).append(step["Name"])
    done: set[str] = set()
    for start in waits_for:
        cycle = _find_cycle(start, waits_for, done)
        if cycle:
            listing = " -> ".join(cycle if len(cycle) <= _SHOWN_CYCLE else [*cycle[: _SHOWN_CYCLE - 1], "…", cycle[-1]])
            problems.add("cycle", cycle[0], "DependsOn", f"the steps wait for each other: {listing}")
            return


def _branch_steps(step: dict[str, Any]) -> Iterator[str]:
    arguments = step.get("Arguments")
    if step.get("Type") == "Condition" and isinstance(arguments, dict):
        for branch in BRANCHES:
            for inner in _reversed_list(arguments.get(branch)):
                if isinstance(inner, dict) and isinstance(inner.get("Name"), str):
                    yield inner["Name"]


def _find_cycle(start: str, waits_for: Mapping[str, list[str]], done: set[str]) -> list[str]:
    """A cycle reached from ``start``, first and last the same; steps proven free of cycles go to ``done``."""
    trail: list[str] = []
    on_trail: set[str] = set()
    stack: list[tuple[str, bool]] = [(start, False)]
    while stack:
        name, leaving = stack.pop()
        if leaving:
            trail.pop()
            on_trail.discard(name)
            done.add(name)
        elif name in on_trail:
            return [*trail[trail.index(name) :], name]
        elif name not in done:
            trail.append(name)
            on_trail.add(name)
            stack.append((name, True))
            stack.extend((other, False) for other in reversed(waits_for.get(name, [])))
    return []
