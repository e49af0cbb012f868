"""What is kept between runs changes no result: whatever happens to a tree, the report is that of a run without it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cursus.model.finding import Report
from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks, write_baseline
from cursus.workspace.index import WorkspaceIndex

SCRIPT = "developers/a/src/cursus_dev/steps/scripts/prepare.py"
SPEC = "developers/a/src/cursus_dev/steps/specs/prepare_spec.py"
CONTRACT = "developers/a/src/cursus_dev/steps/contracts/prepare_contract.py"
CONSTANTS = "developers/a/src/cursus_dev/steps/constants.py"
REPORT = "developers/b/src/cursus_dev/steps/interfaces/report.step.yaml"
FIT = "developers/a/src/cursus_dev/steps/interfaces/fit.step.yaml"
OVERLAY = "developers/b/src/cursus_dev/registry/workspace_registry.py"
SHARED = "shared/src/cursus_dev/steps/scripts/_tables.py"
TABLES = "developers/a/src/cursus_dev/steps/scripts/_tables.py"
PIPELINE = "pipelines/all.yaml"

JOINED = """\
schema_version: 1
name: all
steps:
  prepare: a/Prepare
  fit: a/Fit
edges:
  - prepare -> fit
config:
  shared:
    author: ada
    bucket: example-bucket
    role: arn:aws:iam::123456789012:role/Example
    region: NA
    service_name: Small
    pipeline_version: 1.0.0
"""
TEXTS = {
    PIPELINE: [
        JOINED,
        JOINED.replace("a/Fit", "b/Report"),
        JOINED.replace("prepare -> fit", "prepare -> it"),
        "steps: {",
    ],
    SHARED: ["def join(left, right):\n    return left\n", "import developers.a.src\n"],
    OVERLAY: ["WORKSPACE_STEPS = {}\n", "WORKSPACE_STEPS = {{\n", 'WORKSPACE_STEPS = {"Cradle": {}}\n'],
    "cursus.toml": [
        "",
        "[validation]\nstrict = true\n",
        '[validation]\nignore = ["undeclared-input"]\n',
        '[validation]\nseverity = { unused-input = "error" }\nbaseline = "baseline.json"\n',
        '[validation.per-file-ignores]\n"*/prepare.py" = ["undeclared-input", "unused-input"]\n',
    ],
    "developers/a/workspace.toml": ['owner = "someone"\n', "owner = \n"],
    "developers/c/src/cursus_dev/steps/scripts/_tables.py": ["x = 1\n"],
}
CHANGES = {
    SCRIPT: [
        ('input_paths["flights"]', 'input_paths["flight"]'),
        ("from cursus_dev.steps.scripts import _tables", "from cursus_dev.steps.scripts import _nothing as _tables"),
        ("def main(", "# cursus: ignore[undeclared-input, unused-input] later\ndef main("),
        ("def main(", "def main(("),
    ],
    SPEC: [
        ('step_type="Prepare"', 'step_type="Preparation"'),
        ('logical_name="features"', 'logical_name="feature"'),
        ("output_type=DependencyType.PROCESSING_OUTPUT", "output_type=DependencyType.MODEL_ARTIFACTS"),
        ('compatible_sources=["CradleDataLoading"]', 'compatible_sources=["Report"]'),
        ("PREPARE_SPEC = ", "PREPARE_SPEC = list("),
    ],
    CONTRACT: [('"flights": ', '"flight": '), ("from ..constants", "from ..constant")],
    CONSTANTS: [("/opt/ml/processing/input", "/opt/ml/processing")],
    REPORT: [("step: Report", "step: CradleDataLoading"), ("outputs:", "outputs: {"), ("inputs:", "input:")],
}


def judge(root: Path, *, cache: bool) -> Report:
    index = WorkspaceIndex(root, cache=cache)
    report = run_checks(StepCatalog(index), CHECKS)
    index.save()
    return report


def same(root: Path) -> Report:
    expected = judge(root, cache=False)
    assert judge(root, cache=True) == expected
    assert judge(root, cache=True) == expected
    return expected


class Edits(RuleBasedStateMachine):
    """Edits of a tree, with a run by which the cache comes to know it after each."""

    folder: Path
    base: Path

    @initialize()
    def begin(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.base, self.folder)
        write_baseline(self.folder / "baseline.json", judge(self.folder, cache=False).findings, self.folder)

    @rule(choice=st.sampled_from([(name, i) for name, texts in TEXTS.items() for i in range(len(texts))]))
    def write(self, choice) -> None:
        name, number = choice
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXTS[name][number])

    @rule(choice=st.sampled_from([(name, i) for name, changes in CHANGES.items() for i in range(len(changes))]))
    def change(self, choice) -> None:
        name, number = choice
        path = self.folder / name
        if path.exists():
            path.write_text(path.read_text().replace(*CHANGES[name][number]))

    @rule(name=st.sampled_from([*TEXTS, *CHANGES, TABLES]))
    def put_back(self, name) -> None:
        (self.folder / name).unlink(missing_ok=True)
        if (self.base / name).exists() and (self.folder / name).parent.is_dir():
            shutil.copy(self.base / name, self.folder / name)

    @rule(name=st.sampled_from([*TEXTS, *CHANGES, TABLES]))
    def remove(self, name) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule(name=st.sampled_from([SCRIPT, TABLES]))
    def link(self, name) -> None:
        path = self.folder / name
        if path.is_file():
            path.rename(path.with_name("_real.py"))
            path.symlink_to("_real.py")

    @rule(workspace=st.sampled_from("abc"))
    def drop(self, workspace) -> None:
        shutil.rmtree(self.folder / "developers" / workspace, ignore_errors=True)

    @invariant()
    def the_report_is_the_same(self) -> None:
        if (self.folder / "developers").is_dir() and any((self.folder / "developers").iterdir()):
            same(self.folder)


def test_whatever_happens_to_the_tree(make_root, tmp_path) -> None:
    class Machine(Edits):
        folder = tmp_path / "edited"
        base = make_root()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=8, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def judged(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workspaces that a run looks into anew."""
    from cursus.validation.engine import run

    seen: list[str] = []
    collect = run.collect
    monkeypatch.setattr(run, "collect", lambda *given: seen.append(given[1]) or collect(*given))
    judge(root, cache=True)
    monkeypatch.undo()
    return seen


