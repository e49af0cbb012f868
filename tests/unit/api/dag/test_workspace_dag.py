from __future__ import annotations

import json

import pytest

from cursus.api.dag import CycleError, PipelineDAG, WorkspaceAwareDAG


def build() -> WorkspaceAwareDAG:
    dag = WorkspaceAwareDAG("/root")
    dag.add_workspace_step("load", "ingest", "DataLoad", {"rows": 5})
    dag.add_workspace_step("train", "modelling", "Training", {"depth": [1, 2]}, ["load"])
    dag.add_workspace_step("report", "modelling", "Report", {}, ["train"])
    return dag


def test_is_a_pipeline_dag() -> None:
    dag = WorkspaceAwareDAG("/root", nodes=["a", "b"], edges=[("a", "b")])
    assert isinstance(dag, PipelineDAG)
    assert dag.workspace_root == "/root"
    assert dag.topological_sort() == ["a", "b"]
    with pytest.raises(KeyError):
        WorkspaceAwareDAG("/root", ["a"], [("a", "x")])


def test_steps_are_kept_with_their_context() -> None:
    dag = build()
    assert dag.get_workspace_step("train") == {
        "step_name": "train",
        "developer_id": "modelling",
        "step_type": "Training",
        "config_data": {"depth": [1, 2]},
        "dependencies": ["load"],
    }
    assert dag.get_workspace_step("nothing") is None
    assert dag.get_developers() == ["ingest", "modelling"]
    assert dag.get_steps_by_developer("modelling") == ["train", "report"]
    assert dag.get_steps_by_type("DataLoad") == ["load"]
    assert dag.edges == [("load", "train"), ("train", "report")]


def test_what_is_handed_out_is_a_copy() -> None:
    dag = build()
    step = dag.get_workspace_step("train")
    assert step is not None
    step["config_data"]["depth"].append(3)
    step["dependencies"].clear()
    assert dag.get_workspace_step("train") == build().get_workspace_step("train")


@pytest.mark.parametrize(
    ("field", "arguments"),
    [("step_name", ("", "d", "T")), ("developer_id", ("s", " ", "T")), ("step_type", ("s", "d", ""))],
)
def test_empty_identifiers(field: str, arguments: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=f"{field} must be a non-empty string"):
        WorkspaceAwareDAG("/root").add_workspace_step(*arguments)


def test_a_step_twice_is_refused() -> None:
    dag = build()
    with pytest.raises(ValueError, match="'load' is already in the graph, as a step of 'ingest'"):
        dag.add_workspace_step("load", "risk", "Other")


def test_a_dependency_may_be_added_later() -> None:
    dag = WorkspaceAwareDAG("/root")
    dag.add_workspace_step("b", "x", "T", {}, ["a"])
    assert dag.nodes == ["b"]
    validation = dag.validate_workspace_dependencies()
    assert not validation["valid"]
    assert "'a', which is not in the graph" in validation["errors"][0]
    assert "'b' of 'x'" in validation["errors"][0]
    dag.add_workspace_step("a", "y", "T")
    assert dag.edges == [("a", "b")]
    assert dag.validate_workspace_dependencies()["valid"]
    assert dag.missing_dependencies() == {}


def test_an_edge_from_an_awaited_step_is_one_edge() -> None:
    dag = WorkspaceAwareDAG("/root")
    dag.add_workspace_step("b", "x", "T", {}, ["a"])
    dag.add_edge("a", "b", output="o", input="i")
    assert dag.edges == [("a", "b")]
    assert dag.reverse_adj["b"] == ["a"]
    assert dag.get_ports("a", "b") == [("o", "i")]


def test_validation_counts_dependencies() -> None:
    dag = build()
    validation = dag.validate_workspace_dependencies()
    assert validation["valid"]
    assert validation["cross_workspace_dependencies"] == [
        {
            "dependent_step": "train",
            "dependent_developer": "modelling",
            "dependency_step": "load",
            "dependency_developer": "ingest",
        }
    ]
    assert validation["dependency_stats"] == {
        "total_dependencies": 2,
        "cross_workspace_count": 1,
        "intra_workspace_count": 1,
    }


