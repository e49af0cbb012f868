"""The check that CONTRIBUTING shows is one: it documents itself, finds its fault and leaves what is right alone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from cursus.model.finding import Report
from cursus.registry.catalog import StepCatalog
from cursus.validation.check.doc import document
from cursus.validation.check.interface import Check
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex

PAGE = (Path(__file__).parents[4] / "CONTRIBUTING.md").read_text("utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
TREES = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The file, with the line run in it."""
    path = tmp_path / "notebook_import.py"
    path.write_text(PYTHON[0])
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, path.stem, module)
    spec.loader.exec_module(module)
    exec(PYTHON[1], vars(module))
    made: Check = module.CHECKS[-1]
    return made


def judge(root: Path, check: Check) -> Report:
    return run_checks(StepCatalog(WorkspaceIndex(root)), (*CHECKS, check), select=[check.code])


def test_the_example_is_a_check(check: Check, make_root: Callable[..., Path]) -> None:
    assert document(check).code == check.code
    expected, bad = TREES[0].split("\n", 1)
    (found,) = judge(make_root(bad), check).findings
    assert found.file is not None
    place = f"{found.severity.value} {found.file.name}:{found.line}:{found.column}"
    assert (found.code, place) == (check.code, expected.removeprefix("expect: "))


def test_the_example_leaves_what_is_right_alone(check: Check, make_root: Callable[..., Path]) -> None:
    report = judge(make_root(TREES[1]), check)
    assert (report.ok, report.findings) == (True, ())