def test_only_what_has_changed_is_judged_again(make_root, monkeypatch) -> None:
    root = make_root()
    (root / "pipelines").mkdir()
    (root / PIPELINE).write_text(JOINED)
    assert judged(root, monkeypatch) == ["a", "b", "shared"]
    assert judged(root, monkeypatch) == []
    time.sleep(2.1)  # from now on time stamps prove something
    assert judged(root, monkeypatch) == []
    os.utime(root / SCRIPT)
    assert judged(root, monkeypatch) == []
    path = root / SCRIPT
    path.write_text(path.read_text() + "\nX = 1\n")
    assert judged(root, monkeypatch) == ["a"]
    assert judged(root, monkeypatch) == []
    (root / "cursus.toml").write_text("[validation]\nstrict = true\n")
    assert judged(root, monkeypatch) == ["a", "b", "shared"]
    (root / "cursus.toml").unlink()
    assert judged(root, monkeypatch) == []
    same(root)


def test_another_workspace_is_judged_again_only_when_it_asked_for_what_changed(make_root, monkeypatch) -> None:
    root = make_root()
    judge(root, cache=True)
    manifest = root / FIT
    manifest.write_text(manifest.read_text() + "description: A tree.\n")
    assert judged(root, monkeypatch) == ["a"]
    manifest.write_text(manifest.read_text().replace("/opt/ml/model\n", "/opt/ml/model\n    type: payload_samples\n"))
    assert judged(root, monkeypatch) == ["a", "b"]  # the report of b is made of Fit's model
    assert {f.code for f in same(root).findings} == {"unsatisfied-dependency"}
    shutil.copytree(root / "developers/b", root / "developers/c")
    assert judged(root, monkeypatch) == ["a", "b", "c", "shared"]
    same(root)


def test_steps_and_time_are_never_answered_from_before(make_root) -> None:
    root = make_root()
    judge(root, cache=True)
    catalog = StepCatalog(WorkspaceIndex(root))
    late = run_checks(catalog, CHECKS, timeout=0)
    assert {u.outcome.value for u in late.units} <= {"NOT_RUN", "SKIPPED"}
    assert same(root).ok
    one = run_checks(catalog, CHECKS, steps=["Fit"])
    assert {u.subject for u in one.units if u.level != "workspace"} == {"Fit"}
    levels = run_checks(catalog, CHECKS, skip_levels=[1])
    assert {u.outcome.value for u in levels.units if u.level == "script-contract"} == {"SKIPPED"}


def test_what_was_edited_after_the_index_read_it_is_not_kept(make_root) -> None:
    root = make_root()
    index = WorkspaceIndex(root)
    catalog = StepCatalog(index)
    catalog.steps("a")
    assert index.module(root / SCRIPT)
    time.sleep(0.05)  # file systems tell the time in steps of some milliseconds
    path = root / SCRIPT
    path.write_text(path.read_text().replace('input_paths["flights"]', 'input_paths["nothing"]'))
    run_checks(catalog, CHECKS)  # judges what it knows, which is no longer what is there
    index.save()
    assert not same(root).ok
    index.refresh()
    assert not run_checks(catalog, CHECKS).ok


def test_what_is_edited_during_the_run_is_not_kept(make_root, monkeypatch) -> None:
    from cursus.validation.engine import run

    root = make_root()
    path = root / SCRIPT
    sound = path.read_text()
    collect = run.collect

    def edit_and_collect(*given):
        if given[1] == "a":
            path.write_text(sound.replace('input_paths["flights"]', 'input_paths["flight"]'))
        return collect(*given)

    monkeypatch.setattr(run, "collect", edit_and_collect)
    assert {f.code for f in judge(root, cache=True).findings} >= {"undeclared-input"}
    monkeypatch.undo()
    path.write_text(sound)
    assert same(root).findings == ()
