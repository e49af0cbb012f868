"""Findings that are accepted: by comments, by settings, by the baseline; and what of it served no purpose."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cursus.errors import ConfigurationError, FileError
from cursus.model.finding import Outcome, Report, Severity
from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import Settings, run_checks, write_baseline
from cursus.workspace.index import WorkspaceIndex

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
SETTINGS = "=== write cursus.toml\n[validation]\n"


def judge(root: Path, **options) -> Report:
    return run_checks(StepCatalog(WorkspaceIndex(root)), CHECKS, **options)


def codes(report: Report) -> list[str]:
    return [f.code for f in report.findings]


def test_a_comment_accepts_the_finding_of_its_line(make_root) -> None:
    text = MISSPELT.replace('["LABEL"]\n', '["LABEL"]\n').replace(
        'environ_vars["LABEL"]', 'environ_vars[  # cursus: ignore[undeclared-environment] set by the image\n"LABEL"]'
    )
    report = judge(make_root(text))
    assert "undeclared-environment" not in codes(report)
    assert [(a.finding.code, a.by, a.reason) for a in report.accepted] == [
        ("undeclared-environment", "suppression", "set by the image")
    ]
    assert report.counts["accepted"] == 1
    # The other half of the mistake stands.
    assert codes(report) == ["unused-environment"]
    assert report.ok


def test_one_comment_may_name_several_codes(make_root) -> None:
    text = """=== edit a:scripts/fit.py
    with open(os.path.join(target, "model.txt"), "w") as file:
-->
    # cursus: ignore[undeclared-environment, undeclared-input] for the experiment of May
    print(environ_vars["EXTRA"], input_paths["extra"])
    with open(os.path.join(target, "model.txt"), "w") as file:
"""
    report = judge(make_root(text))
    assert report.findings == ()
    assert len(report.accepted) == 2


def test_unused_comments_are_not_judged_when_only_some_was_looked_at(make_root) -> None:
    text = "=== edit a:scripts/prepare.py\ndef main(\n-->\n# cursus: ignore[unused-input] later\ndef main(\n"
    root = make_root(text)
    assert codes(judge(root)) == ["unused-suppression"]
    assert codes(judge(root, steps=["Prepare"])) == []
    assert codes(judge(root, ignore=["unused-input"])) == []
    assert codes(judge(root, skip_levels=[1])) == []
    assert codes(judge(root, workspaces=["a"])) == ["unused-suppression"]


def test_unused_comments_in_a_step_that_could_not_be_judged_stay(make_root) -> None:
    text = """=== edit a:scripts/prepare.py
