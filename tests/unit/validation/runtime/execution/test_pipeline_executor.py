from __future__ import annotations

import json
from pathlib import Path

import pytest

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.errors import ConfigurationError, FileError, PipelineError
from cursus.registry.visible import NotVisible
from cursus.validation.runtime.execution.pipeline_executor import PipelineExecutor


@pytest.fixture
def dag(root: Path) -> WorkspaceAwareDAG:
    dag = WorkspaceAwareDAG(root)
    dag.add_workspace_step("clean", "data", "Clean", {"limit": 2}, [])
    dag.add_workspace_step("count", "eval", "Count", {}, ["clean"])
    return dag


def test_a_pipeline_across_workspaces(root: Path, dag: WorkspaceAwareDAG) -> None:
    executor = PipelineExecutor(str(root / "developers/data"), workspace_root=str(root))
    result = executor.execute_pipeline(dag, "local", metadata={"ticket": 7})
    assert result.success, result.error
    assert result.completed_steps == ["clean", "count"]
    assert result.metadata == {"ticket": 7}
    assert (result.run.step("count").outputs["report"] / "report.txt").read_text() == "2 rows a"
    (flow,) = result.compatibility
    assert flow == "clean.rows -> count.rows"
    assert result.compatibility[flow].data_summary["rows"]["rows"] == 2
    assert result.compatibility[flow].workspace_context == {
        "producer_developer": "data",
        "consumer_developer": "eval",
        "cross_workspace": True,
    }
    json.dumps(result.to_json())
    summary = executor.get_workspace_execution_summary()
    assert summary["workspace_root"] == str(root)
    assert summary["cross_workspace_dependencies"] == [
        {
            "dependent_step": "count",
            "dependent_developer": "eval",
            "dependency_step": "clean",
            "dependency_developer": "data",
        }
    ]
    assert list(summary["developer_stats"]) == ["data", "eval"]
    assert summary["developer_stats"]["data"]["successful_steps"] == 1
    assert summary["overall_stats"]["total_steps_executed"] == 2
    assert summary["overall_stats"]["overall_success_rate"] == 1.0


def test_synthetic_data_and_configs(root: Path, dag: WorkspaceAwareDAG, tmp_path: Path) -> None:
    merged = {
        "metadata": {},
        "configuration": {
            "shared": {"author": "me"},
            "specific": {"Count": {"__model_type__": "CountConfig", "suffix": "x"}, "clean": {"limit": 4}},
        },
    }
    (tmp_path / "config.json").write_text(json.dumps(merged))
    executor = PipelineExecutor(root / "developers/data")
    result = executor.execute_pipeline(
        dag, config_path=str(tmp_path / "config.json"), available_configs={"clean": {"limit": 5}}
    )
    assert result.success, result.error
    assert (result.run.step("count").outputs["report"] / "report.txt").read_text() == "5 rows x"


def test_plain_nodes_are_looked_up_in_the_workspace(root: Path) -> None:
    result = PipelineExecutor(root / "developers/data").execute_pipeline(PipelineDAG(["Clean"]), "local")
    assert result.completed_steps == ["Clean"]
    with pytest.raises(PipelineError, match="belongs to no workspace"):
        PipelineExecutor(workspace_root=root).execute_pipeline(PipelineDAG(["Clean"]), "local")


def test_a_failing_step(root: Path, dag: WorkspaceAwareDAG) -> None:
    script = root / "developers/data/src/cursus_dev/steps/scripts/clean.py"
    script.write_text("def main(input_paths, output_paths, environ_vars, job_args):\n    raise OSError('disk')\n")
    executor = PipelineExecutor(root / "developers/data")
    result = executor.execute_pipeline(dag, "local")
    assert not result.success
    assert "raised OSError: disk" in str(result.error)
    assert result.run.step("count").reason == "it needs 'clean', which failed"
    stats = executor.get_workspace_execution_summary()
    assert stats["overall_stats"]["overall_success_rate"] == 0.0
    assert stats["developer_stats"]["eval"]["steps_executed"] == 0


def test_data_that_does_not_suit_its_reader(root: Path, dag: WorkspaceAwareDAG) -> None:
    manifest = root / "developers/eval/src/cursus_dev/steps/interfaces/count.step.yaml"
    manifest.write_text(manifest.read_text().replace("value: float", "score: float"))
    result = PipelineExecutor(root / "developers/data").execute_pipeline(dag, "local")
    assert result.run.ok
    assert not result.success
    assert result.error == "clean.rows -> count.rows: input 'rows': rows.csv has no column 'score'"


def test_an_input_given_beside_an_edge(root: Path, dag: WorkspaceAwareDAG, tmp_path: Path) -> None:
    manifest = root / "developers/eval/src/cursus_dev/steps/interfaces/count.step.yaml"
    extra = "  names:\n    path: /opt/ml/processing/input/names\n    data_type: String\noutputs:"
    manifest.write_text(manifest.read_text().replace("outputs:", extra))
    (tmp_path / "names.txt").write_text("a")
    executor = PipelineExecutor(root / "developers/data")
    result = executor.execute_pipeline(dag, "local", inputs={("count", "names"): tmp_path / "names.txt"})
    assert result.success, result.error
    assert result.run.step("count").inputs["names"] == tmp_path / "names.txt"
    with pytest.raises(PipelineError, match="'count'"):
        executor.execute_pipeline(dag, "local")


def test_nothing_executed_yet(root: Path) -> None:
    overall = PipelineExecutor(workspace_root=root).get_workspace_execution_summary()["overall_stats"]
    assert overall["overall_success_rate"] == 0.0


def test_misuse(root: Path, dag: WorkspaceAwareDAG, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no testing mode 'pre'"):
        PipelineExecutor(workspace_root=root, testing_mode="pre")
    executor = PipelineExecutor(workspace_root=root)
    with pytest.raises(ConfigurationError, match="config values for 'clan', but the pipeline has no step 'clan'"):
        executor.execute_pipeline(dag, available_configs={"clan": {}})
    with pytest.raises(FileError, match="cannot be read"):
        executor.execute_pipeline(dag, config_path=tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"a":\n')
    with pytest.raises(FileError, match="is not JSON") as caught:
        executor.execute_pipeline(dag, config_path=tmp_path / "bad.json")
    assert caught.value.line == 2
    (tmp_path / "flat.json").write_text('{"shared": {}}')
    with pytest.raises(FileError, match="has no 'configuration'"):
        executor.execute_pipeline(dag, config_path=tmp_path / "flat.json")
    dag.add_workspace_step("late", "eval", "Count", {}, ["missing"])
    with pytest.raises(PipelineError, match="'late' depends on 'missing', which is not in the pipeline"):
        executor.execute_pipeline(dag)


def test_a_private_step_of_another_workspace_is_not_run(root: Path, dag: WorkspaceAwareDAG) -> None:
    (root / "developers/eval/workspace.toml").write_text('[visibility]\nCount = "private"\n')
    with pytest.raises(NotVisible, match="of 'data' may not use eval/Count: 'eval' keeps it to itself"):
        PipelineExecutor(str(root / "developers/data"), workspace_root=str(root)).execute_pipeline(dag, "local")
    own = PipelineExecutor(str(root / "developers/eval"), workspace_root=str(root))
    assert own.execute_pipeline(dag, "local").success
