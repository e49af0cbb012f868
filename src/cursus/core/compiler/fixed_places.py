"""What every deployment of a pipeline writes to alike, whatever name it is deployed under."""

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
_HINT = "Leave the place to Cursus, make it a parameter, or put {Get: Execution.PipelineName} into it with Std:Join."


def fixed_place_findings(plan: PipelinePlan, name: str) -> tuple[Finding, ...]:
    """A warning for each place or endpoint that an execution of ``name`` shares with those of the pipeline itself.

    :param name: what the pipeline is deployed as; under its own name there is nobody else to disturb.
    """
    if name == plan.name:
        return ()
    return tuple(
        Finding(
            "fixed-place",
            Severity.WARNING,
            f"Step '{step.name}' {does} {place}, as '{plan.name}' does: executions of '{name}' overwrite its.",
            step=step.name,
            workspace=step.workspace,
            hint=_HINT,
        )
        for step in plan.steps
        for does, place in sorted({(does, str(place)) for does, place in _places(step) if _is_fixed(place)})
    )


def _is_fixed(value: Any) -> bool:
    return value is not None and not any(references(value))


def _places(step: PlannedStep) -> Iterator[tuple[str, Any]]:
    request = plain(step.request)
    if step.type == "Endpoint":
        yield "updates endpoint", request.get("EndpointName")
    yield from _written(request)


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
