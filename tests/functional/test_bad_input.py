"""Each kind of bad input: one clear error with its place, the documented exit code, nothing half-written."""

from __future__ import annotations

import pytest

FINDINGS, USAGE, REFUSED = 1, 2, 4


def test_unknown_workspace(cursus, example):
    done = cursus("validate", "--workspace", "ingets", "-C", example)
    assert done.code == USAGE
    assert "Workspace 'ingets' does not exist" in done.err
    assert "Did you mean 'ingest'?" in done.err
    assert "cursus workspace list" in done.err


def test_unknown_step(cursus, example):
    done = cursus("runtime", "test-script", "FlightFeature", "--workspace", "ingest", "-C", example)
    assert done.code == USAGE
    assert "Step 'FlightFeature' is not defined" in done.err
    assert "'FlightFeatures'" in done.err


def test_unknown_step_in_a_pipeline_names_the_line(cursus, tree):
    tree.step("one", "Make")
    path = tree.pipeline(a="one/Make", b="one/Mkae")
    done = cursus("compile", "small", "-C", tree.root)
    line = path.read_text().splitlines().index("  b: one/Mkae") + 1
    assert done.code == USAGE
    assert f"small.yaml:{line}: error[unknown-step]" in done.err
    assert "'Make'" in done.err


def test_unknown_pipeline(cursus, example):
    done = cursus("compile", "flight_delya", "-C", example)
    assert done.code == USAGE
    assert "Did you mean 'flight_delay'?" in done.err


def test_unknown_command(cursus):
    done = cursus("validat")
    assert done.code == USAGE
    assert "Did you mean 'validate'?" in done.err


def test_no_root(cursus, tmp_path):
    done = cursus("workspace", "list", "-C", tmp_path / "nowhere")
    assert done.code == USAGE
    assert "not a workspace root" in done.err


@pytest.mark.parametrize("name", ["../x", "/abs", "a/b", "", ".", "con", "core", "a" * 65, "naïve", "a\nb"])
def test_unsafe_workspace_id(cursus, tmp_path, name):
    root = tmp_path / "root"
    done = cursus("workspace", "create", name, "-C", root)
    assert done.code == USAGE
    assert "is not a workspace id" in done.err
    assert not root.exists()
    assert not (tmp_path / "x").exists()


def test_syntax_error_in_a_script(cursus, tree):
    script = tree.step("one", "Make")
    script.write_text("def main(:\n", encoding="utf-8")
    tree.pipeline(a="one/Make")
    done = cursus("validate", "--workspace", "one", "--format", "json", "-C", tree.root)
    assert done.code == FINDINGS
    (finding,) = [f for f in done.json["findings"] if f["code"] == "syntax-error"]
    assert (finding["workspace"], finding["file"], finding["line"]) == ("one", str(script), 1)
    compiled = cursus("compile", "small", "-o", tree.root / "out.json", "-C", tree.root)
    assert compiled.code == USAGE
    assert "make.py:1" in compiled.err
    assert not (tree.root / "out.json").exists()


def test_a_broken_neighbour_hides_and_stops_nothing(cursus, tree):
    tree.step("good", "Make")
    tree.step("bad", "Other").write_text("import (", encoding="utf-8")
    (tree.steps_dir("bad") / "interfaces" / "third.step.yaml").write_text("step: [", encoding="utf-8")
    tree.pipeline(a="good/Make")
    listed = cursus("workspace", "list", "--format", "json", "-C", tree.root)
    assert listed.code == 0
    assert {w["workspace"] for w in listed.json["workspaces"]} == {"good", "bad"}
    found = cursus("workspace", "discover", "components", "--format", "json", "-C", tree.root)
    assert "good:Make" in found.json["scripts"]
    assert "bad" in {f["workspace"] for f in found.json["findings"]}
    assert cursus("validate", "--workspace", "good", "-C", tree.root).code == 0
    both = cursus("validate", "--all", "--format", "json", "-C", tree.root)
    assert both.code == FINDINGS
    assert {f["workspace"] for f in both.json["findings"] if f["severity"] == "error"} == {"bad"}
    assert {u["outcome"] for u in both.json["units"] if u["workspace"] == "good"} <= {"PASS", "SKIPPED"}
    assert cursus("compile", "small", "-o", tree.root / "d.json", "-C", tree.root).code == 0
    assert cursus("runtime", "test-workspace-pipeline", "small", "-C", tree.root).code == 0


