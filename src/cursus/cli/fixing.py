"""``--fix``: put right what can be, and judge again until nothing is left that can."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.session import Session
from cursus.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from cursus.model.finding import Report
    from cursus.validation.engine import Rewriting

# A fix may bring another finding to light; one that undid another would go round for ever.
_ROUNDS = 10


def fixed(session: Session, judge: Callable[[], Report]) -> Report:
    """The report after everything was put right that can be."""
    report, files, count = judge(), set(), 0
    locked: set[Path] = set()
    for _ in range(_ROUNDS):
        planned = _planned(session, report)
        locked.update(planned.locked)
        if not planned.texts:
            break
        planned.write()
        files |= set(planned.texts)
        count += len(planned.findings)
        session.catalog.index.refresh()
        report = judge()
    session.say(f"Put right: {_counted(count, len(files))}." if count else "Nothing can be put right.")
    _tell_locked(session, locked)
    return report


def preview_fixes(session: Session, report: Report) -> None:
    """Print what would be changed; exit code 1 while something is wrong."""
    planned = _planned(session, report)
    if session.json:
        session.print_json({"ok": report.ok, **planned.to_json(session.root), "findings": report.to_json()["findings"]})
    else:
        click.echo(planned.diff(session.root), nl=False)
        session.say(f"Would be put right: {_counted(len(planned.findings), len(planned.texts))}.")
    _tell_locked(session, planned.locked)
    session.finish(0 if report.ok else EXIT_FINDINGS)


def _tell_locked(session: Session, files: Iterable[Path]) -> None:
    for path in sorted(files):
        session.say(f"Left alone, since it is read-only: {session.shown(path)}")


def _counted(findings: int, files: int) -> str:
    return f"{findings} finding{'s' * (findings != 1)} in {files} file{'s' * (files != 1)}"


def _planned(session: Session, report: Report) -> Rewriting:
    from cursus.validation.engine import plan_fixes

    return plan_fixes(report.findings, [session.root])
