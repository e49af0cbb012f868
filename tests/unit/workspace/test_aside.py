from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cursus.errors import FileError
from cursus.workspace.aside import NEW, REMOVING, ensure_inside, folder_aside, half_archives, leftovers, making_aside


def test_a_folder_is_held_until_the_end(tmp_path):
    with folder_aside(tmp_path, NEW) as folder:
        assert folder.parent == tmp_path / ".cursus"
        assert folder.name.startswith(NEW)
        assert leftovers(tmp_path, NEW) == ()
    assert leftovers(tmp_path, NEW) == (folder,)
    assert leftovers(tmp_path, REMOVING) == ()
    assert (tmp_path / ".cursus/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_what_is_made_aside_is_gone_afterwards(tmp_path, error):
    def make() -> None:
        with making_aside(tmp_path) as folder:
            (folder / "x").mkdir()
            if error is not None:
                raise error

    if error is None:
        make()
    else:
        with pytest.raises(error):
            make()
    assert [p.name for p in (tmp_path / ".cursus").iterdir()] == [".gitignore"]


def test_a_killed_process_holds_nothing(tmp_path):
    code = f"""
import os, pathlib, signal
from cursus.workspace.aside import NEW, folder_aside
with folder_aside(pathlib.Path({str(tmp_path)!r}), NEW):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    (left,) = leftovers(tmp_path, NEW)
    assert left.is_dir()


def test_a_cache_folder_that_leads_outside(tmp_path):
    root, outside = tmp_path / "root", tmp_path / "outside"
    (outside / "new-1").mkdir(parents=True)
    root.mkdir()
    (root / ".cursus").symlink_to(outside)
    with pytest.raises(FileError, match="leads outside"), folder_aside(root, NEW):
        pass
    assert leftovers(root, NEW) == half_archives(root) == ()
    assert [p.name for p in outside.iterdir()] == ["new-1"]


def test_half_archives_only_when_nobody_writes_one(tmp_path):
    removed = tmp_path / ".cursus/removed"
    removed.mkdir(parents=True)
    half = removed / ".ada.tar.gz.0123abcd"
    half.write_bytes(b"")
    (removed / "ada.tar.gz").write_bytes(b"")
    assert half_archives(tmp_path) == (half,)
    with folder_aside(tmp_path, REMOVING):
        assert half_archives(tmp_path) == ()


def test_inside(tmp_path):
    ensure_inside(tmp_path, tmp_path)
    ensure_inside(tmp_path / "not/there", tmp_path)
    (tmp_path / "link").symlink_to(os.sep)
    for path in (tmp_path / "link", tmp_path.parent, tmp_path.with_name(tmp_path.name + "2")):
        with pytest.raises(FileError, match="leads outside"):
            ensure_inside(path, tmp_path)
