"""Runs the engine for several workspaces, here or spread over processes; the results are the same."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from cursus.model.finding import Outcome, Report, Unit
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.offers import Offers
from cursus.validation.check.level import Level
from cursus.validation.checks import CHECKS
from cursus.validation.engine import Half, read_settings, run_checks
from cursus.workspace.index import WorkspaceIndex

_WORKER = "cursus.validation.workspace.worker"
# Seconds a process may finish the unit it is at after the deadline has passed.
_GRACE = 30.0


@dataclass(frozen=True)
class Request:
    """One validation type of one workspace.

    :param part: ``alignment``, ``builders`` or whatever the caller calls it.
    :param levels: the levels that belong to it.
    :param steps: steps to judge, None for all.
    :param select: codes to check, None for all or what the settings say.
    :param baseline: path of the baseline instead of the settings' one; an empty text for none.
    :param half: as for :func:`~cursus.validation.engine.run_checks`.
    """

    part: str
    levels: tuple[str, ...]
    steps: tuple[str, ...] | None = None
    skip_levels: tuple[int | str, ...] = ()
    strict: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    half: Half | None = None


@dataclass(frozen=True)
class Done:
    """What came of a workspace: a report for each part, or why there is none."""

    reports: Mapping[str, Report]
    started: datetime
    ended: datetime
    error: str | None = None


Work = Mapping[str, Sequence[Request]]


def run_here(catalog: StepCatalog, work: Work, deadline: float | None) -> dict[str, Done]:
    """Validate each workspace in turn.

    :param work: workspace id -> what is asked for.
    :param deadline: moment of the monotonic clock after which nothing more is started.
    """
    done: dict[str, Done] = {}
    offers = Offers(catalog)
    for workspace_id, requests in work.items():
        started = datetime.now(UTC)
        reports = {r.part: _run(catalog, workspace_id, r, deadline, offers) for r in requests}
        done[workspace_id] = Done(reports, started, datetime.now(UTC))
    return done


def run_in_processes(root: Path, work: Work, workers: int | None, deadline: float | None) -> dict[str, Done]:
    """The same in at most ``workers`` processes of this Python, each with its share of the workspaces.

    A process that ends early or runs long past the deadline leaves its workspaces with an error; the others stand.
    """
    count = max(1, min(workers or cpu_count() or 1, len(work)))
    names = sorted(work)
    shares = [{name: work[name] for name in names[i::count]} for i in range(count)]
    done: dict[str, Done] = {}
    with ThreadPoolExecutor(max_workers=count) as pool:
        for share in pool.map(lambda share: _in_process(root, share, deadline), shares):
            done.update(share)
    return done


def answer(question: str) -> str:
    """What a worker process does: validate the workspaces of a question, both as JSON."""
    asked: dict[str, Any] = json.loads(question)
    left = asked["seconds"]
    deadline = None if left is None else time.monotonic() + left
    work = {name: [_request(r) for r in requests] for name, requests in asked["work"].items()}
    done = run_here(StepCatalog(WorkspaceIndex(Path(asked["root"]))), work, deadline)
    return json.dumps(
        {
            name: {
                "started": one.started.isoformat(),
                "ended": one.ended.isoformat(),
                "reports": {part: report.to_json() for part, report in one.reports.items()},
            }
            for name, one in done.items()
        }
    )


def merged(reports: Iterable[Report]) -> Report:
    """One report of several that have no unit in common."""
    parts = list(reports)
    return Report.of(
        (f for r in parts for f in r.findings),
        (u for r in parts for u in r.units),
        (a for r in parts for a in r.accepted),
    )


def _run(catalog: StepCatalog, workspace_id: str, request: Request, deadline: float | None, offers: Offers) -> Report:
    # All checks are named, so that comments and settings may name them too; levels of the other part are left out.
    others = [level for level in Level if level not in request.levels]
    settings = read_settings(catalog.index.root, CHECKS)
    if request.baseline is not None:
        settings = replace(settings, baseline=Path(request.baseline) if request.baseline else None)
    report = run_checks(
        catalog,
        CHECKS,
        workspaces=[workspace_id],
        steps=request.steps,
        select=request.select,
        ignore=request.ignore,
        skip_levels=[*request.skip_levels, *others],
        strict=request.strict,
        timeout=None if deadline is None else max(0.0, deadline - time.monotonic()),
        settings=settings,
        half=request.half,
        offers=offers,
    )
    return Report.of(report.findings, (u for u in report.units if u.level in request.levels), report.accepted)


def _in_process(root: Path, work: Work, deadline: float | None) -> dict[str, Done]:
    left = None if deadline is None else max(0.0, deadline - time.monotonic())
    question = {"root": str(root), "seconds": left, "work": {n: [asdict(r) for r in rs] for n, rs in work.items()}}
    started = datetime.now(UTC)
    command = [sys.executable, "-m", _WORKER]
    limit = None if left is None else left + _GRACE
    try:
        ended = subprocess.run(
            command, input=json.dumps(question), capture_output=True, text=True, check=False, timeout=limit
        )
    except subprocess.TimeoutExpired:
        error = f"the validating process was still busy {_GRACE:g} s after the time limit"
    else:
        if ended.returncode == 0:
            return {name: _done(one) for name, one in json.loads(ended.stdout).items()}
        last = ended.stderr.strip().splitlines()[-1:] or ["no message"]
        error = f"the validating process ended with code {ended.returncode}: {last[0]}"
    return {name: _failed(name, requests, started, error) for name, requests in work.items()}


def _failed(name: str, requests: Iterable[Request], started: datetime, error: str) -> Done:
    units = {r.part: [Unit(name, name, level, Outcome.NOT_RUN, error) for level in r.levels] for r in requests}
    return Done({p: Report.of((), u) for p, u in units.items()}, started, datetime.now(UTC), error)


def _request(values: dict[str, Any]) -> Request:
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return Request(**{**values, **lists, "levels": tuple(Level(level) for level in values["levels"])})


def _done(values: dict[str, Any]) -> Done:
    return Done(
        {part: Report.from_json(report) for part, report in values["reports"].items()},
        datetime.fromisoformat(values["started"]),
        datetime.fromisoformat(values["ended"]),
    )