def test_a_cycle_can_be_built_and_is_reported() -> None:
    dag = build()
    dag.add_edge("report", "load")
    validation = dag.validate_workspace_dependencies()
    assert validation["errors"] == ["Circular dependencies: load -> train -> report -> load"]
    with pytest.raises(CycleError):
        dag.get_execution_order()
    analysis = dag.analyze_workspace_complexity()
    assert analysis["complexity_metrics"]["longest_path"] == 0
    assert "Circular" in analysis["recommendations"][0]


def test_execution_order() -> None:
    dag = build()
    dag.add_edge("report", "archive")
    order = dag.get_execution_order()
    assert [step["step_name"] for step in order] == ["load", "train", "report", "archive"]
    assert order[1] == {
        "step_name": "train",
        "developer_id": "modelling",
        "step_type": "Training",
        "dependencies": ["load"],
        "execution_index": 1,
    }
    assert (order[3]["developer_id"], order[3]["step_type"]) == (None, "Unknown")


def test_summary() -> None:
    summary = build().get_workspace_summary()
    assert summary["workspace_root"] == "/root"
    assert (summary["total_steps"], summary["total_edges"]) == (3, 2)
    assert summary["developers"] == ["ingest", "modelling"]
    assert summary["developer_stats"]["modelling"] == {
        "step_count": 2,
        "steps": ["train", "report"],
        "step_types": ["Report", "Training"],
    }
    assert summary["step_type_stats"] == {"DataLoad": 1, "Report": 1, "Training": 1}
    assert summary["dependency_validation"] == build().validate_workspace_dependencies()


def test_complexity_is_counted_on_the_graph() -> None:
    dag = build()
    for i in range(6):
        dag.add_workspace_step(f"metric{i}", "risk", "Metric", {}, ["train"])
    dag.add_workspace_step("lonely", "risk", "Metric")
    analysis = dag.analyze_workspace_complexity()
    assert analysis["basic_metrics"] == {
        "node_count": 10,
        "edge_count": 8,
        "developer_count": 3,
        "step_type_count": 4,
    }
    metrics = analysis["complexity_metrics"]
    assert (metrics["max_fan_in"], metrics["max_fan_out"]) == (1, 7)
    assert metrics["average_dependencies"] == pytest.approx(0.8)
    assert metrics["critical_path"] == ["load", "train", "metric0"]
    assert metrics["longest_path"] == 3
    assert analysis["developer_analysis"]["modelling"]["cross_workspace_dependents"] == 6
    text = "\n".join(analysis["recommendations"])
    assert "7 steps depend on 'train'" in text
    assert "'lonely' is connected to no other step" in text


def test_removal_leaves_no_trace() -> None:
    dag = build()
    assert dag.remove_workspace_step("train")
    assert not dag.remove_workspace_step("train")
    assert not dag.remove_workspace_step("nothing")
    assert dag.nodes == ["load", "report"]
    assert dag.edges == []
    report = dag.get_workspace_step("report")
    assert report is not None
    assert report["dependencies"] == []
    assert "train" not in json.dumps(dag.get_workspace_summary())
    dag.add_workspace_step("train", "risk", "Training")
    assert dag.edges == []


def test_removing_a_waiting_step_forgets_what_it_waited_for() -> None:
    dag = WorkspaceAwareDAG("/root")
    dag.add_workspace_step("b", "x", "T", {}, ["a"])
    dag.remove_workspace_step("b")
    assert dag.missing_dependencies() == {}
    dag.add_node("a")
    assert dag.nodes == ["a"]


