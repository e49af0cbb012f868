from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.workspace.writing import replacing, write_new, write_text


def test_writes_and_makes_folders(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_text(target, "é\n")
    assert target.read_text("utf-8") == "é\n"
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "b.txt"
    write_text(target, "old")

    def interrupted() -> None:
        with replacing(target) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        write_text(tmp_path / "file" / "below.txt", "x")


def test_a_new_file_replaces_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    assert write_new(target, "one")
    assert not write_new(target, "two")
    assert target.read_text() == "one"
    (tmp_path / "link").symlink_to("nowhere")
    assert not write_new(tmp_path / "link", "x")
    assert [p.name for p in target.parent.iterdir()] == ["b.txt"]
    with pytest.raises(FileError, match="cannot be written"):
        write_new(target / "below.txt", "x")
