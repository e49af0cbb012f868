"""The one flow on the example, as its users drive it."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest


def test_list(cursus, example):
    done = cursus("workspace", "list", "--format", "json", "-C", example)
    assert done.code == 0
    rows = {row["workspace"]: row for row in done.json["workspaces"]}
    assert set(rows) >= {"ingest", "modelling", "risk"}
    assert all(row["owner"] and row["steps"] and not row["findings"] for row in rows.values())
    text = cursus("workspace", "list", "-C", example)
    assert text.out.splitlines()[0].split()[:2] == ["WORKSPACE", "LAYER"]
    assert {"ingest", "modelling", "risk"} <= {line.split()[0] for line in text.out.splitlines()}


def test_the_root_is_found_from_below_and_from_the_environment(cursus, example, tmp_path):
    inside = cursus("workspace", "list", "--format", "json", cwd=example / "developers" / "risk")
    named = cursus("workspace", "list", "--format", "json", cwd=tmp_path, CURSUS_WORKSPACE_ROOT=str(example))
    assert inside.code == named.code == 0
    assert inside.json == named.json


def test_discover_runs_no_workspace_code(cursus, tree):
    tree.step("one", "Make", script="import os\nos._exit(99)\n")
    builders = tree.steps_dir("one") / "builders"
    builders.mkdir()
    (builders / "builder_make_step.py").write_text("while True: pass\n\nclass MakeStepBuilder: ...\n")
    done = cursus("workspace", "discover", "components", "--format", "json", "-C", tree.root, timeout=20)
    assert done.code == 0
    assert done.json["builders"]["one:Make"]["class_name"] == "MakeStepBuilder"
    assert done.json["scripts"]["one:Make"]["file_path"].endswith("make.py")
    assert cursus("validate", "--all", "-C", tree.root, timeout=20).code in (0, 1)


def test_same_named_components_are_two(cursus, example):
    done = cursus("workspace", "discover", "components", "--format", "json", "-C", example)
    builders = done.json["builders"]
    one, two = builders["modelling:MetricsReport"], builders["risk:MetricsReport"]
    assert one["class_name"] == two["class_name"] == "MetricsReportStepBuilder"
    assert one["module_file"] != two["module_file"]


def test_discover_pipelines_and_scripts(cursus, example):
    pipelines = cursus("workspace", "discover", "pipelines", "--format", "json", "-C", example)
    assert "flight_delay" in {p["name"] for p in pipelines.json["pipelines"]}
    scripts = cursus("workspace", "discover", "scripts", "--workspace", "ingest", "-C", example)
    assert scripts.code == 0
    assert "flight_features.py" in scripts.out


def test_validate_the_example(cursus, example):
    done = cursus("validate", "--all", "--format", "json", "-C", example)
    assert done.code == 0, done.out
    assert done.json["ok"] is True
    assert done.json["findings"] == []
    assert done.json["counts"]["PASS"] > 20
    assert cursus("validate", "-C", example).code == 0


def test_create_then_everything_works_with_the_new_workspace(cursus, tmp_path):
    root = tmp_path / "new_root"
    dry = cursus("workspace", "create", "ada", "--dry-run", "-C", root)
    assert dry.code == 0
    assert not root.exists()
    made = cursus("workspace", "create", "ada", "--format", "json", "-C", root)
    assert made.code == 0
    assert (root / "developers" / "ada" / "src" / "cursus_dev" / "steps" / "scripts").is_dir()
    assert cursus("workspace", "list", "--format", "json", "-C", root).json["workspaces"][0]["workspace"] == "ada"
    again = cursus("workspace", "create", "ada", "-C", root)
    assert again.code == 2
    assert "already exists" in again.err


def test_plan_names_every_binding_and_file(cursus, example):
    done = cursus("compile", "flight_delay", "--plan", "--format", "json", "-C", example)
    assert done.code == 0, done.err
    plan = done.json
    steps = {s["name"]: s for s in plan["steps"]}
    assert all(s["files"] and s["workspace"] for s in steps.values())
    assert all(b["reason"] and b["detail"] for b in plan["bindings"])
    assert {b["reason"] for b in plan["bindings"]} >= {"explicit port", "same name"}
    digests = {s["reference"]: s["code"]["digest"] for s in steps.values() if s["step"] == "MetricsReport"}
    assert set(digests) == {"modelling/MetricsReport", "risk/MetricsReport"}
    assert len(set(digests.values())) == 2
    assert str(example) not in done.out
    text = cursus("compile", "flight_delay", "--plan", "-C", example)
    assert "modelling/DelayTraining" in text.out
    assert "explicit port" in text.out or "port" in text.out


def test_compile_is_identical_wherever_and_whenever(cursus, example, tmp_path):
    elsewhere = shutil.copytree(example, tmp_path / "other" / "place")
    outputs = []
    for number, root in enumerate((example, example, elsewhere)):
        output = tmp_path / f"{number}.json"
        done = cursus("compile", "flight_delay", "-o", output, "-C", root, PYTHONHASHSEED=str(number))
        assert done.code == 0, done.err
        outputs.append(output.read_bytes())
    assert outputs[0] == outputs[1] == outputs[2]
    definition = json.loads(outputs[0])
    assert definition["Version"] == "2020-12-01"
    assert {s["Type"] for s in definition["Steps"]} == {"Processing", "Training"}


def test_compile_needs_no_network(cursus, example, tmp_path):
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow a network namespace")
    import sys
    from pathlib import Path

    command = str(Path(sys.executable).with_name("cursus"))
    done = subprocess.run(
        [unshare, "-rn", command, "compile", "flight_delay", "-C", str(example)],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Version"] == "2020-12-01"


def test_run_the_pipeline_on_the_sample(cursus, example, tmp_path):
    run = tmp_path / "run"
    done = cursus(
        "runtime", "test-workspace-pipeline", "flight_delay", "--run-dir", run, "--format", "json", "-C", example
    )
    assert done.code == 0, done.err
    steps = {s["node"]: s for s in done.json["steps"]}
    assert all(s["outcome"] == "PASS" for s in steps.values())
    assert all(s["seconds"] > 0 and s["peak_memory_bytes"] > 0 for s in steps.values())
    record = json.loads((run / "run.json").read_text("utf-8"))
    assert record["schema_version"] == 1
    assert {s["node"] for s in record["steps"]} == set(steps)
    metrics = json.loads((run / "steps" / "evaluate" / "output" / "metrics" / "metrics.json").read_text())
    assert 0.5 < metrics["auc"] < 0.95


@pytest.mark.parametrize(
    ("workspace", "step"),
    [
        ("ingest", "FlightFeatures"),
        ("risk", "DelayCalibration"),
        ("risk", "MetricsReport"),
        ("modelling", "DelayTraining"),
    ],
)
def test_one_script_on_the_workspaces_own_data(cursus, example, workspace, step):
    done = cursus("runtime", "test-script", step, "--workspace", workspace, "-C", example)
    assert done.code == 0, done.err + done.out
    assert "PASS" in done.out


def test_help_is_light_and_complete(cursus):
    done = cursus("--help")
    assert done.code == 0
    for command in ("compile", "runtime", "validate", "workspace"):
        assert command in done.out
    import sys

    heavy = {"pandas", "boto3", "botocore", "sagemaker", "pydantic", "yaml", "rich", "numpy", "sqlite3"}
    code = (
        "import sys\nfrom cursus.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', sorted({heavy!r} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.rstrip().endswith("HEAVY []")


def test_common_options_stand_before_or_after_the_command(cursus, example):
    before = cursus("-C", example, "--format", "json", "workspace", "list")
    after = cursus("workspace", "list", "-C", example, "--format", "json")
    assert before.code == after.code == 0
    assert before.json == after.json
