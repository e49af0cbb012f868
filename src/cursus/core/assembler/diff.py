"""What is different between two plans, step by step."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from cursus.model.expression import referenced_steps
from cursus.model.plan import PipelinePlan

#: Keys that name the entries of a list in the requests of SageMaker; entries of one name are compared.
_NAMES = ("InputName", "OutputName", "ChannelName", "PropertyFileName", "Name", "Key")

#: Where values that a plan lists come again in its requests.
_RENDERED = (
    ("request.Environment.", "environment."),
    ("request.HyperParameters.", "hyperparameters."),
    ("request.HyperParameters.", "arguments."),
)


class Absent(Enum):
    """What stands for a value that is not there; ``None`` is a value."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class Change(StrEnum):
    """What became of a step."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    THROUGH_INPUTS = "through-inputs"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same.

    :param path: where, ``environment.LABEL`` or ``request.ProcessingInputs[data].S3Input.S3Uri``.
    :param before: JSON value, or :data:`ABSENT`.
    :param after: JSON value, or :data:`ABSENT`.
    """

    path: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        """Plain values; a side that is not there is left out."""
        sides = {"before": self.before, "after": self.after}
        return {"path": self.path, **{key: value for key, value in sides.items() if value is not ABSENT}}


@dataclass(frozen=True, slots=True)
class StepChange:
    """One step that is not what it was.

    :param what: what differs in the step itself; empty for a step that is added, removed or only fed differently.
    :param through: the steps it takes data from that are added or changed, directly or through their own inputs.
    """

    step: str
    change: Change
    what: tuple[Difference, ...] = ()
    through: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "step": self.step,
            "change": self.change.value,
            "what": [difference.to_json() for difference in self.what],
            "through": list(self.through),
        }


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What is different between two pipelines.

    :param before: name of the pipeline compared with.
    :param after: name of the pipeline as it is or will be.
    :param pipeline: differences outside the steps: description and parameters.
    :param steps: in the order of the pipeline as it will be, removed ones last.
    :param unchanged: names of the other steps, in order.
    """

    before: str
    after: str
    pipeline: tuple[Difference, ...]
    steps: tuple[StepChange, ...]
    unchanged: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """True when nothing differs."""
        return not (self.pipeline or self.steps)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of steps by what became of them."""
        counts = {change.value: 0 for change in Change} | {"unchanged": len(self.unchanged)}
        for step in self.steps:
            counts[step.change.value] += 1
        return counts

    def to_json(self) -> dict[str, Any]:
        """Plain values, the same on every machine."""
        return {
            "before": self.before,
            "after": self.after,
            "counts": dict(self.counts),
            "pipeline": [difference.to_json() for difference in self.pipeline],
            "steps": [step.to_json() for step in self.steps],
            "unchanged": list(self.unchanged),
        }


@dataclass(frozen=True, slots=True)
class StepState:
    """What a step is compared by.

    :param facts: everything that makes the step what it is, as JSON values.
    :param sources: names of the steps it takes data from.
    """

    facts: Mapping[str, Any]
    sources: frozenset[str] = field(default=frozenset())


def diff(before: PipelinePlan | Mapping[str, Any], after: PipelinePlan | Mapping[str, Any]) -> PlanDiff:
    """How ``after`` differs from ``before``; each is a plan, or the JSON form of one.

    A step is *changed* when something differs in itself: its files, code, config values, request, or where an input
    comes from. It has changed *through its inputs* when only a step is different that it takes data from, at any
    distance.
    """
    old, new = _as_json(before), _as_json(after)
    own = tuple(
        differences(
            {"description": old["description"], "parameters": _by_name(old["parameters"])},
            {"description": new["description"], "parameters": _by_name(new["parameters"])},
        )
    )
    changed, unchanged = compare_steps(_states(old), _states(new))
    return PlanDiff(old["name"], new["name"], own, changed, unchanged)


def compare_steps(
    before: Mapping[str, StepState], after: Mapping[str, StepState]
) -> tuple[tuple[StepChange, ...], tuple[str, ...]]:
    """The steps that differ, and the names of those that do not; mappings are in the order of their steps."""
    what = {
        name: tuple(_told_once(differences(before[name].facts, state.facts)))
        for name, state in after.items()
        if name in before
    }
    touched = _reached({name for name in after if name not in before or what[name]}, after)
    changes = []
    for name, state in after.items():
        if name not in touched:
            continue
        through = tuple(sorted((state.sources & touched) - {name}))
        if name not in before:
            changes.append(StepChange(name, Change.ADDED))
        else:
            kind = Change.CHANGED if what[name] else Change.THROUGH_INPUTS
            changes.append(StepChange(name, kind, what[name], through))
    changes += [StepChange(name, Change.REMOVED) for name in before if name not in after]
    return tuple(changes), tuple(name for name in after if name not in touched)


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every value that differs between two JSON values, in the order of ``before``, then what is new in ``after``."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in (*before, *(k for k in after if k not in before)):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), _below(path, key))
    elif isinstance(before, list) and isinstance(after, list) and (named := _named(before, after)):
        for key in (*named[0], *(k for k in named[1] if k not in named[0])):
            yield from differences(named[0].get(key, ABSENT), named[1].get(key, ABSENT), f"{path}[{key}]")
    elif type(before) is not type(after) or before != after:
        yield Difference(path, before, after)


