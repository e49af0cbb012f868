from __future__ import annotations

import subprocess
import sys
import tarfile
import threading

import pytest

from cursus.errors import CursusError, FileError, InvalidWorkspaceId, PolicyError, UnknownWorkspace, UsageError
from cursus.workspace.layout import removed_dir
from cursus.workspace.removal import plan_removal, remove
from cursus.workspace.scaffold import create_shared, create_workspace


@pytest.fixture
def root(tmp_path):
    create_workspace(tmp_path, "ada", template="data")
    return tmp_path


def names(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_a_plan_changes_nothing(root):
    before = names(root)
    plan = plan_removal(root, "ada")
    assert plan.files == sum(p.is_file() for p in (root / "developers/ada").rglob("*"))
    assert plan.size == sum(p.stat().st_size for p in (root / "developers/ada").rglob("*") if p.is_file())
    assert plan.backup == removed_dir(root) / "ada.tar.gz"
    assert plan.to_json()["backup"] == str(plan.backup)
    assert names(root) == before


def test_removed_and_kept(root):
    before = names(root / "developers")
    kept = remove(plan_removal(root, "ada"))
    assert names(root / "developers") == []
    assert kept is not None
    with tarfile.open(kept) as archive:
        assert sorted(archive.getnames()) == before
    assert names(root / ".cursus") == [".gitignore", "removed", "removed/ada.tar.gz"]
    create_workspace(root, "ada")
    assert remove(plan_removal(root, "ada")) == removed_dir(root) / "ada-2.tar.gz"
    create_workspace(root, "ada")
    assert remove(plan_removal(root, "ada", backup=False)) is None
    assert len(names(removed_dir(root))) == 2


def test_a_folder_that_is_no_workspace_can_go(root):
    (root / "developers/half").mkdir()
    remove(plan_removal(root, "half", backup=False))
    assert not (root / "developers/half").exists()


def test_a_backup_that_cannot_be_written_brings_it_back(root):
    before = names(root / "developers")
    (root / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        remove(plan_removal(root, "ada", backup_dir=root / "file"))
    assert names(root / "developers") == before
    assert names(root / ".cursus") == [".gitignore"]


def test_refusals(root):
    create_shared(root)
    (root / "developers/file").write_text("")
    cases: list[tuple[str, type[CursusError]]] = [
        ("core", PolicyError),
        ("shared", PolicyError),
        ("zoe", UnknownWorkspace),
        ("../x", InvalidWorkspaceId),
        ("Core", InvalidWorkspaceId),
        ("file", FileError),
    ]
    for name, error in cases:
        with pytest.raises(error):
            plan_removal(root, name)
    for inside in ("developers/ada", "developers/ada/tests", "developers/ada/new/dir"):
        with pytest.raises(UsageError, match="into the workspace"):
            plan_removal(root, "ada", backup_dir=root / inside)
    (root / "developers/ada/tests/out").symlink_to(root)
    plan_removal(root, "ada", backup_dir=root / "developers/ada/tests/out")  # really lies outside


def test_killed_while_deleting(root):
    code = f"""
import os, pathlib, shutil, signal
from cursus.workspace import removal
def stop(*args, **options): os.kill(os.getpid(), signal.SIGKILL)
shutil.rmtree = stop  # the last thing it does
removal.remove(removal.plan_removal(pathlib.Path({str(root)!r}), "ada"))
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    assert not (root / "developers/ada").exists()
    assert tarfile.is_tarfile(removed_dir(root) / "ada.tar.gz")
    (left,) = (root / ".cursus").glob("removed-*")
    assert (left / "ada").is_dir()


def test_only_one_of_many_removes(root):
    outcomes: list[str] = []
    plans = [plan_removal(root, "ada") for _ in range(4)]
    start = threading.Barrier(len(plans))

    def work(number: int) -> None:
        start.wait()
        try:
            remove(plans[number])
            outcomes.append("removed")
        except FileError:
            outcomes.append("gone")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(plans))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["gone"] * 3 + ["removed"]
    assert names(removed_dir(root)) == ["ada.tar.gz"]
    assert [p.name for p in (root / ".cursus").glob("remov*")] == ["removed"]
