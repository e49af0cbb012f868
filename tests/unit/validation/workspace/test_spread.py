"""A run spread over processes gives the report of one process."""

from __future__ import annotations

import pytest

from cursus.errors import ConfigurationError, UnknownStep, UnknownWorkspace
from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import Settings, read_settings, run_checks, write_baseline
from cursus.validation.workspace.spread import spread_checks
from cursus.workspace.index import WorkspaceIndex

TEXT = """=== edit a:scripts/prepare.py
    rows = _tables.join(input_paths["flights"], input_paths["weather"])
-->
    rows = _tables.join(input_paths["flights"], "weather")
=== edit b:scripts/report.py
input_paths["model"]
-->
input_paths["modell"]  # cursus: ignore[undeclared-input] tomorrow
=== write developers/broken.txt
=== write developers/empty/notes.txt
=== write pipelines/flights.yaml
name: flights
steps:
  fit: a/Fit
  report: b/Report
edges: [fit -> report]
=== write cursus.toml
[validation]
severity = { unused-input = "error" }
"""


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"workspaces": ["a"]},
        {"workspaces": ["b", "a"], "strict": True},
        {"steps": ["Report"]},
        {"steps": ["a/fit"], "skip_levels": [1]},
        {"select": ["unused-input", "unsatisfied-input"]},
        {"ignore": ["unused-input"]},
    ],
    ids=str,
)
def test_the_report_is_the_same(make_root, options) -> None:
    root = make_root(TEXT)
    catalog = StepCatalog(WorkspaceIndex(root))
    alone = run_checks(catalog, CHECKS, **options)
    assert spread_checks(catalog, 2, settings=read_settings(root, CHECKS), **options) == alone


def test_the_baseline_is_the_same(make_root, tmp_path) -> None:
    root = make_root(TEXT)
    catalog = StepCatalog(WorkspaceIndex(root))
    write_baseline(tmp_path / "baseline.json", run_checks(catalog, CHECKS, workspaces=["a"]).findings, root)
    settings = Settings(baseline=tmp_path / "baseline.json")
    alone = run_checks(catalog, CHECKS, settings=settings)
    assert alone.accepted
    # A baseline is part of the question a process is asked, all else it reads from the root.
    spread = spread_checks(catalog, 3, settings=settings)
    assert spread.accepted == alone.accepted


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"workspaces": ["nobody"]}, UnknownWorkspace),
        ({"steps": ["Nothing"]}, UnknownStep),
        ({"select": ["no-code"]}, ConfigurationError),
    ],
)
def test_what_is_wrong_is_raised_before_anything_is_started(make_root, options, error) -> None:
    root = make_root()
    with pytest.raises(error):
        spread_checks(StepCatalog(WorkspaceIndex(root)), 2, settings=Settings(), **options)
