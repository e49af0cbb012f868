from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import FileError, InvalidWorkspaceId
from cursus.validation.runtime.data.local_data_manager import LocalDataManager


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for developer, text in (
        ("one", 'scripts: {fit: {train: {path: t}}}\nworkspace_scripts: {"two:fit": {train: {path: for_two}}}\n'),
        ("two", "scripts: {score: {model: {path: m}}}\n"),
    ):
        folder = tmp_path / "developers" / developer / "data"
        folder.mkdir(parents=True)
        (folder / "data_manifest.yaml").write_text(text)
        for name in ("t", "for_two", "m"):
            (folder / name).mkdir()
    return tmp_path


def test_workspace_entry_first_then_own_then_general(root: Path) -> None:
    manager = LocalDataManager(str(root / "developers/one"), str(root))
    own = root / "developers/one/data"
    assert manager.get_data_for_script("fit") == {"train": str(own / "t")}
    assert manager.get_data_for_script("fit.py", developer_id="two") == {"train": str(own / "for_two")}
    assert manager.get_data_for_script("score", "two") == {"model": str(root / "developers/two/data/m")}
    assert manager.get_data_for_script("score") is None
    assert manager.get_data_for_script("fit", "unheard_of") == {"train": str(own / "t")}


def test_refuses_a_developer_outside_the_root(root: Path) -> None:
    with pytest.raises(InvalidWorkspaceId):
        LocalDataManager(root / "developers/one", root).get_data_for_script("fit", "../../etc")


def test_reading_writes_nothing(tmp_path: Path) -> None:
    manager = LocalDataManager(tmp_path / "typo")
    assert manager.get_data_for_script("fit") is None
    assert manager.get_workspace_data_summary()["manifest_exists"] is False
    assert not (tmp_path / "typo").exists()


def test_summary(root: Path) -> None:
    (root / "developers/one/data/t").rmdir()
    manager = LocalDataManager(root / "developers/one", root)
    summary = manager.get_workspace_data_summary()
    assert summary == {
        "workspace_root": str(root),
        "manifest_path": str(root / "developers/one/data/data_manifest.yaml"),
        "manifest_exists": True,
        "total_scripts": 1,
        "total_workspace_scripts": 1,
        "total_files": 2,
        "missing_files": [str(root / "developers/one/data/t")],
        "scripts": {"fit": ["train"]},
        "developers": {"two": ["fit"]},
    }
    with pytest.raises(FileError, match="there is nothing there"):
        manager.get_data_for_script("fit")
