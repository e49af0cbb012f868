from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursus.core.base.archive import bundle_digest, make_bundle, write_archive
from cursus.errors import FileError


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "train.py").write_text("print('train')\n")
    (tmp_path / "helper.py").write_text("X = 1\n")
    return {"train.py": tmp_path / "train.py", "lib/helper.py": tmp_path / "helper.py"}


def test_bundle_is_sorted_and_addressed_by_content(files: dict[str, Path], tmp_path: Path) -> None:
    bundle = make_bundle("train.py", files)
    assert list(bundle.files) == ["lib/helper.py", "train.py"]
    assert len(bundle.digest) == 64
    os.utime(files["train.py"], (1, 1))
    files["train.py"].chmod(0o600)
    assert make_bundle("train.py", dict(reversed(list(files.items())))).digest == bundle.digest
    copy = tmp_path / "elsewhere.py"
    copy.write_text("print('train')\n")
    assert bundle_digest({**files, "train.py": copy}) == bundle.digest


def test_name_and_content_both_count(files: dict[str, Path]) -> None:
    before = bundle_digest(files)
    renamed = {"train.py": files["train.py"], "lib/other.py": files["lib/helper.py"]}
    assert bundle_digest(renamed) != before
    files["train.py"].write_text("print('changed')\n")
    assert bundle_digest(files) != before


def test_moving_bytes_between_name_and_content_changes_the_digest(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"b:0:")
    two.write_bytes(b"")
    assert bundle_digest({"a": one}) != bundle_digest({"a": two, "b": two})


def test_archives_are_byte_identical_and_anonymous(files: dict[str, Path], tmp_path: Path) -> None:
    bundle = make_bundle("train.py", files)
    write_archive(bundle, tmp_path / "new" / "a.tar.gz")
    os.utime(files["train.py"], (1, 1))
    write_archive(bundle, tmp_path / "b.tar.gz")
    assert (tmp_path / "new" / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        members = archive.getmembers()
        assert [m.name for m in members] == ["lib/helper.py", "train.py"]
        assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o644)}
        member = archive.extractfile("train.py")
        assert member is not None
        assert member.read() == b"print('train')\n"


def test_code_edited_after_the_compile_is_refused_and_nothing_is_left(files: dict[str, Path], tmp_path: Path) -> None:
    bundle = make_bundle("train.py", files)
    files["train.py"].write_text("print('edited')\n")
    target = tmp_path / "out" / "a.tar.gz"
    with pytest.raises(FileError, match="changed"):
        write_archive(bundle, target)
    assert list(target.parent.iterdir()) == []


def test_an_existing_archive_survives_a_failed_write(files: dict[str, Path], tmp_path: Path) -> None:
    bundle = make_bundle("train.py", files)
    target = tmp_path / "a.tar.gz"
    write_archive(bundle, target)
    before = target.read_bytes()
    files["train.py"].unlink()
    with pytest.raises(FileError):
        write_archive(bundle, target)
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x.py", "a/../x.py", "a//b.py", "./a.py", "", ".", "a\\b.py", "a\0b"]
)
def test_paths_that_leave_the_archive_are_refused(name: str, files: dict[str, Path]) -> None:
    with pytest.raises(FileError, match="inside a code bundle"):
        bundle_digest({name: files["train.py"]})


def test_entry_point_must_be_in_the_bundle(files: dict[str, Path]) -> None:
    with pytest.raises(FileError, match=r"evaluate\.py"):
        make_bundle("evaluate.py", files)


def test_folder_pipe_and_missing_file_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing.py", tmp_path / "pipe"):
        with pytest.raises(FileError):
            make_bundle("x.py", {"x.py": path})


@settings(max_examples=25, deadline=None)
@given(contents=st.dictionaries(st.sampled_from(["a.py", "b/c.py", "d.txt"]), st.binary(max_size=200), min_size=1))
def test_what_is_packed_is_what_was_given(contents: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    files = {}
    for number, (name, content) in enumerate(contents.items()):
        files[name] = folder / str(number)
        files[name].write_bytes(content)
    write_archive(make_bundle(min(files), files), folder / "x.tar.gz")
    with tarfile.open(folder / "x.tar.gz") as archive:
        unpacked = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    assert unpacked == contents
