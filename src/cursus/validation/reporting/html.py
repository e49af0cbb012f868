"""One HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from cursus.model.finding import Accepted, Finding, Outcome, Report, Unit
from cursus.validation.reporting.places import Sources, counted, printable, shown_path, source_excerpt

_STYLE = """\
:root { color-scheme: light dark; --line: #8884; --dim: #666; --ok: #17704c; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --dim: #aaa; --ok: #5fd3a0; --bad: #ff8a80; } }
body { background: Canvas; color: CanvasText; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
pre { background: #8881; margin: .3rem 0; overflow-x: auto; padding: .5rem; }
article { border-left: .25rem solid var(--line); margin: 1rem 0; padding: .1rem 0 .1rem .8rem; }
article p { margin: .2rem 0; }
h2, article p, td { overflow-wrap: anywhere; }
@media (min-width: 48rem) { td { overflow-wrap: break-word; } }
@media (max-width: 48rem) { thead { display: none; } td { border: 0; display: block; padding: 0 .6rem; }
  tr { border-bottom: 1px solid var(--line); display: block; padding: .3rem 0; } }
summary { cursor: pointer; margin: 1rem 0; }
.error, .FAIL { border-color: #c33; } .warning, .NOT_RUN { border-color: #c80; } .info, .SKIPPED { border-color: #38c; }
.tag { border: 1px solid var(--line); border-radius: .3rem; font-size: .85em; padding: 0 .4rem; }
.ok { color: var(--ok); } .bad { color: var(--bad); } .dim { color: var(--dim); }
"""


class HtmlReporter:
    """Counts, findings with their source lines, every unit with its outcome, and what is accepted."""

    name = "html"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as an HTML document without scripts, links or images."""
        state = '<span class="ok">OK</span>' if report.ok else '<span class="bad">NOT OK</span>'
        lines = [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>Validation: {'OK' if report.ok else 'NOT OK'}</title>",
            f"<style>\n{_STYLE}</style></head>",
            "<body>",
            f"<h1>Validation: {state}</h1>",
            *_counts(report),
            *_findings(report.findings, root),
            *_units(report.units),
            *_accepted(report.accepted, root),
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"


def _counts(report: Report) -> Iterator[str]:
    counts = report.counts
    units = ", ".join(f"{counts[o.value]} {o.value}" for o in Outcome)
    yield f"<p>{counted(len(report.units), 'unit')}: {units}.</p>"
    accepted = f"; {len(report.accepted)} accepted" if report.accepted else ""
    named = (("error", "error"), ("warning", "warning"), ("info", "remark"))
    yield f"<p>{', '.join(counted(counts[name], noun) for name, noun in named)}{accepted}.</p>"


def _findings(findings: Sequence[Finding], root: Path | None) -> Iterator[str]:
    sources = Sources()
    for workspace, group in groupby(findings, key=lambda f: f.workspace or ""):
        yield f"<h2>{_text(workspace or 'Workspaces')}</h2>"
        for finding in group:
            yield from _finding(finding, root, sources)


def _finding(finding: Finding, root: Path | None, sources: Sources) -> Iterator[str]:
    yield f'<article class="{finding.severity.value}">'
    tags = [finding.severity.value, finding.code, finding.step or "", finding.owner or ""]
    yield f"<p>{' '.join(_tag(t) for t in tags if t)} {_text(finding.message)}</p>"
    if finding.file is not None:
        yield f'<p class="dim">{_text(_place(finding, finding.file, root))}</p>'
        excerpt = source_excerpt(sources, finding.file, finding.line, finding.column) if finding.line else []
        if excerpt:
            yield f"<pre>{escape(chr(10).join(excerpt))}</pre>"
    if finding.hint:
        yield f"<p>{_text(finding.hint)}</p>"
    if finding.fix:
        yield f"<p>Fix: {_text(finding.fix.summary)}.</p>"
    yield "</article>"


def _units(units: Sequence[Unit]) -> Iterator[str]:
    """What did not pass, open; what did, folded away."""
    yield "<h2>What was judged</h2>"
    passed = [(u.name, u.level) for u in units if u.outcome is Outcome.PASS]
    others = [(u.name, u.level, u.outcome.value, u.reason or "") for u in units if u.outcome is not Outcome.PASS]
    if others:
        yield from _table(("Subject", "Level", "Outcome", "Reason"), others)
    if passed:
        yield f"<details><summary>{len(passed)} passed</summary>"
        yield from _table(("Subject", "Level"), passed)
        yield "</details>"


def _accepted(accepted: Sequence[Accepted], root: Path | None) -> Iterator[str]:
    if accepted:
        yield "<h2>What is accepted</h2>"
        rows = (
            (
                a.finding.code,
                _place(a.finding, a.finding.file, root) if a.finding.file else a.finding.workspace or "",
                a.finding.message,
                a.by,
                a.reason or "",
            )
            for a in accepted
        )
        yield from _table(("Code", "Place", "Finding", "By", "Reason"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"<table><thead><tr>{''.join(f'<th>{h}</th>' for h in headings)}</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table>"


def _place(finding: Finding, path: Path, root: Path | None) -> str:
    numbers = [str(n) for n in (finding.line, finding.column) if n is not None]
    return ":".join([shown_path(path, root), *numbers])


def _tag(text: str) -> str:
    return f'<span class="tag">{_text(text)}</span>'


def _text(text: str) -> str:
    return escape(printable(text))
