"""``search-path``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.reach import Means, Reach
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck
from cursus.workspace.layout import DEVELOPERS

_CONTAINER = "/opt/ml/"


class SearchPath(WorkspaceCheck):
    """The module search path is not extended beyond the workspace, nor is code loaded from a file outside it.

    A place inside the own workspace, found from ``__file__``, and a place below ``/opt/ml`` are allowed. A place that
    cannot be known by reading is a warning.

    Why: it reaches another workspace behind the isolation's back, works on one machine only, and lets a module of the
    same name be taken from the wrong place.

    Bad::

        sys.path.insert(0, "../../../../risk/src")

    Good::

        from cursus_dev.steps.scripts._dates import parse
    """

    code = "search-path"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Changes of the search path and code loaded by file, unless they stay inside."""
        for path, places in workspace.reached.items():
            for reach in places:
                if reach.means in (Means.SEARCH_PATH, Means.BY_FILE):
                    finding = self._judge(workspace, path, reach)
                    if finding:
                        yield finding

    def _judge(self, workspace: WorkspaceSubject, path: Path, reach: Reach) -> Finding | None:
        folders = {part for text in reach.texts for part in re.split(r"[\\/]", text)}
        foreign = sorted(folders & {DEVELOPERS, *workspace.others})
        if foreign:
            return self._found(workspace, path, reach, f"to reach '{foreign[0]}'", Severity.ERROR)
        if reach.climbs and (not reach.from_file or reach.climbs > _depth(workspace, path)):
            return self._found(workspace, path, reach, "to a place outside the workspace", Severity.ERROR)
        absolute = [t for t in reach.texts if t.startswith("/") and not t.startswith(_CONTAINER)]
        if absolute and not reach.from_file:
            return self._found(workspace, path, reach, f"to '{absolute[0]}' of this machine", Severity.ERROR)
        if not reach.known:
            return self._found(workspace, path, reach, "to a place that cannot be known by reading", Severity.WARNING)
        return None

    def _found(
        self, workspace: WorkspaceSubject, path: Path, reach: Reach, whither: str, severity: Severity
    ) -> Finding:
        return self.finding(
            workspace,
            f"{path.name} {reach.means.value} {whither}.",
            file=path,
            line=reach.line,
            column=reach.column,
            step=workspace.step_of.get(path),
            hint="Import through cursus_dev.…; code that several workspaces need belongs to shared/.",
            severity=severity,
        )


def _depth(workspace: WorkspaceSubject, path: Path) -> int:
    """How many folders can be climbed from the file before the workspace is left."""
    base = workspace.workspace.root
    return len(path.relative_to(base).parts) if path.is_relative_to(base) else 0
