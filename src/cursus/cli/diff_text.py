"""A difference between two pipelines as text for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from cursus.core.assembler.diff import ABSENT, Change, Difference, PlanDiff, StepChange

_MARKS = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~", Change.THROUGH_INPUTS: ">"}
_WORDS = {
    Change.ADDED.value: "added",
    Change.REMOVED.value: "removed",
    Change.CHANGED.value: "changed",
    Change.THROUGH_INPUTS.value: "changed through inputs",
    "unchanged": "unchanged",
}
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_LONGEST = 120


def diff_text(found: PlanDiff) -> str:
    """One line for each step that differs, with what differs in it below, and the counts at the end."""
    lines = list(differences_text(found.pipeline, "  "))
    if lines:
        lines.insert(0, "~ the pipeline")
    for step in found.steps:
        lines += _step(step)
    counts = ", ".join(f"{number} {_WORDS[what]}" for what, number in found.counts.items() if number)
    return "\n".join([*lines, f"Steps: {counts or 'none'}."])


def _step(step: StepChange) -> Iterator[str]:
    through = f"  (fed by {', '.join(step.through)})" if step.through else ""
    yield f"{_MARKS[step.change]} {step.step}{through}"
    yield from differences_text(step.what, "    ")


def differences_text(found: tuple[Difference, ...], indent: str) -> Iterator[str]:
    """One line for each value that differs."""
    for difference in found:
        if difference.before is ABSENT:
            yield f"{indent}{difference.path}: + {_shown(difference.after)}"
        elif difference.after is ABSENT:
            yield f"{indent}{difference.path}: - {_shown(difference.before)}"
        else:
            yield f"{indent}{difference.path}: {_shown(difference.before)} -> {_shown(difference.after)}"


def _shown(value: Any) -> str:
    text = _DIGEST.sub(r"\1…", json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
