from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.model.workspace import ComponentKind
from cursus.workspace.cache import RACY_NS
from cursus.workspace.files import read_plain
from cursus.workspace.index import STATING, WorkspaceIndex
from cursus.workspace.indexing import Indexed

STEPS = "src/cursus_dev/steps"
FILES = {
    "scripts/one.py": "def main(input_paths, output_paths, environ_vars, job_args):\n    input_paths['a']\n",
    "scripts/broken.py": "def main(:\n",
    "contracts/one_contract.py": "X = 1\n",
    "interfaces/two.step.yaml": "schema_version: 1\nstep: Two\nscript: null\n",
    "interfaces/bad.step.yaml": "[",
}


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trees of two workspaces each, old enough that their time stamps prove something: waited for only once."""
    made = [tmp_path_factory.mktemp("tree") for _ in range(9)]
    for tree in made:
        for workspace in ("alice", "bob"):
            for name, text in FILES.items():
                path = tree / "developers" / workspace / STEPS / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    time.sleep(RACY_NS / 1e9 + 0.1)
    return iter(made)


@pytest.fixture
def root(trees: Iterator[Path]) -> Path:
    return next(trees)


def index(root: Path) -> Indexed:
    found = WorkspaceIndex(root).index_all()
    assert found is not None
    return found


def own(found: Indexed, root: Path) -> list[str]:
    return sorted(e.file.name for e in found.broken if e.file is not None and e.file.is_relative_to(root))


def script(root: Path, name: str = "one.py") -> Path:
    return root / "developers/alice" / STEPS / "scripts" / name


def test_all_is_read_once_and_then_not_again(root: Path) -> None:
    first = index(root)
    second = index(root)

    assert first.read == first.files >= 10
    assert own(first, root) == ["bad.step.yaml", "bad.step.yaml", "broken.py", "broken.py"]
    assert second == Indexed(first.files, 0, second.broken)
    assert [str(e) for e in second.broken] == [str(e) for e in first.broken]


def test_an_edit_is_seen_and_costs_one_file(root: Path) -> None:
    files = index(root).files
    before = script(root).stat()
    script(root).write_text(FILES["scripts/one.py"].replace("'a'", "'b'"), encoding="utf-8")
    os.utime(script(root), ns=(before.st_atime_ns, before.st_mtime_ns))

    assert index(root).read == 1
    found = WorkspaceIndex(root).module(script(root))
    assert [k.key for k in found.keys] == ["b"]
    assert index(root).files == files


def test_files_that_come_and_go_are_seen(root: Path) -> None:
    files = index(root).files
    script(root).unlink()
    script(root, "new.py").write_text("import os\n", encoding="utf-8")
    script(root, "second.py").write_text("x = (\n", encoding="utf-8")

    found = index(root)

    assert (found.files, found.read) == (files + 1, 2)
    assert own(found, root).count("second.py") == 1


def test_a_touched_file_is_read_but_its_record_is_known(root: Path) -> None:
    index(root)
    os.utime(script(root))

    assert index(root).read == 1
    with sqlite3.connect(root / ".cursus/index.sqlite") as database:
        assert database.execute("SELECT count(*) FROM records").fetchone()[0] == len(
            set(database.execute("SELECT key FROM records"))
        )
    database.close()


def answer(index: WorkspaceIndex, path: Path) -> object:
    try:
        return index.module(path)
    except FileError as error:
        return error.code, error.message, error.line, error.column, error.hint


def test_it_changes_no_answer(root: Path) -> None:
    plain = WorkspaceIndex(root, cache=False)
    assert plain.index_all() is None
    index(root)
    warm = WorkspaceIndex(root)

    paths = [c.path for c in plain.tree.components["alice"] if c.kind is not ComponentKind.INTERFACE]
    assert [answer(warm, p) for p in paths] == [answer(plain, p) for p in paths]


def test_a_lost_or_damaged_cache_costs_one_pass(root: Path) -> None:
    database = root / ".cursus/index.sqlite"
    first = index(root)
    for damage in (b"", b"garbage" * 1000):
        database.write_bytes(damage)
        assert index(root).files == first.files
        index(root)
        assert index(root).read == 0
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE folders SET broken = '[]'")
    connection.close()
    assert own(index(root), root) == own(first, root)


def test_only_some_kinds(root: Path) -> None:
    found = WorkspaceIndex(root).index_all(STATING)

    assert found is not None
    assert own(found, root) == ["bad.step.yaml"] * 2


def test_a_file_that_is_too_costly_is_tried_again_by_the_next_process(root: Path) -> None:
    bomb = script(root, "bomb.py")
    bomb.write_bytes(b"x = " + b"-" * 100_000 + b"1")
    tree = WorkspaceIndex(root)

    first, start = tree.index_all(), time.monotonic()
    with pytest.raises(FileError, match="nested too deeply"):
        tree.module(bomb)

    assert first is not None
    assert own(first, root).count("bomb.py") == 1
    assert time.monotonic() - start < 0.1, "the same process remembers it"
    assert index(root).read == 1


def test_collections_go_on_afterwards(root: Path) -> None:
    index(root)
    assert gc.isenabled()
    gc.disable()
    try:
        index(root)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_many_files_are_read_by_several_processes(tmp_path: Path) -> None:
    for number in range(300):
        path = tmp_path / "developers" / f"w{number % 7}" / STEPS / "scripts" / f"step_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"import m{number}\n" if number % 10 else "x = (\n", encoding="utf-8")

    found = index(tmp_path)

    assert len(own(found, tmp_path)) == 30
    tree = WorkspaceIndex(tmp_path)
    for component in tree.tree.components["w1"]:
        number = component.step.removeprefix("step_")
        if int(number) % 10:
            assert [i.module for i in tree.module(component.path).imports] == [f"m{number}"]


def test_plain_files_are_read_plainly_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")

    assert read_plain(str(tmp_path / "file"), limit=3) == b"abc"
    assert read_plain(str(tmp_path / "empty"), limit=3) == b""
    assert read_plain(str(tmp_path / "file"), limit=2) is None
    for name in ("link", "pipe", "absent", "."):
        assert read_plain(str(tmp_path / name), limit=3) is None
