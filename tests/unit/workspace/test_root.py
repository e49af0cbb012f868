from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import NoWorkspaceRoot
from cursus.workspace.root import find_root, is_root

STEPS = "src/cursus_dev/steps"


def test_explicit_wins_and_is_never_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a/developers").mkdir(parents=True)
    (tmp_path / "b/shared").mkdir(parents=True)
    environ = {"CURSUS_WORKSPACE_ROOT": str(tmp_path / "b")}

    assert find_root(Path("a"), cwd=tmp_path, environ=environ) == tmp_path / "a"
    assert find_root(cwd=tmp_path / "a", environ=environ) == tmp_path / "b"
    with pytest.raises(NoWorkspaceRoot, match="does not exist"):
        find_root(Path("none"), cwd=tmp_path / "a", environ=environ)
    with pytest.raises(NoWorkspaceRoot, match="CURSUS_WORKSPACE_ROOT"):
        find_root(cwd=tmp_path / "a", environ={"CURSUS_WORKSPACE_ROOT": "nowhere"})
    with pytest.raises(NoWorkspaceRoot, match="neither"):
        find_root(tmp_path, environ={})


def test_nearest_ancestor_then_the_fallback(tmp_path: Path) -> None:
    inside = tmp_path / "r/developers/alice" / STEPS
    inside.mkdir(parents=True)
    (tmp_path / "w/developer_workspaces/shared").mkdir(parents=True)

    assert find_root(cwd=inside, environ={}) == tmp_path / "r"
    assert find_root(cwd=tmp_path / "w", environ={}) == tmp_path / "w/developer_workspaces"


def test_a_developers_folder_is_not_taken_for_a_single_workspace(tmp_path: Path) -> None:
    (tmp_path / "developers/alice" / STEPS).mkdir(parents=True)
    (tmp_path / "shared" / STEPS).mkdir(parents=True)

    assert find_root(cwd=tmp_path / "developers/alice/src", environ={}) == tmp_path
    assert find_root(cwd=tmp_path / "shared", environ={}) == tmp_path


def test_the_single_form(tmp_path: Path) -> None:
    (tmp_path / "one" / STEPS).mkdir(parents=True)

    assert is_root(tmp_path / "one")
    assert find_root(cwd=tmp_path / "one/src", environ={}) == tmp_path / "one"


def test_nothing_anywhere(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspaceRoot) as caught:
        find_root(cwd=tmp_path, environ={})
    assert caught.value.hint is not None
