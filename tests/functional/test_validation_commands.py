"""Every command that judges, on the example and on a broken copy of it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

FINDINGS, USAGE = 1, 2
SCRIPT = "developers/ingest/src/cursus_dev/steps/scripts/flight_features.py"
SPEC = "developers/risk/src/cursus_dev/steps/interfaces/delay_calibration.step.yaml"
CONTRACT = "developers/risk/src/cursus_dev/steps/contracts/metrics_report_contract.py"
BUILDER = "developers/modelling/src/cursus_dev/steps/builders/builder_metrics_report_step.py"


def change(root, name, old, new):
    path = root / name
    text = path.read_text()
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1))


@pytest.fixture
def broken(example):
    """The example with one mistake at each level, and one workspace reaching into another."""
    change(example, SCRIPT, 'input_paths["weather"]', 'input_paths["wether"]')
    change(example, SPEC, "sources: [ModelEval]", "sources: [ModelEvaluation]")
    change(example, BUILDER, '{"repeats": self.config.repeats', '{"repeat": self.config.repeats')
    change(example, SCRIPT, "from pathlib import Path\n", "from pathlib import Path\nOTHER = 'developers/risk/data'\n")
    return example


def codes(done):
    return {f["code"] for f in done.json["findings"]}


# -- validate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "sarif", "junit", "github", "markdown", "html"])
def test_every_form(cursus, broken, form):
    done = cursus("validate", "--format", form, "-C", broken)
    assert done.code == FINDINGS
    assert "undeclared-input" in done.out
    if form in ("json", "sarif"):
        json.loads(done.out)
    elif form == "junit":
        suites = ET.fromstring(done.out)
        assert int(suites.find("testsuite[@name='ingest']").get("failures")) >= 1


def test_the_example_is_sound_in_every_way(cursus, example):
    done = cursus("validate", "--strict", "--max-workers", "2", "--format", "json", "-C", example)
    assert (done.code, done.json["findings"]) == (0, [])
    assert {"", "ingest", "modelling", "risk", "shared"} >= {u["workspace"] for u in done.json["units"]}
    assert "pipelines/flight_delay" in {u["subject"] for u in done.json["units"]}


def test_a_broken_copy_says_where(cursus, broken):
    done = cursus("validate", "--format", "json", "-C", broken)
    assert done.code == FINDINGS
    assert {"undeclared-input", "foreign-path"} <= codes(done)
    for finding in done.json["findings"]:
        assert finding["file"]
        assert finding["hint"]
    spread = cursus("validate", "--max-workers", "3", "--format", "json", "-C", broken)
    assert spread.json == done.json


def test_columns_that_clash_where_two_peoples_steps_meet(cursus, example):
    change(example, SPEC, "score: float, raw_score: float", "score: str, raw_score: float")
    done = cursus("validate", "--format", "json", "-C", example)
    (finding,) = done.json["findings"]
    assert (done.code, finding["code"], finding["workspace"]) == (FINDINGS, "pipeline-columns", "risk")
    text = (example / "pipelines/flight_delay.yaml").read_text().splitlines()[finding["line"] - 1]
    assert text == "  - calibrate.calibrated_predictions -> carrier_report.predictions"
    assert "column 'score' of 'calibrated_predictions' is str, not float" in finding["message"]
    change(example, SPEC, "score: str, raw_score: float", "score: float, other: str")
    assert cursus("validate", "-C", example).code == 0
    change(example, CONTRACT, '"score": "float"', '"score": "float", "raw_score": "float"')
    (finding,) = cursus("validate", "--format", "json", "-C", example).json["findings"]
    assert "'calibrated_predictions' has no column raw_score" in finding["message"]


def test_levels_codes_and_time(cursus, broken):
    some = cursus("validate", "--skip-levels", "0,script-contract", "--format", "json", "-C", broken)
    assert "undeclared-input" not in codes(some)
    assert {u["level"] for u in some.json["not_checked"]} >= {"workspace", "script-contract"}
    one = cursus("validate", "--select", "foreign-path,naming", "--format", "json", "-C", broken)
    assert codes(one) == {"foreign-path"}
    late = cursus("validate", "--timeout", "0", "-C", broken)
    assert late.code == FINDINGS
    assert "NOT OK: nothing was checked." in late.out


def test_a_comment_with_a_reason(cursus, broken):
    lines = (broken / SCRIPT).read_text().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "OTHER" in line)
    lines[at] = lines[at].rstrip() + "  # cursus: ignore[foreign-path] only in the notebook\n"
    (broken / SCRIPT).write_text("".join(lines))
    done = cursus("validate", "--format", "json", "-C", broken)
    assert "foreign-path" not in codes(done)
    assert [a["reason"] for a in done.json["accepted"]] == ["only in the notebook"]


def test_a_comment_that_is_not_needed(cursus, example):
    change(example, SCRIPT, "def main(", "# cursus: ignore[unused-input] no longer\ndef main(")
    done = cursus("validate", "-C", example)
    assert done.code == 0
    assert "warning[unused-suppression]" in done.out
    assert cursus("validate", "--strict", "-C", example).code == FINDINGS


def test_a_baseline_lets_an_old_repository_start(cursus, broken, tmp_path):
    baseline = tmp_path / "baseline.json"
    written = cursus("validate", "--baseline", baseline, "--write-baseline", "-C", broken)
    assert written.code == 0
    assert "Accepted from now on by " in written.err
    done = cursus("validate", "--baseline", baseline, "-C", broken)
    assert done.code == 0
    assert "accepted." in done.out
    change(broken, SCRIPT, "def main(", "import developers.risk\n\n\ndef main(")
    again = cursus("validate", "--baseline", baseline, "--format", "json", "-C", broken)
    assert again.code == FINDINGS
    assert codes(again) == {"foreign-import"}


def test_a_baseline_written_for_one_workspace_keeps_the_others(cursus, broken, tmp_path):
    baseline = tmp_path / "baseline.json"
    cursus("validate", "--baseline", baseline, "--write-baseline", "-C", broken)
    before = json.loads(baseline.read_text())["findings"]
    assert {f["workspace"] for f in before} == {"ingest", "risk"}
    for partial in (("--workspace", "risk"), ("DelayTraining",), ("--select", "naming"), ("--skip-levels", "1")):
        cursus("validate", *partial, "--baseline", baseline, "--write-baseline", "-C", broken)
        assert json.loads(baseline.read_text())["findings"] == before, partial
    change(broken, SPEC, "sources: [ModelEvaluation]", "sources: [ModelEval]")
    cursus("validate", "--workspace", "risk", "--baseline", baseline, "--write-baseline", "-C", broken)
    after = json.loads(baseline.read_text())["findings"]
    assert {f["workspace"] for f in after} == {"ingest"}
    baseline.write_text("{")
    assert cursus("validate", "--baseline", baseline, "--write-baseline", "-C", broken).code == 0
    assert cursus("validate", "--baseline", baseline, "-C", broken).code == 0


@pytest.mark.parametrize("arguments", [("--baseline", "nowhere.json"), ("--write-baseline",), ("--select", "nothing")])
def test_options_that_cannot_be(cursus, example, arguments):
    done = cursus("validate", *arguments, "-C", example)
    assert done.code == USAGE
    assert "next: " in done.err


def test_settings_that_cannot_be(cursus, example):
    (example / "cursus.toml").write_text("[validation]\nstrickt = true\n")
    done = cursus("validate", "-C", example)
    assert done.code == USAGE
    assert "cursus.toml" in done.err
    assert "'strict'" in done.err


def test_reports_stay_with_the_workspaces(cursus, broken):
    done = cursus("validate", "--report", "-C", broken)
    assert done.code == FINDINGS
    folder = broken / "developers/ingest/validation_reports"
    kept = json.loads((folder / "validation.json").read_text())
    assert {f["workspace"] for f in kept["findings"]} == {"ingest"}
    assert (folder / "validation.html").read_text().startswith("<!doctype html>")
    before = (folder / "validation.html").read_bytes()
    cursus("validate", "--report", "-C", broken)
    assert (folder / "validation.html").read_bytes() == before


def test_a_pipeline_that_cannot_be_wired(cursus, example):
    change(example, "pipelines/flight_delay.yaml", "  - split -> train\n", "")
    done = cursus("validate", "--format", "json", "-C", example)
    assert done.code == FINDINGS
    assert "unsatisfied-input" in codes(done)
    assert cursus("validate", "--workspace", "ingest", "-C", example).code == 0


# -- explain -----------------------------------------------------------------------------------------------------------


def test_explain(cursus):
    done = cursus("explain", "unused-input")
    assert done.code == 0
    assert "Why: " in done.out
    assert cursus("explain", "unused-input", "--format", "json").json["check"]["bad"]
    listed = cursus("explain")
    assert "unused-input" in listed.out
    assert {"code", "rule"} <= set(cursus("explain", "--format", "json").json["checks"][0])
    unknown = cursus("explain", "unused-inputs")
    assert unknown.code == USAGE
    assert "Did you mean 'unused-input'" in unknown.err


# -- alignment ---------------------------------------------------------------------------------------------------------


def test_alignment_of_one_step(cursus, example, broken):
    done = cursus("alignment", "validate", "FlightFeatures", "--workspace", "ingest", "--format", "json", "-C", broken)
    assert done.code == FINDINGS
    assert codes(done) >= {"undeclared-input"}
    assert {u["level"] for u in done.json["units"] if u["workspace"]} == {
        "script-contract",
        "contract-spec",
        "spec-dependencies",
        "builder-config",
    }
    other = cursus("alignment", "validate", "modelling/DelayTraining", "--cross-workspace", "-C", broken)
    assert other.code == 0
    unknown = cursus("alignment", "validate", "FlightFeature", "-C", broken)
    assert unknown.code == USAGE
    assert "'FlightFeatures'" in unknown.err


def test_alignment_of_all(cursus, example):
    done = cursus("alignment", "validate-all", "--format", "json", "-C", example)
    assert (done.code, done.json["findings"]) == (0, [])
    assert "workspace" not in {u["level"] for u in done.json["units"]}


def test_alignment_of_one_level(cursus, broken):
    first = cursus("alignment", "validate-level", "1", "--format", "json", "-C", broken)
    assert first.code == FINDINGS
    assert {u["level"] for u in first.json["units"]} == {"script-contract"}
    second = cursus("alignment", "validate-level", "contract-spec", "FlightFeatures", "-C", broken)
    assert second.code == 0
    assert cursus("alignment", "validate-level", "7", "-C", broken).code == USAGE


def test_alignment_across_workspaces(cursus, example):
    command = ("alignment", "validate-cross-workspace", "--workspaces", "modelling,core,risk")
    done = cursus(*command, "--format", "json", "-C", example)
    assert done.code == 0
    joints = {(j["source"], j["target"]) for j in done.json["joints"]}
    assert ("modelling/DelayTraining", "core/ModelEval") in joints
    few = cursus(*command, "--components", "Package", "--format", "json", "-C", example)
    assert {j["target"] for j in few.json["joints"]} == {"core/Package"}
    apart = cursus("alignment", "validate-cross-workspace", "--workspaces", "ingest,risk", "-C", example)
    assert apart.code == FINDINGS
    assert "Nothing was compared" in apart.err
    assert cursus(*command, "--components", "Packag", "-C", example).code == USAGE


# -- builder-test ------------------------------------------------------------------------------------------------------


def test_builders_of_the_example(cursus, example):
    done = cursus("builder-test", "all", "--format", "json", "-C", example)
    assert (done.code, done.json["findings"]) == (0, [])
    assert {u["outcome"] for u in done.json["units"]} == {"PASS"}


def test_a_broken_builder(cursus, broken):
    done = cursus("builder-test", "MetricsReport", "--workspace", "modelling", "--format", "json", "-C", broken)
    assert done.code == FINDINGS
    assert codes(done) & {"builder-build", "built-arguments"}
    (finding, *_) = done.json["findings"]
    assert finding["file"].endswith("builder_metrics_report_step.py")
    both = cursus(
        "builder-test",
        "MetricsReport",
        "--workspace",
        "modelling",
        "--cross-workspace",
        "--format",
        "json",
        "-C",
        broken,
    )
    assert {u["workspace"]: u["outcome"] for u in both.json["units"]} == {"modelling": "FAIL", "risk": "PASS"}
    assert cursus("builder-test", "all", "--cross-workspace", "-C", broken).code == USAGE


def test_core_builders(cursus, example):
    assert cursus("builder-test", "all", "--workspace", "core", "-C", example).code == 0


# -- workspace ---------------------------------------------------------------------------------------------------------


def test_isolation(cursus, example, broken):
    done = cursus("workspace", "validate-isolation", "--format", "json", "-C", broken)
    assert done.code == FINDINGS
    assert codes(done) == {"foreign-path"}
    assert {u["level"] for u in done.json["units"]} == {"workspace"}
    assert cursus("workspace", "validate-isolation", "--workspace", "risk", "--report", "-C", broken).code == 0
    assert (broken / "developers/risk/validation_reports/isolation.html").is_file()
    assert cursus("workspace", "validate-isolation", "--workspace", "rick", "-C", broken).code == USAGE


def test_compatibility(cursus, example):
    pair = ("workspace", "test-compatibility", "--source", "modelling", "--target", "core")
    done = cursus(*pair, "-C", example)
    assert done.code == 0
    assert "compatible" in done.out
    change(
        example,
        "developers/modelling/src/cursus_dev/steps/interfaces/delay_training.step.yaml",
        "    type: model_artifacts\n",
        "    type: payload_samples\n",
    )
    worse = cursus(*pair, "--format", "json", "-C", example)
    assert worse.code == FINDINGS
    assert codes(worse) == {"incompatible-components"}
    assert (
        cursus("workspace", "test-compatibility", "--source", "modelling", "--target", "cor", "-C", example).code == 2
    )


# -- validate --fix ----------------------------------------------------------------------------------------------------


def test_fixes_are_shown_and_made(cursus, example):
    sound = (example / SCRIPT).read_bytes()
    change(example, SCRIPT, 'input_paths["weather"]', 'input_paths["Weather"]')
    change(example, SCRIPT, "def main(", "# cursus: ignore[unused-input] no longer\ndef main(")
    wrong = (example / SCRIPT).read_bytes()
    told = cursus("validate", "-C", example)
    assert "= fix: Write 'weather' instead of 'Weather' (cursus validate --fix)." in told.out
    shown = cursus("validate", "--fix", "--dry-run", "-C", example)
    assert shown.code == FINDINGS
    assert f"+++ b/{SCRIPT}" in shown.out
    assert '-    weather = read_table(input_paths["Weather"]' in shown.out
    listed = cursus("validate", "--fix", "--dry-run", "--format", "json", "-C", example).json
    assert listed["files"] == [SCRIPT]
    assert (example / SCRIPT).read_bytes() == wrong
    # While input 'weather' is misspelt there is an unused one, so the comment has a use until that is put right.
    done = cursus("validate", "--fix", "-C", example)
    assert (done.code, "0 errors, 0 warnings" in done.out) == (0, True)
    assert "Put right: 2 findings in 1 file." in done.err
    assert (example / SCRIPT).read_bytes() == sound
    again = cursus("validate", "--fix", "-C", example)
    assert (again.code, "Nothing can be put right." in again.err) == (0, True)
    assert (example / SCRIPT).read_bytes() == sound
    assert cursus("validate", "--dry-run", "-C", example).code == USAGE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("validate", "ingst/FlightFeatures"), "Workspace 'ingst' does not exist in"),
        (("validate", "ingest/FlightFeature"), "Step 'FlightFeature' is not defined in 'ingest'. Did you mean"),
        (("validate", "--workspace", "risk", "ingest/FlightFeatures"), "is not defined in 'risk'"),
        (("alignment", "validate-cross-workspace", "--workspaces", "ingest,ingest"), "names two or more"),
        (("validate", "--select", "undeclared-inpt"), "Did you mean 'undeclared-input'"),
    ],
)
def test_wrong_names_say_what_is_wrong(cursus, example, arguments, words):
    done = cursus(*arguments, "-C", example)
    assert (done.code, done.out) == (USAGE, "")
    assert words in done.err


def test_a_report_of_one_kind_is_not_written_over_another(cursus, example):
    cursus("validate", "--report", "-C", example)
    cursus("workspace", "validate-isolation", "--report", "-C", example)
    cursus("alignment", "validate", "FlightFeatures", "--report", "-C", example)
    cursus("builder-test", "FlightFeatures", "--report", "-C", example)
    kept = example / "developers/ingest/validation_reports"
    names = ["alignment", "builders", "isolation", "validation"]
    assert sorted(p.name for p in kept.iterdir()) == [f"{n}.{form}" for n in names for form in ("html", "json")]
    assert len(json.loads((kept / "validation.json").read_text())["units"]) == 5


def test_a_file_that_is_read_only_is_not_put_right(cursus, example):
    change(example, SCRIPT, 'input_paths["weather"]', 'input_paths["Weather"]')
    (example / SCRIPT).chmod(0o444)
    before = (example / SCRIPT).read_bytes()
    for options in ((), ("--dry-run",)):
        done = cursus("validate", "--fix", *options, "-C", example)
        assert (done.code, (example / SCRIPT).read_bytes()) == (FINDINGS, before)
        assert f"Left alone, since it is read-only: three_teams/{SCRIPT}" in done.err
    (example / SCRIPT).chmod(0o644)
    assert cursus("validate", "--fix", "-C", example).code == 0
