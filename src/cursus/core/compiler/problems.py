"""The list that every part of the validation writes its findings to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Severity


@dataclass(slots=True)
class Problems:
    """Findings about one definition, in the order of the definition."""

    findings: list[Finding] = field(default_factory=list)

    def add(
        self, code: str, step: str | None, path: str, reason: str, *, hint: str | None = None, warning: bool = False
    ) -> None:
        """One finding; ``path`` is the member's place inside the step, or in the definition when ``step`` is None."""
        where = f"step '{step}': {path}" if step is not None else path
        severity = Severity.WARNING if warning else Severity.ERROR
        self.findings.append(Finding(f"definition-{code}", severity, f"{where}: {reason}", step=step, hint=hint))

    def unknown_members(self, step: str | None, path: str, given: Iterable[object], known: Collection[str]) -> None:
        """One finding for each of ``given`` that is not ``known``, with a suggestion where one is close."""
        for name in given:
            if name not in known:
                suggestion = did_you_mean(str(name), known) or f" Known here: {', '.join(sorted(known)) or 'nothing'}."
                self.add("unknown-member", step, path, f"'{name}' is not a member.{suggestion}")


def kind_of(value: object) -> str:
    """What a JSON value is called in a message."""
    if value is None:
        return "null"
    for types, name in ((bool, "a boolean"), (int | float, "a number"), (str, "a string"), (list, "a list")):
        if isinstance(value, types):
            return name
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"


def shown(value: object) -> str:
    """``value`` as it appears in a message, shortened."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
