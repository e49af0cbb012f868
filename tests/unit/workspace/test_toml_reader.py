from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.workspace.toml_reader import read_toml


def test_values(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('owner = "a"\n[t]\nn = 1\n')

    assert read_toml(tmp_path / "x.toml") == {"owner": "a", "t": {"n": 1}}


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a = 1\nb = \n", 2), (b"a = 1\na = 2\n", 2), (b"a = 1\nb = '\xff'\n", 2), (b"a = " + b"[" * 50_000, None)],
)
def test_what_is_not_toml_names_its_line(tmp_path: Path, data: bytes, line: int | None) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)

    with pytest.raises(FileError) as caught:
        read_toml(path, workspace="alice")
    assert (caught.value.code, caught.value.workspace, caught.value.line) == ("malformed-toml", "alice", line)
