from __future__ import annotations

from pathlib import Path

import pytest

from cursus.core.base.archive import make_bundle
from cursus.validation.runtime.staging import Staged, StepFolder, safe_name, stage


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/a.py").write_text("x = 1\n")
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/sub/data.csv").write_text("id\n")
    bundle = make_bundle("a.py", {"a.py": tmp_path / "code/a.py"})
    return stage(StepFolder.of(tmp_path / "run", "one"), bundle, {"raw": tmp_path / "in"}, {"out": "/opt/x"})


def test_the_folder(staged: Staged, tmp_path: Path) -> None:
    assert (staged.inputs["raw"] / "sub/data.csv").read_text() == "id\n"
    assert staged.outputs["out"].is_dir()
    assert (staged.folder.code / "a.py").read_text() == "x = 1\n"
    assert staged.undeclared_writes() == []


def test_writing_where_it_is_allowed(staged: Staged) -> None:
    (staged.outputs["out"] / "deep").mkdir()
    (staged.outputs["out"] / "deep/x").write_text("x")
    (staged.folder.temp / "x").write_text("x")
    (staged.folder.log / "x").write_text("x")
    assert staged.undeclared_writes() == []


def test_writing_where_it_is_not(staged: Staged, tmp_path: Path) -> None:
    (staged.folder.root / "x").write_text("x")
    (staged.folder.code / "a.py").write_text("x = 2\n")
    (staged.folder.root / "input/new").mkdir()
    (tmp_path / "in/sub/data.csv").write_text("id\n1\n")
    assert staged.undeclared_writes() == [
        "changed sub/data.csv of input 'raw'",
        "changed work/code/a.py",
        "created input/new",
        "created x",
    ]
    assert (tmp_path / "code/a.py").read_text() == "x = 1\n"


def test_removing_everything_is_noticed(staged: Staged, tmp_path: Path) -> None:
    (tmp_path / "in/sub/data.csv").unlink()
    (tmp_path / "in/sub").rmdir()
    (tmp_path / "in").rmdir()
    staged.outputs["out"].rmdir()
    assert staged.undeclared_writes() == [
        "removed output/out",
        "removed sub of input 'raw'",
        "removed sub/data.csv of input 'raw'",
    ]


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\0b", ".hidden"])
def test_strange_names_stay_inside(name: str, tmp_path: Path) -> None:
    quoted = safe_name(name)
    assert "/" not in quoted
    assert not quoted.startswith(".")
    assert StepFolder.of(tmp_path, name).root.parent == tmp_path / "steps"


def test_usual_names_stay_as_they_are() -> None:
    assert safe_name("score_calibration-2") == "score_calibration-2"
