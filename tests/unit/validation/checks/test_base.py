"""The tree that all fixtures start from has nothing wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex


def test_the_base_tree_is_sound(make_root: Callable[..., Path]) -> None:
    report = run_checks(StepCatalog(WorkspaceIndex(make_root())), CHECKS)
    assert report.findings == ()
    assert [u for u in report.not_checked if u.outcome == "NOT_RUN"] == []
    assert report.ok
