"""Plain text, as compilers write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from cursus.model.finding import Finding, Outcome, Report
from cursus.validation.reporting.places import Sources, counted, printable, shown_path, source_excerpt

#: So many units that were not run for the same reason are named one by one.
_MOST = 10


class TextReporter:
    """``path:line:column: error[code] message``, the source line and a caret, a hint; then what was not checked."""

    name = "text"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as lines."""
        lines: list[str] = []
        sources = Sources()
        for finding in report.findings:
            lines += [*_finding(finding, root, sources), ""]
        lines += _not_checked(report)
        lines += _summary(report)
        return "\n".join(printable(line) for line in lines) + "\n"


def _finding(finding: Finding, root: Path | None, sources: Sources) -> Iterator[str]:
    yield f"{_place(finding, root)}: {finding.severity.value}[{finding.code}] {finding.message}"
    if finding.file is not None and finding.line is not None:
        yield from source_excerpt(sources, finding.file, finding.line, finding.column)
    about = [finding.workspace or "", finding.step or ""]
    subject = "/".join(part for part in about if part)
    owner = f" (owner: {finding.owner})" if finding.owner else ""
    if subject:
        yield f"      = in: {subject}{owner}"
    if finding.hint:
        yield f"      = hint: {finding.hint}"
    if finding.fix:
        yield f"      = fix: {finding.fix.summary} (cursus validate --fix)."


def _place(finding: Finding, root: Path | None) -> str:
    if finding.file is None:
        return finding.workspace or "workspaces"
    place = shown_path(finding.file, root)
    for number in (finding.line, finding.column):
        if number is None:
            break
        place += f":{number}"
    return place


def _not_checked(report: Report) -> Iterator[str]:
    """Units that could not run, one line each unless many have one reason; skipped ones by reason."""
    not_run = [u for u in report.not_checked if u.outcome is Outcome.NOT_RUN]
    if not_run:
        yield "Not checked:"
        often = {reason: n for reason, n in Counter(u.reason for u in not_run).items() if n > _MOST}
        for unit in not_run:
            if unit.reason not in often:
                yield f"  {unit.name} {unit.level}: {unit.reason or 'no reason given'}"
        for reason, count in often.items():
            yield f"  {counted(count, 'unit')}: {reason or 'no reason given'}"
        yield ""
    skipped = sorted((u.reason or "", u.level) for u in report.not_checked if u.outcome is Outcome.SKIPPED)
    if skipped:
        yield "Skipped:"
        for (reason, level), units in groupby(skipped):
            yield f"  {level}, {counted(len(list(units)), 'unit')}: {reason}"
        yield ""


def _summary(report: Report) -> Iterator[str]:
    counts = report.counts
    units = ", ".join(
        f"{counts[outcome.value]} {words}"
        for outcome, words in (
            (Outcome.PASS, "passed"),
            (Outcome.FAIL, "failed"),
            (Outcome.NOT_RUN, "not run"),
            (Outcome.SKIPPED, "skipped"),
        )
    )
    found = ", ".join(
        f"{counts[name]} info" if name == "info" else counted(counts[name], name)
        for name in ("error", "warning", "info")
    )
    accepted = f"; {len(report.accepted)} accepted" if report.accepted else ""
    yield f"{counted(len(report.units), 'unit')}: {units}; {found}{accepted}."
    yield "OK" if report.ok else _why_not(report)


def _why_not(report: Report) -> str:
    counts = report.counts
    if not counts[Outcome.PASS.value] and not counts[Outcome.FAIL.value] and not counts["error"]:
        return "NOT OK: nothing was checked."
    if counts[Outcome.FAIL.value] or counts["error"]:
        return "NOT OK: errors were found."
    return "NOT OK: not everything could be checked."
