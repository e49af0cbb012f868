"""``cursus dag …`` and ``cursus workspace why`` on real trees."""

from __future__ import annotations

import json

SCRIPT_THAT_ENDS_THE_PROCESS = "import os\nos._exit(7)\n"


def test_show_the_example(cursus, example):
    done = cursus("dag", "show", "flight_delay", "-C", example)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[:4] == [
        "Pipeline flight-delay: 9 steps, 13 edges",
        "",
        "features  ingest/FlightFeatures",
        "└─ split  core/TabularPreprocessing",
    ]
    assert "   ├─ evaluate  core/ModelEval  [testing_data -> eval_data]" in lines
    mermaid = cursus("dag", "show", "flight_delay", "-C", example, "--format", "mermaid")
    assert mermaid.out.startswith("flowchart LR\n")
    assert mermaid.out.count("-->") == 13
    dot = cursus("dag", "show", "flight_delay", "-C", example, "--format", "dot")
    assert dot.out.startswith('digraph "flight-delay" {\n')
    assert dot.out.count("->") == 13 + 5
    shown = cursus("dag", "show", "flight_delay", "-C", example, "--format", "json").json
    assert (shown["pipeline"], shown["owner"], shown["cycle"]) == ("flight-delay", "shared", None)
    assert [n["uses"] for n in shown["nodes"]] == [n["resolved"] for n in shown["nodes"]]
    assert len(shown["edges"]) == 13


def test_order_and_analyze_the_example(cursus, example):
    done = cursus("dag", "order", "flight_delay", "-C", example, "--format", "json")
    names = [step["step_name"] for step in done.json["steps"]]
    shown = cursus("dag", "show", "flight_delay", "-C", example, "--format", "json").json
    assert all(names.index(e["source"]) < names.index(e["target"]) for e in shown["edges"])
    assert cursus("dag", "order", "flight_delay", "-C", example).out.splitlines()[1].split() == [
        "0",
        "features",
        "ingest/FlightFeatures",
        "-",
    ]
    found = cursus("dag", "analyze", "flight_delay", "-C", example, "--format", "json").json
    assert found["basic_metrics"] == {"node_count": 9, "edge_count": 13, "developer_count": 4, "step_type_count": 7}
    assert found["complexity_metrics"]["critical_path"][0] == "features"
    text = cursus("dag", "analyze", "flight_delay", "-C", example)
    assert text.code == 0
    assert "Most dependents of one step     4" in text.out


def test_nothing_of_a_workspace_is_run(cursus, tree):
    tree.step("ann", "First", script=SCRIPT_THAT_ENDS_THE_PROCESS)
    tree.pipeline(a="ann/First")
    for command in ("show", "order", "analyze"):
        assert cursus("dag", command, "small", "-C", tree.root).code == 0


def test_a_cycle_is_shown_and_has_no_order(cursus, tree):
    tree.step("ann", "Loop", inputs="data")
    path = tree.pipeline("a -> b", "b -> c", "c -> a", "c -> b", a="ann/Loop", b="ann/Loop", c="ann/Loop")
    shown = cursus("dag", "show", "small", "-C", tree.root)
    assert shown.code == 1
    assert "└─ b  ann/Loop" in shown.out
    assert f"{path.relative_to(tree.root.parent)}" in shown.err
    assert "b -> c -> b" in shown.err
    assert cursus("dag", "show", "small", "-C", tree.root, "--format", "json").json["cycle"] == ["b", "c", "b"]
    for command in ("order",):
        done = cursus("dag", command, "small", "-C", tree.root, "--format", "json")
        assert (done.code, done.codes) == (1, {"pipeline-cycle"})
    found = cursus("dag", "analyze", "small", "-C", tree.root, "--format", "json")
    assert (found.code, found.codes) == (1, {"pipeline-cycle"})
    assert "b -> c -> b" in found.json["recommendations"][0]


def test_steps_that_are_not_there_are_said_and_drawn(cursus, tree):
    tree.step("ann", "First")
    tree.pipeline("a -> b", a="ann/First", b="ann/Frist")
    done = cursus("dag", "show", "small", "-C", tree.root)
    assert done.code == 1
    assert "└─ b  ann/Frist" in done.out
    assert "Did you mean 'First'" in done.err
    assert cursus("dag", "show", "smal", "-C", tree.root).code == 2


def test_a_step_from_another_layer_is_named(cursus, tree):
    tree.step("ann", "First")
    tree.pipeline(a="ann/Package")
    assert "a  ann/Package, from core/Package" in cursus("dag", "show", "small", "-C", tree.root).out


def test_schema(cursus, tmp_path):
    printed = cursus("dag", "schema")
    written = cursus("dag", "schema", "-o", "schema.json")
    assert written.out == "schema.json\n"
    assert (tmp_path / "schema.json").read_text() == printed.out
    assert json.loads(printed.out)["title"] == "Cursus pipeline file"


def test_a_step_that_may_not_be_used(cursus, tree):
    tree.step("ann", "Draft")
    tree.step("bob", "Own")
    toml = tree.root / "developers/ann/workspace.toml"
    toml.write_text('owner = "ann@example.com"\n\n[visibility]\nDraft = "private"\n')
    path = tree.pipeline(a="bob/Own", b="ann/Draft")
    for command in (
        ("dag", "show", "small"),
        ("compile", "small"),
        ("runtime", "test-workspace-pipeline", "small"),
        ("deploy", "small", "--dry-run", "--role", "arn:aws:iam::123456789012:role/Example"),
    ):
        done = cursus(*command, "-C", tree.root, "--format", "json")
        assert (done.code, done.codes) == (4, {"not-visible"}), command
        (finding,) = done.json["findings"]
        assert (finding["file"], finding["line"], finding["workspace"]) == (str(path), 5, "ann")
        assert "ann@example.com" in finding["message"]
    done = cursus("validate", "--all", "-C", tree.root, "--format", "json")
    assert done.code == 1
    assert "pipeline-step" in done.codes
    listed = cursus("workspace", "discover", "components", "-C", tree.root)
    assert "private" in next(line for line in listed.out.splitlines() if line.startswith("ann/Draft"))
    assert cursus("runtime", "test-script", "ann/Draft", "-C", tree.root).code == 0
    toml.write_text('[visibility]\nDraft = { protected = ["shared"] }\n')
    assert cursus("compile", "small", "-C", tree.root).code == 0


def test_why(cursus, tree):
    tree.step("ann", "Package")
    done = cursus("workspace", "why", "package", "--workspace", "ann", "-C", tree.root)
    assert done.code == 0
    assert [line.split()[:3] for line in done.out.splitlines()[1:3]] == [
        ["ann", "developer", "won"],
        ["core", "core", "shadowed"],
    ]
    assert done.out.endswith("package means ann/Package.\n")
    found = cursus("workspace", "why", "ann/Packge", "-C", tree.root, "--format", "json")
    assert (found.code, found.json["winner"]) == (1, None)
    assert "Did you mean 'Package'" in found.json["error"]
