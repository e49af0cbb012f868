"""What the engine says was judged, was not, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cursus.errors import ConfigurationError, UnknownStep, UnknownWorkspace
from cursus.model.finding import Outcome, Report, Severity
from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex

BROKEN = """=== edit a:scripts/prepare.py
def main(input_paths, output_paths, environ_vars, job_args):
-->
def main(input_paths, output_paths, environ_vars, job_args:
"""
UNUSED = """=== edit a:scripts/prepare.py
    rows = _tables.join(input_paths["flights"], input_paths["weather"])
-->
    rows = _tables.join(input_paths["flights"], "weather")
"""
MISSPELT = """=== edit a:scripts/fit.py
environ_vars["LABEL_FIELD"]
-->
environ_vars["LABEL"]
"""


def catalog_of(root: Path) -> StepCatalog:
    return StepCatalog(WorkspaceIndex(root))


def judge(root: Path, **options) -> Report:
    return run_checks(catalog_of(root), CHECKS, **options)


def outcome(report: Report, workspace: str, subject: str, level: str) -> tuple[Outcome, str | None]:
    found = [
        (u.outcome, u.reason) for u in report.units if (u.workspace, u.subject, u.level) == (workspace, subject, level)
    ]
    assert len(found) == 1
    return found[0]


def test_every_step_has_a_unit_for_each_level(make_root) -> None:
    report = judge(make_root())
    assert {(u.workspace, u.subject) for u in report.units} == {
        ("a", "a"),
        ("a", "Fit"),
        ("a", "Prepare"),
        ("b", "b"),
        ("b", "Report"),
        ("shared", "shared"),
    }
    assert [u.level for u in report.units if u.subject == "Prepare"] == [
        "builder-config",
        "contract-spec",
        "script-contract",
        "spec-dependencies",
    ]
    assert outcome(report, "a", "Fit", "builder-config") == (
        Outcome.SKIPPED,
        "the step has no builder or config of its own",
    )


def test_a_broken_file_stops_only_what_needs_it(make_root) -> None:
    report = judge(make_root(BROKEN))
    assert [(f.code, f.workspace, f.step, f.line) for f in report.findings] == [("syntax-error", "a", "Prepare", 13)]
    state, why = outcome(report, "a", "Prepare", "script-contract")
    assert state is Outcome.NOT_RUN
    assert why is not None
    assert "prepare.py:13" in why
    assert outcome(report, "a", "Prepare", "contract-spec")[0] is Outcome.PASS
    assert outcome(report, "b", "Report", "script-contract")[0] is Outcome.PASS
    assert not report.ok


def test_a_broken_neighbour_is_a_remark_not_an_error(make_root) -> None:
    text = "=== edit a:interfaces/fit.step.yaml\nstep: Fit\n-->\nstep: Fit\nbogus: 1\n"
    report = judge(make_root(text), workspaces=["b"])
    assert [(f.code, f.severity) for f in report.findings] == [("unsatisfied-dependency", Severity.INFO)]
    assert report.ok


def test_an_opaque_contract_is_not_run(make_root) -> None:
    text = '=== edit a:contracts/prepare_contract.py\n"15"\n-->\nstr(open("x").read())\n'
    report = judge(make_root(text))
    state, why = outcome(report, "a", "Prepare", "script-contract")
    assert state is Outcome.NOT_RUN
    assert why is not None
    assert "prepare_contract.py" in why
    assert not report.ok


def test_findings_name_the_owner(make_root) -> None:
    report = judge(make_root(UNUSED))
    assert [(f.code, f.owner) for f in report.findings] == [("unused-input", "team-a")]


def test_warnings_pass_unless_strict(make_root) -> None:
    root = make_root(UNUSED)
    report = judge(root)
    assert report.ok
    assert [f.severity for f in report.findings] == [Severity.WARNING]
    strict = judge(root, strict=True)
    assert not strict.ok
    assert [f.severity for f in strict.findings] == [Severity.ERROR]
    assert outcome(strict, "a", "Prepare", "script-contract")[0] is Outcome.FAIL


def test_one_workspace(make_root) -> None:
    report = judge(make_root(BROKEN), workspaces=["b"])
    assert {u.workspace for u in report.units} == {"b"}
    assert report.ok


def test_the_core_is_judged_when_it_is_named(make_root) -> None:
    report = judge(make_root(), workspaces=["core"])
    assert {u.workspace for u in report.units} == {"core"}
    assert report.findings == ()
    assert report.ok


@pytest.mark.parametrize("name", ["Fit", "fit", "a/Fit", "a/fit"])
def test_one_step(make_root, name: str) -> None:
    report = judge(make_root(UNUSED, MISSPELT), steps=[name])
    assert {u.subject for u in report.units} == {"a", "b", "shared", "Fit"}
    assert {f.step for f in report.findings} == {"Fit"}


def test_a_step_of_another_workspace_is_not_meant(make_root) -> None:
    with pytest.raises(UnknownStep, match="'Fit' is not defined in 'b'"):
        judge(make_root(), steps=["b/Fit"])


def test_a_broken_step_can_be_asked_for(make_root) -> None:
    text = "=== edit a:interfaces/fit.step.yaml\nstep: Fit\n-->\nstep: Fit\nbogus: 1\n"
    report = judge(make_root(text), workspaces=["a"], steps=["Fit"])
    assert [f.code for f in report.findings] == ["invalid-manifest"]


@pytest.mark.parametrize("level", [1, "1", "script-contract"])
def test_skipped_levels_are_skipped(make_root, level) -> None:
    report = judge(make_root(MISSPELT), skip_levels=[level])
    assert outcome(report, "a", "Fit", "script-contract") == (Outcome.SKIPPED, "left out on request")
    assert report.findings == ()
    assert report.ok


def test_nothing_checked_is_not_a_success(make_root) -> None:
    root = make_root()
    assert not judge(root, skip_levels=range(5)).ok
    assert not judge(root, workspaces=[]).ok
    assert not judge(root, ignore=[code for check in CHECKS for code in check.codes]).ok
    assert not run_checks(catalog_of(root), ()).ok


def test_time_up_is_not_a_success(make_root) -> None:
    report = judge(make_root(), timeout=0)
    assert report.findings == ()
    assert {u.outcome for u in report.units} <= {Outcome.NOT_RUN, Outcome.SKIPPED}
    assert "time limit of 0 s" in outcome(report, "a", "Prepare", "contract-spec")[1]
    assert not report.ok


def test_an_empty_root_is_not_a_success(tmp_path: Path) -> None:
    (tmp_path / "developers").mkdir()
    report = judge(tmp_path)
    assert report.units == ()
    assert not report.ok


def test_what_is_no_workspace_is_reported(make_root) -> None:
    root = make_root()
    (root / "developers" / "notes").mkdir()
    report = judge(root)
    assert [(f.code, f.severity) for f in report.findings] == [("not-a-workspace", Severity.WARNING)]
    assert judge(root, workspaces=["a"]).findings == ()


def test_unknown_names_raise(make_root) -> None:
    root = make_root()
    with pytest.raises(UnknownWorkspace, match="Did you mean"):
        judge(root, workspaces=["shred"])
    with pytest.raises(UnknownStep, match="Did you mean 'Prepare'"):
        judge(root, steps=["Prepair"])
    with pytest.raises(ConfigurationError, match="Did you mean 'unused-input'"):
        judge(root, select=["unused-inputs"])
    with pytest.raises(ConfigurationError, match="spec"):
        judge(root, ignore=["contract-specs"])
    with pytest.raises(ConfigurationError, match="level"):
        judge(root, skip_levels=["contracts"])


def test_selecting_one_check_judges_only_its_level(make_root) -> None:
    report = judge(make_root(UNUSED, MISSPELT), select=["unused-input"])
    assert {f.code for f in report.findings} == {"unused-input"}
    assert outcome(report, "a", "Fit", "contract-spec") == (Outcome.SKIPPED, "no check of this level was selected")


def test_selecting_a_check_of_a_part_that_is_absent_is_no_pass(make_root) -> None:
    text = "=== remove a:builders/builder_prepare_step.py\n"
    report = judge(make_root(text), select=["builder-class"])
    assert Outcome.PASS not in {u.outcome for u in report.units}
    assert not report.ok


def test_a_script_may_be_called_otherwise_than_its_step(make_root) -> None:
    text = "=== edit a:interfaces/fit.step.yaml\nstep: Fit\n-->\nstep: Fit\nscript: learn.py\n"
    root = make_root(text)
    scripts = root / "developers/a/src/cursus_dev/steps/scripts"
    (scripts / "fit.py").rename(scripts / "learn.py")
    report = judge(root)
    assert [u.subject for u in report.units if u.level == "script-contract"] == ["Fit", "Prepare", "Report"]
    assert report.ok


def test_the_report_is_the_same_every_time(make_root) -> None:
    root = make_root(BROKEN, MISSPELT)
    first = judge(root).to_json()
    assert judge(root).to_json() == first
    both = run_checks(catalog_of(root), tuple(reversed(CHECKS)), workspaces=["shared", "b", "a"]).to_json()
    assert both == first


def test_no_workspace_code_is_run(make_root, tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    root = make_root()
    for path in sorted((root / "developers").rglob("*.py")):
        path.write_text(f"open({str(witness)!r}, 'w').close()\n{path.read_text()}")
    report = judge(root)
    assert not witness.exists()
    assert report.ok


def test_reports_of_two_runs_differ_in_owner_only_when_the_owner_does(make_root) -> None:
    root = make_root(UNUSED)
    first = judge(root)
    (root / "developers/a/workspace.toml").unlink()
    second = judge(root)
    assert second.findings == tuple(replace(f, owner=None) for f in first.findings)


def test_steps_are_not_passed_by_rows_that_cannot_be_read(make_root) -> None:
    overlay = "developers/a/src/cursus_dev/registry/workspace_registry.py"
    report = judge(make_root(f"=== write {overlay}\ndef (\n"))
    for level in ("contract-spec", "builder-config"):
        result, reason = outcome(report, "a", "Prepare", level)
        assert result is Outcome.NOT_RUN
        assert "workspace_registry.py:1 cannot be read" in (reason or "")
    assert outcome(report, "a", "Prepare", "script-contract") == (Outcome.PASS, None)
