"""What the commands that judge share: their options, the run, and what is done with its report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cursus.cli.session import Session, options_with_formats
from cursus.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from cursus.model.finding import Report
    from cursus.validation.check.level import Level

F = TypeVar("F", bound=Callable[..., Any])

_FORMATS = ("text", "table", "json", "sarif", "junit", "github", "markdown", "html")


@dataclass(frozen=True)
class Checking:
    """What was said on the command line about how to judge; codes and levels may be given one by one or with commas."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    skip_levels: tuple[str, ...] = ()
    strict: bool = False
    timeout: float | None = None
    max_workers: int | None = None
    baseline: Path | None = None
    write_baseline: bool = False
    report: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """The options of the engine's run."""
        return {
            "select": split(self.select) or None,
            "ignore": split(self.ignore) or None,
            "skip_levels": split(self.skip_levels),
            "strict": self.strict,
            "timeout": self.timeout,
        }


def split(values: Sequence[str]) -> tuple[str, ...]:
    """The parts of texts that may hold several with commas between them."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


_OPTIONS = (
    click.option("--select", multiple=True, metavar="CODE", help="Run only these checks."),
    click.option("--ignore", multiple=True, metavar="CODE", help="Leave these checks out."),
    click.option("--skip-levels", multiple=True, metavar="LEVEL", help="Leave these levels out, 0 to 4 or by name."),
    click.option("--strict", is_flag=True, help="Warnings count as errors."),
    click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="Start nothing more after that."),
    click.option("--max-workers", type=click.IntRange(min=1), help="Spread the workspaces over so many processes."),
    click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Accept the findings in this file; instead of the one that the settings name.",
    ),
    click.option("--write-baseline", is_flag=True, help="Write the findings there are now to the baseline."),
    click.option("--report", is_flag=True, help="Keep the report in each workspace's validation_reports/ too."),
)


def check_options(command: F) -> F:
    """The options of a command that judges, given to it as one :class:`Checking`, and the common ones."""

    @wraps(command)
    def packed(*args: Any, **kwargs: Any) -> Any:
        own = {name: kwargs.pop(name) for name in Checking.__dataclass_fields__ if name in kwargs}
        return command(*args, checking=Checking(**own), **kwargs)

    wrapped: Any = options_with_formats(*_FORMATS)(packed)
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    result: F = wrapped
    return result


def judge(
    session: Session,
    checking: Checking,
    *,
    workspaces: Sequence[str] | None = None,
    steps: Sequence[str] | None = None,
    levels: Collection[Level] | None = None,
    codes: Collection[str] | None = None,
    building: bool = False,
) -> Report:
    """Run all checks as asked.

    :param levels: only these levels; the others are not mentioned.
    :param codes: only these codes, unless the command line selects others.
    :param building: run the checks that build, too.
    """
    from cursus.validation.check.level import Level
    from cursus.validation.checks import CHECKS
    from cursus.validation.engine import read_settings, run_checks

    settings = read_settings(session.root, CHECKS)
    baseline = _baseline(checking, settings.baseline)
    settings = replace(settings, baseline=None if checking.write_baseline else baseline)
    asked: dict[str, Any] = {**checking.options, "workspaces": workspaces, "steps": steps, "settings": settings}
    if levels is not None:
        asked["skip_levels"] = (*asked["skip_levels"], *(level for level in Level if level not in levels))
    if codes is not None and asked["select"] is None:
        asked["select"] = codes
    if checking.max_workers is None or building:
        report = run_checks(session.catalog, CHECKS, building=building, **asked)
    else:
        from cursus.validation.workspace.spread import spread_checks

        report = spread_checks(session.catalog, checking.max_workers, **asked)
    return report if levels is None else report.of_levels(levels)


def conclude(
    session: Session, checking: Checking, report: Report, *, whole: bool = False, name: str = "validation"
) -> None:
    """Print the report, keep what is to be kept, and end with the exit code.

    :param name: of the report where it is kept.
    :param whole: everything under the root was judged, so that a baseline is written anew and not only amended.
    """
    from cursus.validation.reporting import keep_reports, render

    click.echo(render(report, session.format, root=session.root), nl=False)
    if checking.report:
        for path in keep_reports(report, session.catalog.index.tree.workspaces, session.root, name):
            session.say(f"Report: {session.shown(path)}")
    if checking.write_baseline:
        _write_baseline(session, checking, report, whole=whole)
        return
    session.finish(0 if report.ok else EXIT_FINDINGS)


def _write_baseline(session: Session, checking: Checking, report: Report, *, whole: bool) -> None:
    from cursus.validation.checks import CHECKS
    from cursus.validation.engine import not_judged, read_baseline, read_settings, write_baseline
    from cursus.validation.reporting.places import counted

    path = _baseline(checking, read_settings(session.root, CHECKS).baseline)
    if path is not None:
        partly = bool(checking.select or checking.ignore or checking.skip_levels)
        anew = (whole and not partly) or not path.exists()
        kept = {} if anew else not_judged(read_baseline(path), report, partly=partly)
        count = write_baseline(path, report.findings, session.root, kept)
        session.say(f"Accepted from now on by {session.shown(path)}: {counted(count, 'finding')}.")


def _baseline(checking: Checking, of_settings: Path | None) -> Path | None:
    path = of_settings if checking.baseline is None else checking.baseline.absolute()
    if path is None and checking.write_baseline:
        raise UsageError(
            "There is no file to write the baseline to.", hint="cursus validate --baseline FILE --write-baseline"
        )
    return path
