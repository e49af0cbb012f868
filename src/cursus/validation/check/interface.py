"""The two kinds of checks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, TypeVar

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject, WorkspaceSubject
from cursus.validation.check.level import Level

S = TypeVar("S", StepSubject, WorkspaceSubject)


class Check(ABC):
    """One rule. The docstring of a check states the rule, why it matters, a bad and a good example; see
    :mod:`cursus.validation.check.doc` for the form.

    :cvar code: kebab-case name, unique.
    :cvar covers: further codes that findings of this check carry, for rules that pass on what a lower room found.
    :cvar level: where it belongs.
    :cvar severity: of its findings, unless one says otherwise.
    """

    code: ClassVar[str]
    covers: ClassVar[tuple[str, ...]] = ()
    level: ClassVar[Level]
    severity: ClassVar[Severity] = Severity.ERROR

    @property
    def codes(self) -> frozenset[str]:
        """Every code a finding of this check may carry."""
        return frozenset((self.code, *self.covers))

    def finding(
        self,
        subject: StepSubject | WorkspaceSubject,
        message: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
        severity: Severity | None = None,
        step: str | None = None,
    ) -> Finding:
        """A finding of this check about ``subject``."""
        return Finding(
            code=self.code,
            severity=severity or self.severity,
            message=message,
            workspace=subject.workspace.id,
            step=subject.name if isinstance(subject, StepSubject) else step,
            file=file,
            line=line,
            column=column,
            hint=hint,
        )


class StepCheck(Check):
    """A rule about one step.

    :cvar needs: the parts without which the rule cannot be judged; the engine calls :meth:`check` only when all of
        them are known.
    """

    needs: ClassVar[tuple[Part, ...]]

    @abstractmethod
    def check(self, step: StepSubject) -> Iterator[Finding]:
        """What is wrong with ``step``."""


class WorkspaceCheck(Check):
    """A rule about the files of a workspace."""

    level = Level.WORKSPACE

    @abstractmethod
    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """What is wrong with ``workspace``."""
