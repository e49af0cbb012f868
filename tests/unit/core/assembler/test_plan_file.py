from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler.plan_file import read_plan
from cursus.errors import FileError
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import NodeType, Spec


@pytest.fixture
def content() -> dict[str, Any]:
    steps = tuple(
        PlannedStep(
            name=name,
            workspace="one",
            step="Make",
            type="Processing",
            job_type=None,
            contract=None,
            spec=Spec("Make", NodeType.SOURCE, (), ()),
            request={},
        )
        for name in ("a", "b")
    )
    return {"schema_version": 1, **PipelinePlan("p", steps, ()).to_json()}


def test_what_was_written_is_read(content: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(content))
    assert read_plan(path) == content
    linked = tmp_path / "elsewhere"
    linked.mkdir()
    (linked / "link.json").symlink_to(path)
    assert read_plan(linked / "link.json") == content


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"schema_version": 2}, "its schema_version is 2"),
        ({"name": 3}, "'name' has the wrong type"),
        ({"steps": None}, "'steps' has the wrong type"),
        ({"steps": [3]}, "steps[0]: an object is expected"),
        ({"steps": [{"name": "a"}]}, "steps[0]: 'reference' is missing"),
        ({"bindings": [{"step": "a"}]}, "bindings[0]: 'input' is missing"),
        ({"Version": "2020-12-01", "Steps": []}, "it is a pipeline definition"),
    ],
)
def test_what_is_no_plan_is_refused(content: dict[str, Any], tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(content | change))
    with pytest.raises(FileError, match=r"plan\.json is not a plan") as caught:
        read_plan(path)
    assert says in caught.value.message
    assert caught.value.file == path


def test_steps_are_looked_into(content: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    for key, value, says in (
        ("name", "b", "step 'b' is there twice"),
        ("files", [{"name": "x"}], "step 'a': files[0]: 'workspace' is missing"),
        ("code", {}, "step 'a': code: 'digest' is missing"),
    ):
        first, second = content["steps"]
        path.write_text(json.dumps(content | {"steps": [first | {key: value}, second]}))
        with pytest.raises(FileError, match="is not a plan") as caught:
            read_plan(path)
        assert says in caught.value.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'{"a": 1,\n oops}', 2),
        (b"", 1),
        (b"\xff\xfe\xff", None),
        (b"[" * 100_000, None),
        (b"[" * 150 + b"]" * 150, None),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(tmp_path: Path, text: bytes, line: int | None) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text)
    with pytest.raises(FileError, match="is not") as caught:
        read_plan(path)
    assert caught.value.line == line
    assert "cursus compile" in (caught.value.hint or "")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_plan(tmp_path / "plan.json")
