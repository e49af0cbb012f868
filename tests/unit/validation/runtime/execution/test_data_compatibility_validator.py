from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from cursus.api.dag import WorkspaceAwareDAG
from cursus.validation.runtime.execution.data_compatibility_validator import DataCompatibilityValidator

SCHEMA = {"id": "int", "late": "bool", "when": "datetime"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def judge(folder: Path, **stated: Any) -> tuple[list[str], list[str]]:
    report = DataCompatibilityValidator().validate_step_transition({"rows": str(folder)}, {"rows": stated})
    assert report.compatible == (not report.issues)
    return report.issues, report.warnings


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,late,when,more\n1,0,2013-01-01,x\n2,,2013-01-01T05:00:00,\n"),
        ("a.csv", b"\xef\xbb\xbfid,late,when\r\n1,true,2013-01-01\r\n"),
        ("a.tsv", b"id\tlate\twhen\n1\t0\t2013-01-01\n"),
        ("a.csv.gz", gzip.compress(b"id,late,when\n1,0,2013-01-01\n", mtime=0)),
        ("a.jsonl", b'{"id": 1, "late": true, "when": "2013-01-01"}\n{"id": null}\n'),
    ],
)
def test_data_that_suits(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    assert judge(folder, schema=SCHEMA) == ([], [])


@pytest.mark.parametrize(
    ("name", "content", "issue"),
    [
        ("a.csv", b"id,late\n1,0\n", "a.csv has no column 'when'"),
        ("a.csv", b"id,late,wen\n", "a.csv has no column 'when'. Did you mean 'wen'?"),
        ("a.csv", b"id,late,when\n1,0,\nx,0,\n", "has 'x' in row 2 of column 'id', which is stated to be int"),
        ("a.csv", b"id,late,when\n1,maybe,\n", "has 'maybe' in row 1 of column 'late', which is stated to be bool"),
        ("a.csv", b"id,late,when\n1,0\n", "row 1 has 2 values, the header 3"),
        ("a.csv", b"id\n\xff\n", "a.csv is not readable as csv"),
        ("a.csv.gz", b"plain", "a.csv.gz is not readable as csv"),
        ("a.jsonl", b"{\n", "a.jsonl is not readable as jsonl"),
        ("a.jsonl", b"[1]\n", "line 1 is not an object"),
        ("a.csv", b"", "there is no data at"),
    ],
)
def test_data_that_does_not(folder: Path, name: str, content: bytes, issue: str) -> None:
    (folder / name).write_bytes(content)
    issues, _ = judge(folder, schema=SCHEMA)
    assert any(issue in i for i in issues), issues


def test_formats_and_what_cannot_be_checked(folder: Path) -> None:
    (folder / "model.joblib").write_bytes(b"\x80")
    assert judge(folder, format="csv") == (["input 'rows' reads csv, but the data is joblib"], [])
    issues, warnings = judge(folder, schema=SCHEMA)
    assert not issues
    assert "none of its files is a table" in warnings[0]
    assert judge(folder) == ([], [])


def test_required_inputs_and_context(folder: Path) -> None:
    (folder / "a.csv").write_text("id\n1\n")
    validator = DataCompatibilityValidator()
    report = validator.validate_step_transition(
        {"row": {"path": folder / "a.csv"}},
        {"rows": {}, "row": {}, "extra": {"required": False}},
        {"developer_id": "a"},
        {"developer_id": "b"},
    )
    assert report.issues == ["input 'rows' gets no data. Did you mean 'row'?"]
    assert report.data_summary["row"]["rows"] == 1
    assert report.workspace_context == {"producer_developer": "a", "consumer_developer": "b", "cross_workspace": True}
    assert validator.cross_workspace_validations == [report.workspace_context]


def test_flow_between_workspaces(root: Path, folder: Path) -> None:
    dag = WorkspaceAwareDAG(root)
    dag.add_workspace_step("clean", "data", "Clean", {}, [])
    dag.add_workspace_step("count", "eval", "Count", {}, ["clean"])
    validator = DataCompatibilityValidator(str(root))
    (folder / "rows.csv").write_text("id,value\n1,0.5\n")
    good = validator.validate_workspace_data_flow(dag, {"clean": {"rows": str(folder)}})
    assert good["total_cross_workspace_dependencies"] == 1
    assert good["developer_compatibility_matrix"] == {"data": {"eval": True}}
    assert good["recommendations"] == []
    (folder / "rows.csv").write_text("id\n1\n")
    bad = validator.validate_workspace_data_flow(dag, {"clean": {"rows": str(folder)}})
    assert bad["validation_results"][0]["issues"] == ["input 'rows': rows.csv has no column 'value'"]
    assert bad["developer_compatibility_matrix"] == {"data": {"eval": False}}
    assert "eval/count cannot read what data/clean writes" in bad["recommendations"][0]
    nothing = validator.validate_workspace_data_flow(dag, {})
    assert nothing["validation_results"][0]["issues"] == ["'clean' wrote nothing"]