def test_cycle(cursus, tree):
    tree.step("one", "Turn", inputs="x")
    path = tree.pipeline("a -> b", "b -> c", "c -> a", a="one/Turn", b="one/Turn", c="one/Turn")
    done = cursus("compile", "small", "-C", tree.root)
    assert done.code == FINDINGS
    assert "error[pipeline-cycle]" in done.err
    assert str(path.name) in done.err
    assert "a -> b -> c -> a" in done.err


def test_unsatisfied_input(cursus, tree):
    tree.step("one", "Make", outputs="apples")
    tree.step("two", "Use", inputs="pears", outputs="out")
    tree.pipeline(a="one/Make", b="two/Use")
    done = cursus("compile", "small", "--format", "json", "-o", tree.root / "d.json", "-C", tree.root)
    assert done.code == FINDINGS
    (finding,) = done.json["findings"]
    assert finding["step"] == "b"
    assert finding["workspace"] == "two"
    assert "pears" in finding["message"]
    assert not (tree.root / "d.json").exists()


def test_ambiguous_input(cursus, tree):
    tree.step("one", "Make", outputs="left_rows right_rows")
    tree.step("two", "Use", inputs="rows")
    tree.pipeline("a -> b", a="one/Make", b="two/Use")
    done = cursus("compile", "small", "-C", tree.root)
    assert done.code == FINDINGS
    for text in ("left_rows", "right_rows", "-> b.rows"):
        assert text in done.err


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("import sys\nsys.exit(3)", "sys.exit"),
        ("raise ValueError('no such carrier')", "no such carrier"),
        ("pass", "out"),
        ("import os\nos._exit(0)", "without a result"),
    ],
    ids=["sys.exit", "raise", "writes nothing", "os._exit"],
)
def test_a_script_that_fails(cursus, tree, body, text):
    script = tree.step("one", "Make", body=body)
    tree.step("one", "Use", inputs="out", outputs="used")
    tree.step("one", "Free")
    tree.pipeline("a -> b", a="one/Make", b="one/Use", c="one/Free")
    done = cursus("runtime", "test-workspace-pipeline", "small", "--format", "json", "-C", tree.root)
    assert done.code == FINDINGS
    outcomes = {s["node"]: s["outcome"] for s in done.json["steps"]}
    assert outcomes == {"a": "FAIL", "b": "SKIPPED", "c": "PASS"}
    (finding,) = done.json["findings"]
    assert (finding["workspace"], finding["file"]) == ("one", str(script))
    assert text in finding["message"]
    assert finding["hint"]


def test_a_script_that_exits_non_zero(cursus, tree):
    tree.step("one", "Make", body="import os\nos._exit(7)")
    done = cursus("runtime", "test-script", "Make", "--workspace", "one", "-C", tree.root)
    assert done.code == FINDINGS
    assert "7" in done.err + done.out


def test_a_script_that_never_ends(cursus, tree):
    tree.step("one", "Make", body="while True:\n    pass")
    done = cursus("runtime", "test-script", "Make", "--workspace", "one", "--timeout", "1", "-C", tree.root, timeout=30)
    assert done.code == FINDINGS
    assert "1 s" in done.err + done.out


@pytest.mark.parametrize(
    ("text", "line"),
    [("name: [\n", 2), ("name: x\nsteps:\n  a: one/Make\n b: c\n", 4), ("- just\n- a list\n", 1), ("", 1)],
    ids=["unclosed", "indent", "list", "empty"],
)
def test_malformed_pipeline_file(cursus, tree, text, line):
    tree.step("one", "Make")
    path = tree.pipeline(a="one/Make")
    path.write_text(text, encoding="utf-8")
    done = cursus("compile", "small", "-o", tree.root / "d.json", "-C", tree.root)
    assert done.code == USAGE
    assert f"small.yaml:{line}" in done.err
    assert not (tree.root / "d.json").exists()


def test_unknown_key_in_a_pipeline_file(cursus, tree):
    tree.step("one", "Make")
    path = tree.pipeline(a="one/Make")
    path.write_text(path.read_text().replace("edges:", "egdes:"), encoding="utf-8")
    done = cursus("compile", "small", "-C", tree.root)
    assert done.code == USAGE
    assert "'egdes'" in done.err
    assert "Did you mean 'edges'?" in done.err


def test_malformed_manifest(cursus, tree):
    tree.step("one", "Make")
    manifest = tree.steps_dir("one") / "interfaces" / "make.step.yaml"
    manifest.write_text(manifest.read_text() + "outptus: {}\n", encoding="utf-8")
    tree.pipeline(a="one/Make")
    done = cursus("compile", "small", "-C", tree.root)
    assert done.code == USAGE
    assert "make.step.yaml" in done.err
    assert "Did you mean 'outputs'?" in done.err
