"""``cursus workspace build`` and ``--swap`` on real trees; what is built is compiled and run."""

from __future__ import annotations

import json
import shutil

import pytest

SETTINGS = (
    "author=ada",
    "bucket=example-bucket",
    "role=arn:aws:iam::123456789012:role/Example",
    "region=NA",
    "service_name=Small",
    "pipeline_version=1.0.0",
)
TEAMS = ("ann", "bob", "cat", "dan")


def settings():
    return [word for setting in SETTINGS for word in ("--set", setting)]


@pytest.fixture
def teams(tree):
    """Four workspaces, each with a Report of the same names that leaves its own mark."""
    tree.step("ann", "First")
    for who in TEAMS:
        body = f'(Path(output_paths["report"]) / "who.txt").write_text({who!r})'
        tree.step(who, "Report", inputs="out", outputs="report", body=body)
    return tree


def scripts_by_digest(root):
    """Digest of each script's bytes -> its workspace."""
    import hashlib

    paths = root.glob("developers/*/src/cursus_dev/steps/scripts/report.py")
    return {hashlib.sha256(p.read_bytes()).hexdigest(): p.relative_to(root).parts[1] for p in paths}


def test_four_workspaces_with_same_named_components(cursus, teams):
    """Built, compiled and run from the command line: every step has the script of its own workspace."""
    root = teams.root
    components = ",".join(["ann:First", *(f"{who}:Report" for who in TEAMS)])
    built = cursus("workspace", "build", "mixed", "--components", components, *settings(), "-C", root)
    assert (built.code, built.out) == (0, "root/pipelines/mixed.yaml\n")
    assert "report_bob.out  first.out  the output has the input's name 'out'" in built.err
    plan = cursus("compile", "mixed", "--plan", "--format", "json", "-C", root).json
    digests = scripts_by_digest(root)
    assert set(digests.values()) == set(TEAMS)
    steps = {s["name"]: s for s in plan["steps"]}
    for who in TEAMS:
        (script,) = [f for f in steps[f"report_{who}"]["files"] if f["kind"] == "script"]
        assert digests[script["sha256"]] == who
    definition = json.loads(cursus("compile", "mixed", "-C", root).out)
    for step in definition["Steps"]:
        text = json.dumps(step)
        assert steps[step["Name"]]["code"]["digest"] in text
        others = {s["code"]["digest"] for n, s in steps.items() if n != step["Name"]}
        assert not [digest for digest in others if digest in text]
    ran = cursus("runtime", "test-workspace-pipeline", "mixed", "--run-dir", root / "run", "-C", root)
    assert ran.code == 0, ran.err
    for who in TEAMS:
        (left,) = (root / "run").rglob(f"*report_{who}/**/who.txt")
        assert left.read_text() == who


def test_build_says_and_writes_nothing_twice(cursus, teams):
    arguments = ("workspace", "build", "two", "--components", "ann:First,bob:Report", "-C", teams.root)
    dry = cursus(*arguments, "--dry-run")
    assert dry.code == 0
    assert "- first.out -> report.out" in dry.out
    assert "config.shared needs author, bucket" in dry.err
    assert not (teams.root / "pipelines").exists()
    found = cursus(*arguments, "--dry-run", "--format", "json").json
    assert (found["dry_run"], found["edges"][0]["source"], found["text"]) == (True, "first", dry.out)
    written = cursus(*arguments)
    assert (teams.root / "pipelines/two.yaml").read_text() == dry.out
    assert (written.code, cursus(*arguments).code) == (0, 2)


def test_build_for_a_workspace_and_of_its_private_steps(cursus, teams):
    (teams.root / "developers/ann/workspace.toml").write_text('[visibility]\nFirst = "private"\n')
    arguments = ("workspace", "build", "mine", "--components", "ann:First", *settings(), "-C", teams.root)
    refused = cursus(*arguments, "--format", "json")
    assert (refused.code, refused.codes) == (4, {"not-visible"})
    assert cursus(*arguments, "--workspace", "ann").out == "root/developers/ann/pipelines/mine.yaml\n"
    assert cursus("compile", "ann/mine", "-o", "mine.json", "-C", teams.root).code == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ((), "Give the components of the pipeline"),
        (("--components", "ann:Frist"), "Did you mean 'First'"),
        (("--components", "ann"), "'ann' is not a component"),
        (("--components", "ann:First", "--set", "author"), "--set 'author' is not of the form"),
        (("--components", "ann:First", "-o", "x.json"), "is not named like a pipeline file"),
        (("--from", "nothing"), "Pipeline 'nothing' was not found"),
    ],
)
def test_build_is_asked_wrongly(cursus, teams, more, told):
    done = cursus("workspace", "build", "p", *more, "-C", teams.root)
    assert done.code == 2
    assert told in done.err


