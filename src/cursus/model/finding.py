"""What a check found, and what was and was not checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from cursus.errors import CursusError

SCHEMA_VERSION = 1


class Severity(StrEnum):
    """How bad a finding is; only errors make a unit fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a text file: ``old``, which stands at this place, becomes ``new``.

    :param line: from 1.
    :param column: from 1, in characters.
    """

    file: Path
    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What puts a finding right without a choice to be made, all edits of it or none."""

    summary: str
    edits: tuple[Edit, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"summary": self.summary, "edits": [asdict(e) | {"file": str(e.file)} for e in self.edits]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Fix:
        """What :meth:`to_json` gave."""
        return cls(values["summary"], tuple(Edit(**{**e, "file": Path(e["file"])}) for e in values["edits"]))


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about one place that somebody should act on.

    :param code: the check's code, or the error's, kebab case.
    :param file: absolute path, or None when no file is to blame.
    :param line: from 1.
    :param column: from 1.
    :param hint: what to do, usually a command.
    :param owner: who owns the workspace, from ``workspace.toml``.
    :param fix: what puts it right, where that is safe.
    """

    code: str
    severity: Severity
    message: str
    workspace: str | None = None
    step: str | None = None
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    owner: str | None = None
    fix: Fix | None = None

    @classmethod
    def from_error(cls, error: CursusError) -> Finding:
        """The same facts as an error, as data."""
        return cls(
            code=error.code,
            severity=Severity.ERROR,
            message=error.message,
            workspace=error.workspace,
            step=error.step,
            file=error.file,
            line=error.line,
            column=error.column,
            hint=error.hint,
        )

    def sort_key(self) -> tuple[str, str, str, int, int, str, str]:
        """Stable order: workspace, step, place, code."""
        return (
            self.workspace or "",
            self.step or "",
            str(self.file or ""),
            self.line or 0,
            self.column or 0,
            self.code,
            self.message,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values under the published keys."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "workspace": self.workspace,
            "step": self.step,
            "file": None if self.file is None else str(self.file),
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
            "owner": self.owner,
            "fix": None if self.fix is None else self.fix.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Finding:
        """What :meth:`to_json` gave."""
        file = Path(values["file"]) if values["file"] else None
        fix = Fix.from_json(values["fix"]) if values["fix"] else None
        return cls(**{**values, "severity": Severity(values["severity"]), "file": file, "fix": fix})


class Outcome(StrEnum):
    """What became of a unit. Only PASS is a pass: what was not run or was skipped never counts as one."""

    PASS = "PASS"  # noqa: S105 - an outcome, no password
    FAIL = "FAIL"
    NOT_RUN = "NOT_RUN"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Unit:
    """One (component, level) that was to be judged.

    :param workspace: its id; empty for a pipeline of the whole team.
    :param subject: the step's canonical name, the workspace id for checks of a whole workspace, or
        ``pipelines/<name>``.
    :param level: ``workspace``, ``script-contract``, ``contract-spec``, ``spec-dependencies`` or ``builder-config``.
    :param reason: why, when the outcome is NOT_RUN or SKIPPED.
    """

    workspace: str
    subject: str
    level: str
    outcome: Outcome
    reason: str | None = None

    @property
    def name(self) -> str:
        """``<workspace>/<subject>``, or only one of them where the other says nothing more."""
        if self.subject == self.workspace:
            return self.workspace
        return "/".join(part for part in (self.workspace, self.subject) if part)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "workspace": self.workspace,
            "subject": self.subject,
            "level": self.level,
            "outcome": self.outcome.value,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Unit:
        """What :meth:`to_json` gave."""
        return cls(**{**values, "outcome": Outcome(values["outcome"])})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that somebody accepts on purpose, so that it counts for nothing.

    :param by: ``suppression`` (a comment), ``per-file-ignores`` (settings) or ``baseline``.
    :param reason: why, where it was written down.
    """

    finding: Finding
    by: str
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding's plain values, with ``by`` and ``reason``."""
        return {**self.finding.to_json(), "by": self.by, "reason": self.reason}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Accepted:
        """What :meth:`to_json` gave."""
        rest = dict(values)
        by, reason = rest.pop("by"), rest.pop("reason")
        return cls(Finding.from_json(rest), by, reason)


@dataclass(frozen=True, slots=True)
class Report:
    """Findings with the units they were found in, both in stable order.

    :param accepted: findings that do not count, and who says so.
    """

    findings: tuple[Finding, ...]
    units: tuple[Unit, ...]
    accepted: tuple[Accepted, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding], units: Iterable[Unit], accepted: Iterable[Accepted] = ()) -> Report:
        """A report in stable order, each finding once."""
        return cls(
            findings=tuple(sorted(set(findings), key=Finding.sort_key)),
            units=tuple(sorted(units, key=lambda u: (u.workspace, u.subject, u.level))),
            accepted=tuple(sorted(set(accepted), key=lambda a: (*a.finding.sort_key(), a.by))),
        )

    def of_levels(self, levels: Collection[str]) -> Report:
        """This report without the units of other levels, which were skipped because nobody asked for them."""
        return Report(self.findings, tuple(u for u in self.units if u.level in levels), self.accepted)

    def of_workspace(self, workspace: str) -> Report:
        """What of this report is about one workspace."""
        return Report(
            tuple(f for f in self.findings if f.workspace == workspace),
            tuple(u for u in self.units if u.workspace == workspace),
            tuple(a for a in self.accepted if a.finding.workspace == workspace),
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of units by outcome, of findings by severity, and of accepted findings."""
        counts = {o.value: 0 for o in Outcome} | {s.value: 0 for s in Severity} | {"accepted": len(self.accepted)}
        for unit in self.units:
            counts[unit.outcome.value] += 1
        for finding in self.findings:
            counts[finding.severity.value] += 1
        return counts

    @property
    def not_checked(self) -> tuple[Unit, ...]:
        """Units that were skipped or could not run, with their reasons."""
        return tuple(u for u in self.units if u.outcome in (Outcome.NOT_RUN, Outcome.SKIPPED))

    @property
    def ok(self) -> bool:
        """True when something was checked, nothing failed, nothing could not run, and no finding is an error."""
        outcomes = {u.outcome for u in self.units}
        return (
            Outcome.PASS in outcomes
            and not outcomes & {Outcome.FAIL, Outcome.NOT_RUN}
            and not any(f.severity is Severity.ERROR for f in self.findings)
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values with ``schema_version``."""
        return {
            "schema_version": SCHEMA_VERSION,
            "ok": self.ok,
            "counts": dict(self.counts),
            "findings": [f.to_json() for f in self.findings],
            "units": [u.to_json() for u in self.units],
            "not_checked": [u.to_json() for u in self.not_checked],
            "accepted": [a.to_json() for a in self.accepted],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Report:
        """What :meth:`to_json` gave."""
        return cls.of(
            map(Finding.from_json, values["findings"]),
            map(Unit.from_json, values["units"]),
            map(Accepted.from_json, values["accepted"]),
        )
