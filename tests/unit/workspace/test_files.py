from __future__ import annotations

import os
from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.workspace.files import read_file


def code(path: Path, boundary: Path) -> str:
    with pytest.raises(FileError) as caught:
        read_file(path, boundary=boundary, limit=10, workspace="alice")
    assert caught.value.workspace == "alice"
    assert caught.value.file == path
    assert caught.value.hint
    return caught.value.code


def test_a_regular_file_inside(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("a")

    assert read_file(tmp_path / "a", boundary=tmp_path, limit=10) == b"0123456789"
    assert read_file(tmp_path / "link", boundary=tmp_path, limit=10) == b"0123456789"


def test_everything_else_is_refused_without_hanging(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "inside_not").mkdir()
    (tmp_path / "inside_not/x").write_text("x")
    os.mkfifo(inside / "pipe")
    (inside / "large").write_bytes(b"x" * 11)
    (inside / "out").symlink_to(tmp_path / "secret")
    (inside / "device").symlink_to("/dev/zero")
    (inside / "loop").symlink_to("loop")
    (inside / "folder").mkdir()

    assert code(inside / "pipe", inside) == "unreadable-file"
    assert code(inside / "folder", inside) == "unreadable-file"
    assert code(inside / "loop", inside) == "unreadable-file"
    assert code(inside / "large", inside) == "file-too-large"
    assert code(inside / "none", inside) == "missing-file"
    assert code(inside / "out", inside) == "escapes-workspace"
    assert code(inside / "device", inside) == "escapes-workspace"
    assert code(inside / "../secret", inside) == "escapes-workspace"
    assert code(tmp_path / "inside_not/x", inside) == "escapes-workspace"
    assert code(inside / ("x" * 300), inside) == "unreadable-file"
    assert code(inside / "large" / "x", inside) == "unreadable-file"


def test_a_device_is_not_opened() -> None:
    assert code(Path("/dev/zero"), Path("/dev")) == "unreadable-file"