def main(
-->
# cursus: ignore[unused-input] later
def main(
=== edit a:contracts/prepare_contract.py
"15"
-->
str(open("x").read())
"""
    report = judge(make_root(text))
    assert codes(report) == []
    assert Outcome.NOT_RUN in {u.outcome for u in report.units}


def test_a_comment_about_comments_accepts_nothing(make_root) -> None:
    text = """=== edit a:scripts/prepare.py
def main(
-->
# cursus: ignore[unused-suppression] no
# cursus: ignore[unused-input] later
def main(
"""
    assert "unused-suppression" in codes(judge(make_root(text)))


def test_settings_ignore_by_file(make_root) -> None:
    settings = '[validation.per-file-ignores]\n"*/prepare.py" = ["unused-input"]\n'
    report = judge(make_root(UNUSED, SETTINGS + settings))
    assert codes(report) == []
    assert [(a.by, a.reason) for a in report.accepted] == [("per-file-ignores", "*/prepare.py")]


def test_settings_change_severities(make_root) -> None:
    report = judge(make_root(UNUSED, SETTINGS + 'severity = { unused-input = "error" }\n'))
    assert [f.severity for f in report.findings] == [Severity.ERROR]
    assert not report.ok
    assert [u.subject for u in report.units if u.outcome is Outcome.FAIL] == ["Prepare"]


def test_settings_are_strict_skip_and_select(make_root) -> None:
    root = make_root(UNUSED, MISSPELT, SETTINGS + 'strict = true\nskip-levels = [4]\nselect = ["unused-input"]\n')
    report = judge(root)
    assert codes(report) == ["unused-input"]
    assert not report.ok
    # What is selected in the call replaces the settings; the rest adds to them.
    assert codes(judge(root, select=["undeclared-environment"])) == ["undeclared-environment"]
    assert judge(root, settings=Settings()).ok is False
    assert sorted(codes(judge(root, settings=Settings()))) == [
        "undeclared-environment",
        "unused-environment",
        "unused-input",
    ]


def test_a_baseline_accepts_what_was_there(make_root, tmp_path) -> None:
    root = make_root(UNUSED, MISSPELT)
    baseline = tmp_path / "baseline.json"
    before = judge(root)
    assert write_baseline(baseline, before.findings, root) == 3
    report = judge(root, settings=Settings(baseline=baseline))
    assert codes(report) == []
    assert {a.by for a in report.accepted} == {"baseline"}
    assert report.ok


def test_a_baseline_does_not_mind_moved_lines_but_new_findings(make_root, tmp_path) -> None:
    root = make_root(UNUSED)
    baseline = tmp_path / "baseline.json"
    write_baseline(baseline, judge(root).findings, root)
    script = root / "developers/a/src/cursus_dev/steps/scripts/prepare.py"
    script.write_text("\n\n" + script.read_text().replace("LABEL_FIELD", "LABEL"))
    report = judge(root, settings=Settings(baseline=baseline))
    assert codes(report) == ["unused-environment", "undeclared-environment"]


def test_a_baseline_counts(make_root, tmp_path) -> None:
    root = make_root()
    script = root / "developers/a/src/cursus_dev/steps/scripts/fit.py"
    once = script.read_text().replace("    data =", '    open("/opt/ml/nowhere/x")\n    data =')
    script.write_text(once)
    baseline = tmp_path / "baseline.json"
    write_baseline(baseline, judge(root).findings, root)
    script.write_text(once.replace("    data =", '    open("/opt/ml/nowhere/x")\n    data ='))
    report = judge(root, settings=Settings(baseline=baseline))
    assert codes(report) == ["undeclared-path"]
    assert len(report.accepted) == 1


def test_a_stale_entry_is_only_reported_where_it_was_looked_for(make_root, tmp_path) -> None:
    root = make_root(UNUSED)
    baseline = tmp_path / "baseline.json"
    write_baseline(baseline, judge(root).findings, root)
    script = root / "developers/a/src/cursus_dev/steps/scripts/prepare.py"
    script.write_text(script.read_text().replace('"weather")', 'input_paths["weather"])'))
    settings = Settings(baseline=baseline)
    assert codes(judge(root, settings=settings)) == ["stale-baseline"]
    assert codes(judge(root, settings=settings, workspaces=["b"])) == []
    assert codes(judge(root, settings=settings, ignore=["unused-input"])) == []


def test_entries_about_pipelines_are_judged_with_the_pipeline(make_root, tmp_path) -> None:
    text = "schema_version: 1\nname: all\nsteps: {prepare: a/Prepare, fit: a/Fit, report: b/Report}\nedges: []\n"
    root = make_root(f"=== write pipelines/all.yaml\n{text}")
    found = judge(root).findings
    about = [f for f in found if f.file == root / "pipelines/all.yaml"]
    assert {f.workspace for f in about} == {"a", "b"}
    baseline = tmp_path / "baseline.json"
    write_baseline(baseline, found, root)
    settings = Settings(baseline=baseline)
    report = judge(root, settings=settings)
    assert (codes(report), len(report.accepted)) == ([], len(found))
    assert codes(judge(root, settings=settings, workspaces=["b"])) == []
    (root / "pipelines/all.yaml").write_text("schema_version: 1\nname: all\nsteps: {report: a/Prepare}\nedges: []\n")
    gone = [f for f in judge(root, settings=settings).findings if f.code == "stale-baseline"]
    assert len(gone) == len(about)
    assert {f.file for f in gone} == {root / "pipelines/all.yaml"}


def test_the_same_baseline_is_written_twice(make_root, tmp_path) -> None:
    root = make_root(UNUSED, MISSPELT)
    texts = []
    for name in ("one.json", "two.json"):
        write_baseline(tmp_path / name, reversed(judge(root).findings), root)
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    assert str(root) not in texts[0]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, ConfigurationError),
        ("{", FileError),
        ("[]", ConfigurationError),
        ('{"schema_version": 9, "findings": []}', ConfigurationError),
        ('{"schema_version": 1, "findings": [{"code": "x"}]}', ConfigurationError),
        (
            json.dumps(
                {
                    "schema_version": 1,
                    "findings": [{"code": "a", "workspace": "", "step": "", "file": "", "message": "", "count": 0}],
                }
            ),
            ConfigurationError,
        ),
    ],
)
def test_a_baseline_that_is_none(make_root, tmp_path, text, error) -> None:
    path = tmp_path / "baseline.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(error) as raised:
        judge(make_root(), settings=Settings(baseline=path))
    assert raised.value.file == path
    assert raised.value.hint
