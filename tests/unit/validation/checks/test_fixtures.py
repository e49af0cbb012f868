"""Every check has documentation, a miniature workspace that it finds fault with, and one that it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cursus.model.finding import Finding, Outcome, Report
from cursus.registry.catalog import StepCatalog
from cursus.validation.check.doc import document
from cursus.validation.check.interface import Check
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex

FIXTURES = Path(__file__).parent / "fixtures"
CODES = [check.code for check in CHECKS]
#: They judge what others found.
NEED_OTHERS = ("stale-baseline", "unused-suppression")
by_code = pytest.mark.parametrize("check", CHECKS, ids=CODES)


def stated(code: str, kind: str, keyword: str) -> list[str]:
    head = (FIXTURES / code / f"{kind}.tree").read_text().split("===", 1)[0]
    return [line.removeprefix(keyword + ": ") for line in head.splitlines() if line.startswith(keyword + ": ")]


def place(finding: Finding) -> str:
    name = finding.file.name if finding.file else "-"
    return f"{finding.severity.value} {name}:{finding.line or '-'}:{finding.column or '-'}"


def judge(root: Path, check: Check) -> Report:
    return run_checks(StepCatalog(WorkspaceIndex(root)), CHECKS, building=check.builds)


def make(make_root: Callable[..., Path], code: str, kind: str) -> Path:
    root = make_root((FIXTURES / code / f"{kind}.tree").read_text())
    if code == "unreadable-file" and kind == "bad":
        # Too large to be kept as a fixture.
        (root / "developers/a/src/cursus_dev/steps/scripts/huge.py").write_text("x = 1\n" * 1_000_000)
    return root


def test_codes_are_unique() -> None:
    codes = [code for check in CHECKS for code in check.codes]
    assert sorted(codes) == sorted(set(codes))


def test_no_fixture_without_a_check() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()) == sorted(CODES)


@by_code
def test_it_is_documented(check) -> None:
    doc = document(check)
    assert doc.code == check.code
    assert all((doc.rule, doc.why, doc.bad, doc.good))
    assert doc.bad != doc.good


@by_code
def test_it_finds_the_fault(check, make_root) -> None:
    report = judge(make(make_root, check.code, "bad"), check)
    found = [f for f in report.findings if f.code in check.codes]
    assert sorted(map(place, found)) == sorted(stated(check.code, "bad", "expect"))
    assert {f.code for f in report.findings} - check.codes == set(stated(check.code, "bad", "also"))
    assert all(f.workspace and f.message and f.hint for f in found)


@by_code
def test_units_say_what_was_not_judged(check, make_root) -> None:
    report = judge(make(make_root, check.code, "bad"), check)
    not_run = [f"{u.workspace}/{u.subject} {u.level}" for u in report.units if u.outcome is Outcome.NOT_RUN]
    assert sorted(not_run) == sorted(stated(check.code, "bad", "not run"))
    assert all(u.reason for u in report.not_checked)


@by_code
def test_it_leaves_what_is_right_alone(check, make_root) -> None:
    report = judge(make(make_root, check.code, "good"), check)
    assert [(f.code, f.message) for f in report.findings] == []
    assert report.ok


@by_code
def test_it_can_be_selected_and_ignored(check, make_root) -> None:
    catalog = StepCatalog(WorkspaceIndex(make(make_root, check.code, "bad")))
    if check.code in NEED_OTHERS:
        # Whether something is accepted for nothing is only known where it was looked for.
        assert run_checks(catalog, CHECKS, select=check.codes).ok
        return
    alone = run_checks(catalog, CHECKS, select=check.codes, building=check.builds)
    assert {f.code for f in alone.findings} <= check.codes
    assert len(alone.findings) == len(stated(check.code, "bad", "expect"))
    without = run_checks(catalog, CHECKS, ignore=check.codes, building=check.builds)
    assert not {f.code for f in without.findings} & check.codes
