"""``cursus compile --diff`` on the installed command."""

from __future__ import annotations

import json

import pytest

FINDINGS, USAGE = 1, 2


@pytest.fixture
def planned(cursus, example, tmp_path):
    """The example, and the file its plan was written to."""
    path = tmp_path / "before.json"
    done = cursus("compile", "flight_delay", "-C", example, "--plan", "--format", "json")
    assert done.code == 0, done.err
    path.write_text(done.out)
    return example, path


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_nothing_changed(cursus, planned):
    example, before = planned
    for other in (before, "flight_delay", example / "pipelines" / "flight_delay.yaml"):
        done = cursus("compile", "flight_delay", "-C", example, "--diff", other)
        assert (done.code, done.out) == (0, "Steps: 9 unchanged.\n")


def test_each_kind_of_change(cursus, planned):
    example, before = planned
    pipeline = example / "pipelines" / "flight_delay.yaml"
    edit(pipeline, "learning_rate: 0.12", "learning_rate: 0.1")
    edit(pipeline, "  training_report: modelling/MetricsReport\n", "")
    edit(pipeline, "  - train -> training_report\n  - split -> training_report\n", "")
    edit(pipeline, "    training_report:\n      prediction_budget: 360000\n", "")
    edit(pipeline, "  package: core/Package\n", "  package: core/Package\n  second_package: core/Package\n")
    edit(pipeline, "  - train -> package\n", "  - train -> package\n  - train -> second_package\n")
    edit(pipeline, "default: ml.m5.2xlarge", "default: ml.m5.4xlarge")
    script = example / "developers" / "risk" / "src" / "cursus_dev" / "steps" / "scripts" / "delay_calibration.py"
    script.write_text(script.read_text() + "# changed\n")

    done = cursus("compile", "flight_delay", "-C", example, "--diff", before, "--format", "json")
    assert done.code == 0, done.err
    assert done.json["findings"] == []
    assert done.json["counts"] == {"added": 1, "removed": 1, "changed": 2, "through-inputs": 4, "unchanged": 2}
    changed = {step["step"]: step for step in done.json["steps"]}
    assert {name: step["change"] for name, step in changed.items()} == {
        "train": "changed",
        "evaluate": "through-inputs",
        "score_calibration": "through-inputs",
        "calibrate": "changed",
        "carrier_report": "through-inputs",
        "package": "through-inputs",
        "second_package": "added",
        "training_report": "removed",
    }
    assert done.json["unchanged"] == ["features", "split"]
    assert [d["path"] for d in done.json["pipeline"]] == ["parameters.TrainingInstanceType.default"]
    assert [d["path"] for d in changed["train"]["what"]] == ["arguments.learning_rate"]
    [file, code] = changed["calibrate"]["what"]
    assert file["path"] == "files[risk/src/cursus_dev/steps/scripts/delay_calibration.py]"
    assert code["path"] == "code.digest"
    assert changed["calibrate"]["through"] == ["evaluate", "score_calibration"]

    text = cursus("compile", "flight_delay", "-C", example, "--diff", before)
    lines = text.out.splitlines()
    assert '    arguments.learning_rate: "0.12" -> "0.1"' in lines
    assert {"+ second_package", "- training_report", "> evaluate  (fed by train)"} <= set(lines)
    assert lines[-1] == "Steps: 1 added, 1 removed, 2 changed, 4 changed through inputs, 2 unchanged."


def test_a_setting_without_effect_is_told_with_the_plan_and_with_the_difference(cursus, planned):
    example, before = planned
    edit(example / "pipelines" / "flight_delay.yaml", "learning_rate: 0.12", "learning_rat: 0.12")
    said = "'learning_rat' in the config of 'train' has no effect: nothing reads it. Did you mean 'learning_rate'?"
    for options in (["--plan"], ["--diff", before], []):
        done = cursus("compile", "flight_delay", "-C", example, *options)
        assert done.code == 0, done.err
        assert f"warning[unused-setting]: {said}" in done.err
    for options in (["--plan"], ["--diff", before]):
        done = cursus("compile", "flight_delay", "-C", example, *options, "--format", "json")
        assert done.codes == {"unused-setting"}
    before.write_text(cursus("compile", "flight_delay", "-C", example, "--plan", "--format", "json").out)
    assert cursus("compile", "flight_delay", "-C", example, "--diff", before).out == "Steps: 9 unchanged.\n"


def test_two_pipelines(cursus, tree):
    tree.step("one", "Make")
    tree.step("one", "Use", inputs="out", outputs="result")
    tree.pipeline("a -> b", name="first", a="one/Make", b="one/Use")
    tree.pipeline("a -> b", "a -> c", name="second", a="one/Make", b="one/Use", c="one/Use")
    done = cursus("compile", "second", "-C", tree.root, "--diff", "first")
    assert (done.code, done.out) == (0, "+ c\nSteps: 1 added, 2 unchanged.\n")
    assert cursus("compile", "first", "-C", tree.root, "--diff", "second").out.startswith("- c\n")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not JSON"),
        ("{}", "is not a plan: 'name' is missing"),
        ('{"Version": 1, "Steps": []}', "a pipeline def"),
    ],
)
def test_a_file_that_is_no_plan(cursus, tree, tmp_path, content, says):
    tree.step("one", "Make")
    tree.pipeline(a="one/Make")
    path = tmp_path / "other.json"
    path.write_text(content)
    done = cursus("compile", "small", "-C", tree.root, "--diff", path, "--format", "json")
    assert done.code == USAGE
    assert says in done.json["findings"][0]["message"]
    assert "--plan --format json" in done.json["findings"][0]["hint"]


def test_other_wrong_calls(cursus, tree, tmp_path):
    tree.step("one", "Make")
    tree.pipeline(a="one/Make")
    missing = cursus("compile", "small", "-C", tree.root, "--diff", tmp_path / "gone.json")
    assert (missing.code, "gone.json" in missing.err) == (USAGE, True)
    unknown = cursus("compile", "small", "-C", tree.root, "--diff", "smal")
    assert (unknown.code, "Did you mean 'small'?" in unknown.err) == (USAGE, True)
    for option in ("--plan", "--output=x.json"):
        both = cursus("compile", "small", "-C", tree.root, "--diff", "small", option)
        assert (both.code, "--diff goes with neither" in both.err) == (USAGE, True)


def test_json_of_a_definition_that_is_refused_has_its_findings(cursus, tree):
    tree.step("one", "Make")
    path = tree.pipeline(a="one/Make")
    edit(path, "role: arn:aws:iam::123456789012:role/Example", "role: nobody")
    done = cursus("compile", "small", "-C", tree.root, "--format", "json")
    assert done.code == FINDINGS
    assert {(f["step"], f["workspace"]) for f in done.json["findings"]} == {("a", "one")}
    assert all(f["code"].startswith("definition-") for f in json.loads(done.out)["findings"])
