"""What every deployment of a pipeline changes alike, whatever name it is deployed under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cursus.model.expression import plain, references
from cursus.model.finding import Finding, Severity
from cursus.model.plan import PipelinePlan, PlannedStep

#: Members of a request that name what a job writes: what holds them -> what is said of it.
_WRITTEN = {
    "S3Output.S3Uri": "writes to",
    "TransformOutput.S3OutputPath": "writes to",
    "OutputDataConfig.S3OutputPath": "writes below",
    "CheckpointConfig.S3Uri": "keeps its checkpoints in",
}
_PLACE_HINT = (
    "Leave the place to Cursus, make it a parameter, or put {Get: Execution.PipelineName} into it with Std:Join."
)
#: What a request changes by name: step type -> member, what is said of it, and what comes of it.
_NAMED = {
    "Endpoint": ("EndpointName", "updates endpoint", "put their model in place of its"),
    "RegisterModel": ("ModelPackageGroupName", "adds to model package group", "add their versions to its"),
}
_NAME_HINT = "Make the name a pipeline parameter, and give your executions another one."


def fixed_place_findings(plan: PipelinePlan, name: str) -> tuple[Finding, ...]:
    """A warning for each place, endpoint or model package group that executions of ``name`` share with the pipeline's.

    :param name: what the pipeline is deployed as; under its own name there is nobody else to disturb.
    """
    if name == plan.name:
        return ()
    return tuple(
        Finding(
            "fixed-place",
            Severity.WARNING,
            f"Step '{step.name}' {does} {place}, as '{plan.name}' does: executions of '{name}' {effect}.",
            step=step.name,
            workspace=step.workspace,
            hint=hint,
        )
        for step in plan.steps
        for does, place, effect, hint in sorted({(d, str(p), e, h) for d, p, e, h in _shared(step) if _is_fixed(p)})
    )


def _is_fixed(value: Any) -> bool:
    return value is not None and not any(references(value))


def _shared(step: PlannedStep) -> Iterator[tuple[str, Any, str, str]]:
    """(what the step does, to which place or name, what comes of it, hint)."""
    request = plain(step.request)
    if step.type in _NAMED:
        member, does, effect = _NAMED[step.type]
        yield does, request.get(member), effect, _NAME_HINT
    for does, place in _written(request):
        yield does, place, "overwrite its", _PLACE_HINT


def _written(value: Any) -> Iterator[tuple[str, Any]]:
    """Everything below ``value`` that names a place to write to."""
    if isinstance(value, list):
        for item in value:
            yield from _written(item)
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        for member, does in _WRITTEN.items():
            holder, _, inner = member.partition(".")
            if key == holder and isinstance(item, Mapping) and inner in item:
                yield does, plain(item[inner])
        yield from _written(item)
