"""The kinds of checks, by what they look at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from cursus.model.finding import Finding, Fix, Severity
from cursus.validation.analysis.acceptance import Acceptance
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.analysis.subject import Part, StepSubject, Subject, WorkspaceSubject
from cursus.validation.check.level import Level


class Check(ABC):
    """One rule. The docstring of a check states the rule, why it matters, a bad and a good example; see
    :mod:`cursus.validation.check.doc` for the form.

    :cvar code: kebab-case name, unique.
    :cvar covers: further codes that findings of this check carry, for rules that pass on what a lower room found.
    :cvar level: where it belongs.
    :cvar severity: of its findings, unless one says otherwise.
    :cvar builds: whether it has code of the workspace run, in a child process; such checks run on request only.
    """

    code: ClassVar[str]
    covers: ClassVar[tuple[str, ...]] = ()
    level: ClassVar[Level]
    severity: ClassVar[Severity] = Severity.ERROR
    builds: ClassVar[bool] = False

    @property
    def codes(self) -> frozenset[str]:
        """Every code a finding of this check may carry."""
        return frozenset((self.code, *self.covers))

    def finding(
        self,
        subject: StepSubject | Subject,
        message: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
        severity: Severity | None = None,
        step: str | None = None,
        workspace: str | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this check about ``subject``; a pipeline of the whole team says itself whose it is."""
        return Finding(
            code=self.code,
            severity=severity or self.severity,
            message=message,
            workspace=workspace or (subject.workspace.id if subject.workspace else None),
            step=subject.name if isinstance(subject, StepSubject) else step,
            file=file,
            line=line,
            column=column,
            hint=hint,
            fix=fix,
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


class PipelineCheck(Check):
    """A rule about a pipeline file and the steps it joins."""

    level = Level.SPEC_DEPENDENCIES

    @abstractmethod
    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """What is wrong with ``pipeline``."""


class AcceptanceCheck(Check):
    """A rule about what a workspace or pipeline file accepts; runs after all others."""

    level = Level.WORKSPACE

    @abstractmethod
    def check(self, subject: Subject, acceptance: Acceptance) -> Iterator[Finding]:
        """What is wrong with the suppressions and the baseline."""
