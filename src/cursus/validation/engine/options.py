"""What is to be checked, and how findings are to be taken."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from cursus.model.finding import Finding
from cursus.model.workspace import fold
from cursus.validation.analysis.subject import StepSubject, WorkspaceSubject
from cursus.validation.check.interface import Check
from cursus.validation.check.level import Level
from cursus.validation.check.select import check_codes, parse_level
from cursus.validation.engine.settings import Settings


class Deadline:
    """A moment after which nothing more is started. Without a limit it never comes."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return self._end is not None and time.monotonic() >= self._end

    @property
    def reason(self) -> str:
        """Why a unit was not run, once the time is up."""
        return f"the time limit of {self.seconds:g} s had passed"


@dataclass(frozen=True)
class Options:
    """One selection of checks.

    :param select: codes to check; None for all.
    :param ignore: codes not to report.
    :param steps: names of the steps to judge, as asked for; None for all.
    :param names: canonical names of these steps in the workspace at hand; None for all.
    :param skipped: levels left out on request.
    :param strict: warnings count as errors.
    """

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    steps: frozenset[str] | None = None
    names: frozenset[str] | None = None
    skipped: frozenset[Level] = frozenset()
    strict: bool = False
    deadline: Deadline = field(default_factory=lambda: Deadline(None))

    @classmethod
    def of(
        cls,
        checks: Sequence[Check],
        *,
        steps: Collection[str] | None,
        select: Collection[str] | None,
        ignore: Collection[str] | None,
        skip_levels: Collection[str | int],
        strict: bool,
        timeout: float | None,
        settings: Settings,
    ) -> Options:
        """Options from what a caller gave: what is selected there replaces the settings, the rest adds to them.

        :raises ConfigurationError: a code or level that does not exist.
        """
        check_codes(checks, [*(select or ()), *(ignore or ())])
        return cls(
            select=settings.select if select is None else frozenset(select),
            ignore=settings.ignore.union(ignore or ()),
            steps=None if steps is None else frozenset(steps),
            skipped=settings.skip_levels.union(parse_level(level) for level in skip_levels),
            strict=strict or settings.strict,
            deadline=Deadline(timeout),
        )

    def wants(self, check: Check) -> bool:
        """Whether some finding of ``check`` would be reported."""
        return any(self.reports(code) for code in check.codes)

    def reports(self, code: str) -> bool:
        """Whether findings of this code are reported."""
        return code not in self.ignore and (self.select is None or code in self.select)

    def keeps(self, finding: Finding) -> bool:
        """Whether this finding is reported: its code is wanted and its step, if it has one, was asked for."""
        if not self.reports(finding.code):
            return False
        return self.names is None or finding.step is None or finding.step in self.names

    def within(self, subject: WorkspaceSubject) -> Options:
        """The same options for one workspace, where the names that were asked for mean its steps."""
        if self.steps is None:
            return self
        names = {s.name for s in subject.steps if any(means(asked, s) for asked in self.steps)}
        return replace(self, names=frozenset(names))

    def codes(self, checks: Sequence[Check]) -> frozenset[str]:
        """The codes that are looked for."""
        able = (check for check in checks if check.level not in self.skipped)
        return frozenset(code for check in able for code in check.codes if self.reports(code))


def means(asked: str, step: StepSubject) -> bool:
    """Whether ``asked`` is that step: its canonical or file name, folded, and its workspace where that is given."""
    workspace, _, name = asked.rpartition("/")
    keys = {fold(step.name), *(fold(component.step) for component in step.components)}
    return workspace in ("", step.workspace.id) and fold(name) in keys