def test_swap_compiles_runs_and_builds_the_other_step(cursus, teams):
    root = teams.root
    teams.pipeline("first -> report", first="ann/First", report="ann/Report")
    manifest = root / "developers/bob/src/cursus_dev/steps/interfaces/report.step.yaml"
    manifest.write_text(manifest.read_text() + "environment: {optional: {LIMIT: '3'}}\n")
    swap = ("--swap", "report=bob/Report")
    plain = cursus("compile", "small", "-C", root)
    other = cursus("compile", "small", *swap, "-C", root)
    assert plain.code == other.code == 0
    assert plain.out != other.out
    assert other.err.splitlines()[:2] == [
        "report: bob/Report instead of ann/Report",
        '    environment.LIMIT: + "3"',
    ]
    found = cursus("compile", "small", *swap, "-o", "x.json", "--format", "json", "-C", root).json["swaps"]
    assert found[0]["differences"] == [{"path": "environment.LIMIT", "after": "3"}]
    diff = cursus("compile", "small", *swap, "--diff", "small", "--format", "json", "-C", root).json
    assert [s["step"] for s in diff["steps"]] == ["report"]
    ran = cursus("runtime", "test-workspace-pipeline", "small", *swap, "--run-dir", root / "run", "-C", root)
    assert ran.code == 0
    (left,) = (root / "run").rglob("report/**/who.txt")
    assert left.read_text() == "bob"
    built = cursus("workspace", "build", "variant", "--from", "small", *swap, "-C", root)
    assert built.code == 0
    assert "report: bob/Report" in (root / "pipelines/variant.yaml").read_text()
    again = cursus("compile", "variant", "-C", root)
    assert again.out.replace("variant", "small") == other.out


def test_swap_with_one_that_does_not_fit_says_the_difference_first(cursus, example):
    done = cursus("compile", "flight_delay", "--swap", "carrier_report=modelling/MetricsReport", "-C", example)
    assert done.code == 1
    assert done.err.splitlines()[:2] == [
        "carrier_report: modelling/MetricsReport instead of risk/MetricsReport",
        '    inputs.predictions: - "processing_output"',
    ]
    assert "has no input 'predictions'" in done.err
    usage = cursus("compile", "flight_delay", "--swap", "carrier=modelling/MetricsReport", "-C", example)
    assert usage.code == 2


def test_the_example_is_built_from_its_components(cursus, example):
    """A part of the example made anew on the command line compiles to the same code for each step, and runs."""
    shutil.rmtree(example / ".cursus", ignore_errors=True)
    done = cursus(
        "workspace",
        "build",
        "quick-look",
        "--components",
        "features=ingest:FlightFeatures,split=core:TabularPreprocessing,train=modelling:DelayTraining",
        *settings(),
        *("--set", "label_field=delayed", "--set", "id_field=flight_id", "--set", "max_iter=5"),
        "-C",
        example,
    )
    assert done.code == 0, done.err
    assert ["features.flights", "parameter", "FeaturesFlights"] in [line.split()[:3] for line in done.err.splitlines()]
    built = {
        s["name"]: s for s in cursus("compile", "quick_look", "--plan", "--format", "json", "-C", example).json["steps"]
    }
    whole = {
        s["name"]: s
        for s in cursus("compile", "flight_delay", "--plan", "--format", "json", "-C", example).json["steps"]
    }
    assert {n: s["code"]["digest"] for n, s in built.items()} == {n: whole[n]["code"]["digest"] for n in built}
    ran = cursus("runtime", "test-workspace-pipeline", "quick_look", "-C", example, timeout=300)
    assert ran.code == 0, ran.err
