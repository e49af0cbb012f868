from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from cursus.model.workspace import Component
from cursus.workspace.scan import Tree, scan

STEPS = "src/cursus_dev/steps"


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(components: tuple[Component, ...]) -> list[tuple[str, str, str | None]]:
    return [(c.step, c.kind.value, c.job) for c in components]


def codes(tree: Tree) -> list[tuple[str, str | None, str]]:
    return [(f.code, f.workspace, f.file.name if f.file else "") for f in tree.findings]


def test_everything_is_found_without_opening_a_file(tmp_path: Path) -> None:
    for workspace in ("developers/bob", "developers/alice", "shared"):
        steps = tmp_path / workspace / STEPS
        write(steps / "contracts/one_contract.py", "import os; os._exit(1)")
        write(steps / "contracts/__init__.py")
        write(steps / "scripts/_helper.py")
        write(steps / "scripts/one.py")
        write(steps / "interfaces/two.step.yaml", "[")
        write(steps / "specs/one_spec.py")
        write(steps / "specs/one_testing_spec.py")
        write(tmp_path / workspace / "pipelines/p.yaml")
    write(tmp_path / "pipelines/team.yml")
    write(tmp_path / "pipelines/readme.md")

    tree = scan(tmp_path)

    assert [w.id for w in tree.workspaces] == ["alice", "bob", "shared", "core"]
    assert not tree.single
    expected = [
        ("one", "contract", None),
        ("one", "script", None),
        ("one", "spec", None),
        ("one", "spec", "testing"),
        ("two", "interface", None),
    ]
    assert all(names(tree.components[w]) == expected for w in ("alice", "bob", "shared"))
    assert [(p.workspace, p.name) for p in tree.pipelines] == [
        (None, "team"),
        ("alice", "p"),
        ("bob", "p"),
        ("shared", "p"),
    ]
    assert tree.findings == ()


def test_the_single_form(tmp_path: Path) -> None:
    write(tmp_path / STEPS / "scripts/one.py")
    write(tmp_path / "pipelines/p.yaml")

    tree = scan(tmp_path)

    assert tree.single
    assert [w.id for w in tree.workspaces] == ["default", "core"]
    assert names(tree.components["default"]) == [("one", "script", None)]
    assert [(p.workspace, p.name) for p in tree.pipelines] == [(None, "p")]


def test_order_of_creation_does_not_matter(tmp_path: Path) -> None:
    files = [f"developers/{w}/{STEPS}/scripts/{s}.py" for w in "cab" for s in "zxy"]
    for number, seed in enumerate((1, 2)):
        random.Random(seed).shuffle(files)
        for file in files:
            write(tmp_path / str(number) / file)

    one, two = scan(tmp_path / "0"), scan(tmp_path / "1")

    assert [names(c) for c in one.components.values()] == [names(c) for c in two.components.values()]
    assert [w.id for w in one.workspaces] == ["a", "b", "c", "core"]


def test_what_does_not_fit_becomes_a_finding_and_hides_nothing(tmp_path: Path) -> None:
    steps = tmp_path / "developers/alice" / STEPS
    outside = write(tmp_path.parent / f"{tmp_path.name}_outside" / "secret.py")
    write(steps / "scripts/good.py")
    write(steps / "scripts/Bad-Name.py")
    (steps / "scripts/folder.py").mkdir()
    os.mkfifo(steps / "scripts/pipe.py")
    (steps / "scripts/linked.py").symlink_to(outside)
    (steps / "scripts/inner.py").symlink_to(steps / "scripts/good.py")
    (steps / "scripts/loop.py").symlink_to(steps / "scripts/loop.py")
    (steps / "scripts/gone.py").symlink_to(steps / "scripts/nothing.py")
    (steps / "configs").symlink_to(outside.parent)
    write(steps / "contracts", "a file where a folder is expected")
    write(steps / "interfaces/x.yaml")
    (tmp_path / "developers/evil").symlink_to(outside.parent)
    (tmp_path / "developers/turn").symlink_to(tmp_path / "developers/turn")
    (tmp_path / "developers/not ok").mkdir()
    (tmp_path / "developers/empty").mkdir()
    write(tmp_path / "pipelines/p.yaml")
    (tmp_path / "pipelines/turn.yaml").symlink_to(tmp_path / "pipelines/turn.yaml")
    os.mkfifo(tmp_path / "pipelines/pipe.yaml")
    (tmp_path / "pipelines/linked.yaml").symlink_to(outside)
    (tmp_path / "developers/.hidden").mkdir()
    write(tmp_path / "developers/README.md")

    tree = scan(tmp_path)

    assert names(tree.components["alice"]) == [("good", "script", None), ("inner", "script", None)]
    assert [w.id for w in tree.workspaces] == ["alice", "core"]
    assert [p.name for p in tree.pipelines] == ["p"]
    assert sorted(codes(tree), key=str) == sorted(
        [
            ("escapes-workspace", "alice", "configs"),
            ("escapes-workspace", "alice", "linked.py"),
            ("escapes-workspace", "evil", "evil"),
            ("escapes-workspace", None, "linked.yaml"),
            ("invalid-workspace-id", None, "not ok"),
            ("naming", "alice", "Bad-Name.py"),
            ("naming", "alice", "x.yaml"),
            ("not-a-workspace", "empty", "empty"),
            ("not-a-workspace", "turn", "turn"),
            ("unreadable-file", "alice", "folder.py"),
            ("unreadable-file", "alice", "gone.py"),
            ("unreadable-file", "alice", "loop.py"),
            ("unreadable-file", "alice", "pipe.py"),
            ("unreadable-file", None, "pipe.yaml"),
            ("unreadable-file", None, "turn.yaml"),
            ("unreadable-folder", "alice", "contracts"),
        ],
        key=str,
    )
    assert all(f.hint and f.message for f in tree.findings)


@pytest.mark.parametrize("part", ["developers", "shared", "developers/alice/src", f"developers/alice/{STEPS}"])
def test_a_folder_that_is_a_link_out_of_its_place_is_not_followed(tmp_path: Path, part: str) -> None:
    outside = tmp_path / "outside"
    for inner in (STEPS, f"alice/{STEPS}", "cursus_dev/steps", "scripts"):
        write(outside / inner / "scripts/one.py")
    root = tmp_path / "root"
    write(root / "developers/bob" / STEPS / "scripts/one.py")
    (root / part).parent.mkdir(parents=True, exist_ok=True)
    if part == "developers":
        (root / part).rename(root / "shared")
    (root / part).symlink_to(outside)

    tree = scan(root)

    assert "escapes-workspace" in [f.code for f in tree.findings]
    assert not any(str(c.path).startswith(str(root / part)) for cs in tree.components.values() for c in cs)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "developers/alice" / STEPS / "scripts/one.py").parent
    folder.chmod(0)
    try:
        assert [f.code for f in scan(tmp_path).findings] == ["unreadable-folder"]
    finally:
        folder.chmod(0o755)