def test_config_round_trip() -> None:
    dag = build()
    dag.global_config["region"] = "NA"
    dag.add_edge("load", "report", output="rows", input="sample")
    dag.add_workspace_step("late", "risk", "T", {}, ["missing", "load"])
    config = dag.to_workspace_pipeline_config("p")
    assert set(config) == {"pipeline_name", "workspace_root", "steps", "global_config"}
    assert config["steps"][1] == {
        "step_name": "train",
        "developer_id": "modelling",
        "step_type": "Training",
        "config_data": {"depth": [1, 2]},
        "workspace_root": "/root",
        "dependencies": ["load"],
    }
    again = WorkspaceAwareDAG.from_workspace_config(json.loads(json.dumps(config)))
    assert again.to_workspace_pipeline_config("p") == config
    assert again.get_ports("load", "report") == [("rows", "sample")]
    assert sorted(again.edges) == sorted(dag.edges)


def test_config_refuses_what_it_cannot_hold() -> None:
    dag = build()
    with pytest.raises(ValueError, match="pipeline_name must be a non-empty string"):
        dag.to_workspace_pipeline_config(" ")
    dag.add_node("plain")
    with pytest.raises(ValueError, match="plain"):
        dag.to_workspace_pipeline_config("p")
    with pytest.raises(ValueError, match="no 'steps'"):
        WorkspaceAwareDAG.from_workspace_config({"workspace_root": "/r"})
    config = build().to_workspace_pipeline_config("p")
    config["global_config"]["edge_ports"] = [{"source": "load", "target": "report", "output": "a", "input": "b"}]
    with pytest.raises(ValueError, match="load -> report"):
        WorkspaceAwareDAG.from_workspace_config(config)


def test_clone_is_deep() -> None:
    dag = build()
    dag.add_workspace_step("late", "risk", "T", {}, ["missing"])
    copy = dag.clone()
    assert copy.get_workspace_summary() == dag.get_workspace_summary()
    copy.remove_workspace_step("load")
    copy.add_workspace_step("missing", "risk", "T")
    assert dag.get_workspace_summary() != copy.get_workspace_summary()
    assert dag.missing_dependencies() == {"missing": ["late"]}


def test_merge() -> None:
    dag, other = build(), WorkspaceAwareDAG("/root")
    other.add_workspace_step("score", "risk", "Score", {"a": [1]}, ["train"])
    other.add_workspace_step("check", "risk", "Check")
    other.add_edge("score", "check", output="o", input="i")
    dag.merge_workspace_dag(other)
    assert dag.get_ports("score", "check") == [("o", "i")]
    assert ("train", "score") in dag.edges
    assert dag.validate_workspace_dependencies()["valid"]
    other.remove_workspace_step("score")
    assert dag.get_workspace_step("score") is not None


def test_merge_brings_what_was_awaited() -> None:
    dag, other = WorkspaceAwareDAG("/root"), WorkspaceAwareDAG("/root")
    dag.add_workspace_step("b", "x", "T", {}, ["a"])
    other.add_workspace_step("a", "y", "T")
    dag.merge_workspace_dag(other)
    assert dag.edges == [("a", "b")]


def test_merge_conflict_changes_nothing() -> None:
    dag, other = build(), build()
    other.add_workspace_step("extra", "risk", "T")
    before = dag.get_workspace_summary()
    with pytest.raises(ValueError, match="load, report, train"):
        dag.merge_workspace_dag(other)
    with pytest.raises(ValueError, match="/elsewhere"):
        dag.merge_workspace_dag(WorkspaceAwareDAG("/elsewhere"))
    assert dag.get_workspace_summary() == before


def test_what_a_step_waits_for_may_be_merged_in_with_ports() -> None:
    dag = WorkspaceAwareDAG("/root")
    dag.add_workspace_step("c", "x", "T", {}, ["b"])
    other = WorkspaceAwareDAG("/root")
    other.add_edge("b", "c", input="p")
    dag.merge_workspace_dag(other)
    assert dag.get_ports("b", "c") == [(None, "p")]
