"""The engine's run over several workspaces, spread over processes; the report is the same as that of one process."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from cursus.model.finding import Report
from cursus.model.workspace import Layer
from cursus.registry.catalog import StepCatalog
from cursus.validation.check.level import Level
from cursus.validation.checks import CHECKS
from cursus.validation.engine import Settings, run_checks
from cursus.validation.workspace.batch import Request, merged, run_in_processes
from cursus.validation.workspace.targets import has_step, require_steps

_WHOLE = "whole"


def spread_checks(
    catalog: StepCatalog,
    workers: int,
    *,
    settings: Settings,
    workspaces: Sequence[str] | None = None,
    steps: Collection[str] | None = None,
    select: Collection[str] | None = None,
    ignore: Collection[str] | None = None,
    skip_levels: Collection[str | int] = (),
    strict: bool = False,
    timeout: float | None = None,
) -> Report:
    """As :func:`~cursus.validation.engine.run_checks` with every check, in at most ``workers`` processes.

    What is wrong with the options is raised here, before any process is started. Pipelines are judged here too: they
    join workspaces.

    :param settings: those of the root; only the baseline may be another one.
    """
    asked: dict[str, Any] = {"select": select, "ignore": ignore, "skip_levels": skip_levels, "strict": strict}
    deadline = None if timeout is None else time.monotonic() + timeout
    tree = catalog.index.tree
    ids = [w.id for w in tree.workspaces if w.layer is not Layer.CORE] if workspaces is None else list(workspaces)
    joined = run_checks(
        catalog,
        CHECKS,
        workspaces=workspaces,
        steps=steps,
        timeout=timeout,
        settings=settings,
        half="pipelines",
        **asked,
    )
    require_steps(catalog, ids, steps or ())
    request = Request(
        part=_WHOLE,
        levels=tuple(Level),
        skip_levels=tuple(skip_levels),
        strict=strict,
        select=None if select is None else tuple(select),
        ignore=tuple(ignore or ()),
        baseline=str(settings.baseline or ""),
        half="workspaces",
    )
    work = {name: [replace(request, steps=_own(catalog, name, steps))] for name in ids}
    done = run_in_processes(tree.root, work, workers, deadline)
    known = tree.by_id
    rest = Report.of((f for f in tree.findings if f.workspace not in known and workspaces is None), ())
    return merged([joined, rest, *(one.reports[_WHOLE] for one in done.values())])


def _own(catalog: StepCatalog, workspace_id: str, steps: Collection[str] | None) -> tuple[str, ...] | None:
    return None if steps is None else tuple(s for s in steps if has_step(catalog, workspace_id, s))
