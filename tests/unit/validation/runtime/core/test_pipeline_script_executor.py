from __future__ import annotations

import json
from pathlib import Path

import pytest

from cursus.errors import ConfigurationError, UnknownStep, UnknownWorkspace, UsageError
from cursus.validation.runtime.core.pipeline_script_executor import PipelineScriptExecutor
from cursus.validation.runtime.data.external import NoData
from cursus.validation.runtime.engine.interface import RunOptions


def test_on_local_data(root: Path) -> None:
    executor = PipelineScriptExecutor(str(root / "developers/data"))
    result = executor.test_script_isolation("clean", data_source="local")
    assert (result.success, result.status, result.error_message) == (True, "PASS", None)
    assert result.developer_id == "data"
    assert result.step.rows == {"rows": 3}
    assert result.execution_time > 0
    assert result.memory_usage
    assert result.run_dir.parent == (root / ".cursus/runs").resolve()
    assert json.loads((result.run_dir / "run.json").read_text()) == result.to_json()["run"]
    assert executor.execution_history == [result]


def test_on_synthetic_data_of_another_developer(root: Path) -> None:
    executor = PipelineScriptExecutor(root / "developers/data", str(root))
    result = executor.test_script_isolation("Clean", developer_id="data", config={"limit": 7})
    assert result.success, result.error_message
    assert result.data_source == "synthetic"
    assert result.step.rows == {"rows": 7}


def test_the_only_workspace_that_has_the_step(root: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows"
    rows.mkdir()
    (rows / "rows.csv").write_text("id\n1\n")
    executor = PipelineScriptExecutor(workspace_root=root)
    options = RunOptions(tmp_path / "run")
    result = executor.test_script_isolation(
        "count", "local", config={"suffix": "b"}, inputs={"rows": rows}, options=options
    )
    assert result.success, result.error_message
    assert result.developer_id == "eval"
    assert (result.step.outputs["report"] / "report.txt").read_text() == "1 rows b"


def test_a_script_that_fails_is_a_result(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    executor = PipelineScriptExecutor(root / "developers/eval")
    result = executor.test_script_isolation("count", "local", inputs={"rows": tmp_path / "empty"})
    assert result.status == "FAIL"
    assert "raised FileNotFoundError" in str(result.error_message)
    assert result.step.error is not None
    assert result.step.error.file == root / "developers/eval/src/cursus_dev/steps/scripts/count.py"
    assert result.step.error.line == 5
    assert result.recommendations


def test_what_cannot_be_run_is_an_error_and_leaves_nothing(root: Path) -> None:
    executor = PipelineScriptExecutor(root / "developers/data")
    with pytest.raises(UnknownStep, match="'claen' is not defined"):
        executor.test_script_isolation("claen")
    with pytest.raises(UnknownWorkspace):
        executor.test_script_isolation("clean", developer_id="nobody")
    with pytest.raises(ConfigurationError, match=r"no data source 'sythetic'. Did you mean 'synthetic'"):
        executor.test_script_isolation("clean", "sythetic")
    with pytest.raises(UsageError, match="no input 'rwa'"):
        executor.test_script_isolation("clean", inputs={"rwa": root})
    with pytest.raises(NoData, match=r"Count.rows") as caught:
        executor.test_script_isolation("count", "local", "eval")
    assert str(root / "developers/eval/data/data_manifest.yaml") in str(caught.value.hint)
    assert not (root / ".cursus/runs").exists()
