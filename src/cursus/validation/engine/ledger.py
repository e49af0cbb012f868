"""Which findings count: suppressions, per-file ignores, the baseline, changed severities, and what of them was used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cursus.model.finding import Accepted, Finding
from cursus.validation.analysis.acceptance import Acceptance, BaselineKey
from cursus.validation.analysis.suppression import Suppression, by_place
from cursus.validation.engine.baseline import Baseline, key_of, relative
from cursus.validation.engine.settings import Settings


class Ledger:
    """Takes the findings of a run and keeps account of those that are accepted.

    :param root: the workspace root, which patterns and the baseline are relative to.
    :param known: every code there is.
    """

    def __init__(self, root: Path, settings: Settings, baseline: Baseline, known: frozenset[str]) -> None:
        self.accepted: list[Accepted] = []
        self._root = root
        self._settings = settings
        self._left = dict(baseline)
        self._known = known

    def page(self, suppressions: tuple[Suppression, ...]) -> Page:
        """The account of one workspace or pipeline, with the comments in its files."""
        return Page(self, suppressions, self._known)

    def take(self, findings: Iterable[Finding], page: Page) -> list[Finding]:
        """Those that count, at the severity the settings give them."""
        kept = []
        # A finding that two checks yield alike is one finding, so it is asked about once.
        for finding in dict.fromkeys(findings):
            accepted = page.suppressed(finding) or self._ignored(finding) or self._known_before(finding)
            if accepted:
                self.accepted.append(accepted)
            else:
                kept.append(replace(finding, severity=self._settings.severity.get(finding.code, finding.severity)))
        return kept

    def stale(self, workspace: str, codes: Collection[str], pipelines: Collection[Path]) -> Mapping[BaselineKey, int]:
        """Baseline entries of a workspace and of these codes that are left over.

        :param pipelines: files that are judged by themselves, later.
        """
        later = {relative(path, self._root) for path in pipelines}
        return self._left_over(lambda k: k.workspace == workspace and k.code in codes and k.file not in later)

    def stale_in(
        self, pipeline: Path, codes: Collection[str], workspaces: Collection[str] | None
    ) -> Mapping[BaselineKey, int]:
        """Baseline entries about a pipeline file that are left over.

        :param workspaces: whose findings were looked for in it, besides the team's; None for everybody's.
        """
        file = relative(pipeline, self._root)
        ours = None if workspaces is None else {"", *workspaces}
        return self._left_over(lambda k: k.file == file and k.code in codes and (ours is None or k.workspace in ours))

    def _left_over(self, concerns: Callable[[BaselineKey], bool]) -> Mapping[BaselineKey, int]:
        return dict(sorted((key, count) for key, count in self._left.items() if count and concerns(key)))

    def _ignored(self, finding: Finding) -> Accepted | None:
        if finding.file is None:
            return None
        pattern = self._settings.ignoring(relative(finding.file, self._root), finding.code)
        return None if pattern is None else Accepted(finding, "per-file-ignores", pattern)

    def _known_before(self, finding: Finding) -> Accepted | None:
        key = key_of(finding, self._root)
        if not self._left.get(key):
            return None
        self._left[key] -= 1
        return Accepted(finding, "baseline")


@dataclass
class Page:
    """The suppressions of one workspace or pipeline and which of them accepted something."""

    ledger: Ledger
    suppressions: tuple[Suppression, ...]
    known: frozenset[str]

    def __post_init__(self) -> None:
        self._places = by_place(self.suppressions)
        self._used: set[tuple[Suppression, str]] = set()

    def take(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that count."""
        return self.ledger.take(findings, self)

    def take_uncommented(self, findings: Iterable[Finding]) -> list[Finding]:
        """The same for findings about the comments themselves, which no comment accepts."""
        return self.ledger.take(findings, Page(self.ledger, (), self.known))

    def suppressed(self, finding: Finding) -> Accepted | None:
        """The finding as accepted by a comment about its line, or None."""
        if finding.file is None or finding.line is None:
            return None
        for suppression in self._places.get((finding.file, finding.line), ()):
            if finding.code in suppression.codes:
                self._used.add((suppression, finding.code))
                return Accepted(finding, "suppression", suppression.reason)
        return None

    def acceptance(self, looked_for: Mapping[Path, Collection[str]], stale: Mapping[BaselineKey, int]) -> Acceptance:
        """How the suppressions came out.

        :param looked_for: file -> codes whose findings in it were all looked for.
        """
        idle: dict[Suppression, tuple[str, ...]] = {}
        for suppression in self.suppressions:
            if suppression.wrong is None:
                codes = looked_for.get(suppression.file, ())
                unused = tuple(c for c in suppression.codes if c in codes and (suppression, c) not in self._used)
                if unused:
                    idle[suppression] = unused
        return Acceptance(self.suppressions, idle, self.known, stale)
