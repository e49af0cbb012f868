"""Reports kept with the workspaces they are about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cursus.model.finding import Report
from cursus.model.workspace import Layer, Workspace
from cursus.validation.reporting.html import HtmlReporter
from cursus.validation.reporting.json import JsonReporter
from cursus.workspace.layout import reports_dir
from cursus.workspace.writing import write_text

_KEPT = ((JsonReporter(), ".json"), (HtmlReporter(), ".html"))


def keep_reports(
    report: Report, workspaces: Iterable[Workspace], root: Path, name: str = "validation"
) -> tuple[Path, ...]:
    """Write what of the report is about each workspace into its ``validation_reports/``, over the report before.

    :param name: of the files; a report of one kind of checks is not written over one of another.
    :returns: the files written; nothing for workspaces that were not judged, and for the bundled core.
    :raises FileError: a file cannot be written.
    """
    written = []
    judged = {unit.workspace for unit in report.units}
    for workspace in workspaces:
        if workspace.layer is Layer.CORE or workspace.id not in judged:
            continue
        own = report.of_workspace(workspace.id)
        for reporter, suffix in _KEPT:
            path = reports_dir(workspace) / f"{name}{suffix}"
            write_text(path, reporter.render(own, root=root))
            written.append(path)
    return tuple(written)
