"""Annotations for GitHub workflows."""

from __future__ import annotations

from pathlib import Path

from cursus.model.finding import Finding, Report, Severity
from cursus.validation.reporting.places import printable, shown_path

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class GitHubReporter:
    """One workflow command for each finding, one notice for what could not be checked."""

    name = "github"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as workflow commands."""
        lines = [_command(finding, root) for finding in report.findings]
        for unit in report.not_checked:
            text = f"{unit.name} {unit.level} {unit.outcome.value}: {unit.reason or ''}"
            lines.append(f"::notice title=not checked::{_data(text)}")
        lines.append(f"::notice title=cursus validate::{'ok' if report.ok else 'not ok'}")
        return "\n".join(lines) + "\n"


def _command(finding: Finding, root: Path | None) -> str:
    properties = {"title": finding.code}
    if finding.file is not None:
        properties["file"] = shown_path(finding.file, root)
        if finding.line is not None:
            properties["line"] = str(finding.line)
            if finding.column is not None:
                properties["col"] = str(finding.column)
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = finding.message + (f" Hint: {finding.hint}" if finding.hint else "")
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