def _below(path: str, key: str) -> str:
    if not key.replace("_", "").replace("-", "").isalnum():
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def _named(*lists: Sequence[Any]) -> list[dict[str, Any]] | None:
    """The lists as mappings by the names of their entries, when every entry has one of its own."""
    entries = [entry for listed in lists for entry in listed]
    for key in _NAMES if entries else ():
        if all(isinstance(entry, Mapping) and isinstance(entry.get(key), str) for entry in entries):
            named = [{entry[key]: entry for entry in listed} for listed in lists]
            if [len(n) for n in named] == [len(listed) for listed in lists]:
                return named
    return None


def _reached(names: set[str], steps: Mapping[str, StepState]) -> set[str]:
    """``names`` and every step that takes data from one of them, at any distance."""
    consumers: dict[str, list[str]] = defaultdict(list)
    for name, state in steps.items():
        for source in state.sources:
            consumers[source].append(name)
    reached, pending = set(names), list(names)
    while pending:
        for consumer in consumers[pending.pop()]:
            if consumer not in reached:
                reached.add(consumer)
                pending.append(consumer)
    return reached


def _told_once(found: Iterator[Difference]) -> Iterator[Difference]:
    """Differences without those of the request that only repeat one of a value or of an input."""
    listed = list(found)
    told = {difference.path for difference in listed}
    inputs = [path.removeprefix("inputs.") for path in told if path.startswith("inputs.")]
    for difference in listed:
        path = difference.path
        repeats = {path.replace(part, own, 1) for part, own in _RENDERED if part in path}
        repeats_input = any(
            path.startswith(f"request.{part}[{name}]") and (".S3Uri" in path or path.endswith(f"[{name}]"))
            for part in ("ProcessingInputs", "InputDataConfig")
            for name in inputs
        )
        if not repeats_input and not repeats & told:
            yield difference


def _as_json(plan: PipelinePlan | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(plan, PipelinePlan):
        return plan
    # Through text, so that a plan and the file it was written to are the same to the last tuple.
    plain: dict[str, Any] = json.loads(json.dumps(plan.to_json(), default=str))
    return plain


def _by_name(parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {p["name"]: {key: value for key, value in p.items() if key != "name"} for p in parameters}


def _states(plan: Mapping[str, Any]) -> dict[str, StepState]:
    fed: dict[str, dict[str, Any]] = defaultdict(dict)
    sources: dict[str, set[str]] = defaultdict(set)
    for entry in plan["external_inputs"]:
        fed[entry["step"]][entry["input"]] = entry["uri"]
    for binding in plan["bindings"]:
        fed[binding["step"]][binding["input"]] = f"{binding['source']}.{binding['output']}"
        sources[binding["step"]].add(binding["source"])
    return {
        step["name"]: StepState(
            _facts(step, fed[step["name"]]),
            frozenset(sources[step["name"]] | referenced_steps([step["request"], step["options"]])),
        )
        for step in plan["steps"]
    }


def _facts(step: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    code = step["code"]
    request = step["request"]
    if code is not None:
        # The code's place is named by its digest; a change of the code is told once, as a change of the code.
        request = _without(request, code["digest"])
        code = {**code, "uri": _without(code.get("uri"), code["digest"])}
    return {
        **{key: step[key] for key in ("reference", "type", "job_type", "builder")},
        "files": {f"{f['workspace']}/{f['name']}": f["sha256"] for f in step["files"]},
        "code": code,
        "inputs": dict(sorted(inputs.items())),
        **{key: step[key] for key in ("depends_on", "environment", "arguments", "hyperparameters", "options")},
        "request": request,
    }


def _without(value: Any, digest: str) -> Any:
    if isinstance(value, str):
        return value.replace(digest, "<digest>")
    if isinstance(value, Mapping):
        return {key: _without(item, digest) for key, item in value.items()}
    return [_without(item, digest) for item in value] if isinstance(value, list) else value
