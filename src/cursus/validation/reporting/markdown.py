"""Markdown, for a pull request or a page."""

from __future__ import annotations

from pathlib import Path

from cursus.model.finding import Finding, Outcome, Report
from cursus.validation.reporting.places import counted, printable, shown_path


class MarkdownReporter:
    """A heading, a table of findings, a table of what was not checked."""

    name = "markdown"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as Markdown."""
        counts = report.counts
        summary = ", ".join(f"{counts[o.value]} {o.value}" for o in Outcome)
        found = ", ".join(
            counted(counts[name], noun)
            for name, noun in (("error", "error"), ("warning", "warning"), ("info", "remark"))
        )
        accepted = f"; {len(report.accepted)} accepted" if report.accepted else ""
        lines = [f"# Validation: {'OK' if report.ok else 'NOT OK'}", ""]
        lines += [f"{counted(len(report.units), 'unit')}: {summary}; {found}{accepted}.", ""]
        if report.findings:
            lines += ["| Severity | Code | Step | Place | Message | Hint |", "|---|---|---|---|---|---|"]
            lines += [_row(finding, root) for finding in report.findings]
            lines.append("")
        if report.not_checked:
            lines += ["## Not checked", "", "| Step | Level | Outcome | Reason |", "|---|---|---|---|"]
            lines += [
                f"| {_cell(u.name)} | {u.level} | {u.outcome.value} | {_cell(u.reason or '')} |"
                for u in report.not_checked
            ]
            lines.append("")
        return "\n".join(lines).rstrip("\n") + "\n"


def _row(finding: Finding, root: Path | None) -> str:
    place = shown_path(finding.file, root) if finding.file else ""
    if place and finding.line:
        place += f":{finding.line}"
    subject = "/".join(part for part in (finding.workspace, finding.step) if part)
    cells = (finding.severity.value, finding.code, subject, place, finding.message, finding.hint or "")
    return "| " + " | ".join(_cell(c) for c in cells) + " |"


def _cell(text: str) -> str:
    escaped = printable(text).replace("\\", "\\\\").replace("|", "\\|")
    for character in "<>*_`[]":
        escaped = escaped.replace(character, f"\\{character}")
    return escaped
