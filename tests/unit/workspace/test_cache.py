from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.model.facts import ModuleFacts
from cursus.workspace import layout
from cursus.workspace.cache import RACY_NS, SCHEMA, Cache, stamp_of
from cursus.workspace.index import WorkspaceIndex

STEPS = "developers/alice/src/cursus_dev/steps"
MANIFEST = """schema_version: 1
step: Two
script: null
outputs:
  out: {type: processing_output}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number in range(5):
        path = tmp_path / STEPS / f"scripts/s{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"import m{number}\n")
    (tmp_path / STEPS / "scripts/bad.py").write_text("def (:\n")
    manifest = tmp_path / STEPS / "interfaces/two.step.yaml"
    manifest.parent.mkdir()
    manifest.write_text(MANIFEST)
    for path in tmp_path.rglob("*.*"):
        make_old(path)
    return tmp_path


def make_old(path: Path) -> None:
    """ctime cannot be set, so that a stamp is only trusted after a moment; tests that need it wait."""
    then = time.time() - 3600
    os.utime(path, (then, then))


def answers(root: Path, *, cache: bool = True, together: bool = False) -> list[object]:
    """Everything there is to know, or the error; written to the cache at the end."""
    index = WorkspaceIndex(root, cache=cache)
    if together:
        index.expect("alice")
    found: list[object] = []
    for component in index.tree.components["alice"]:
        try:
            manifest = component.path.suffix == ".yaml"
            found.append(index.manifest(component) if manifest else index.module(component.path))
        except FileError as error:
            found.append((error.code, error.message, error.line, error.column, error.hint))
    index.save()
    return found


def database(root: Path) -> Path:
    return layout.index_path(root)


def rows(root: Path, table: str) -> int:
    connection = sqlite3.connect(database(root))
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    finally:
        connection.close()


def test_answers_are_kept_by_content_and_are_the_same(root: Path) -> None:
    plain = answers(root, cache=False)
    assert not layout.cache_dir(root).exists()

    assert answers(root) == plain
    assert rows(root, "records") == 7
    assert answers(root) == plain
    assert (layout.cache_dir(root) / ".gitignore").read_text() == "*\n"


def test_only_files_old_enough_to_be_trusted_are_remembered_by_stamp(root: Path) -> None:
    answers(root)
    assert rows(root, "files") == 0
    time.sleep(RACY_NS / 1e9 + 0.1)

    plain = answers(root)
    assert rows(root, "files") == 7
    assert answers(root) == plain


def test_an_edit_of_the_same_size_and_time_is_seen(root: Path) -> None:
    time.sleep(RACY_NS / 1e9 + 0.1)
    answers(root)
    assert rows(root, "files") == 7
    path = root / STEPS / "scripts/s0.py"
    before = path.stat()

    path.write_text("import z0\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert path.stat().st_size == before.st_size
    assert WorkspaceIndex(root).module(path).imports[0].module == "z0"


def test_a_touched_file_is_not_parsed_again(root: Path) -> None:
    answers(root)
    path = root / STEPS / "scripts/s0.py"
    path.touch()

    answers(root)
    assert rows(root, "records") == 7


def garble(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for position in range(200, len(data), 97):
        data[position] ^= 4
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE records")
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.commit()
    connection.close()


def without_tables(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE records")
    connection.commit()
    connection.close()


def wrong_payload(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE records SET payload = '{}'")
    connection.commit()
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link(path: Path) -> None:
    path.rename(path.with_name("other.sqlite"))
    path.symlink_to(path.with_name("other.sqlite"))


def gone(path: Path) -> None:
    path.unlink()


DAMAGES = [garble, flip, truncate, empty, newer, without_tables, wrong_payload, a_folder, a_pipe, a_link, gone]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_changes_no_answer(root: Path, damage: Callable[[Path], None], together: bool) -> None:
    plain = answers(root)
    damage(database(root))

    for _ in range(3):
        assert answers(root, together=together) == plain
    assert answers(root, cache=False) == plain


@pytest.mark.parametrize("damage", [garble, truncate, empty, wrong_payload, gone])
def test_a_damaged_cache_costs_one_rebuild(root: Path, damage: Callable[[Path], None]) -> None:
    answers(root)
    damage(database(root))
    answers(root)

    with closing(Cache(database(root))) as cache:
        assert rows(root, "records") == 7
        assert all(cache.record(key) is not None for key in _keys(root))


def _keys(root: Path) -> list[str]:
    connection = sqlite3.connect(database(root))
    try:
        return [str(row[0]) for row in connection.execute("SELECT key FROM records")]
    finally:
        connection.close()


def test_every_single_flipped_byte_is_noticed(root: Path) -> None:
    plain = answers(root)
    data = database(root).read_bytes()
    for position in range(100, len(data), max(len(data) // 60, 1)):
        changed = bytearray(data)
        changed[position] ^= 16
        database(root).write_bytes(changed)
        assert answers(root, together=bool(position % 2)) == plain, position


def test_what_is_fetched_is_at_hand(root: Path) -> None:
    time.sleep(RACY_NS / 1e9 + 0.1)
    answers(root)
    path = root / STEPS / "scripts/s0.py"
    python = next(key for key in _keys(root) if key.startswith("python")).rpartition(" ")[0] + " "
    with closing(Cache(database(root))) as cache:
        cache.fetch(f"{STEPS}/scripts", python)
        with closing(sqlite3.connect(database(root))) as connection:
            connection.execute("DELETE FROM files")
            connection.execute("DELETE FROM records")
            connection.commit()
        digest = cache.digest(f"{STEPS}/scripts/{path.name}", stamp_of(path.lstat()))
        assert digest is not None
        assert cache.record(python + digest) is not None


def test_a_newer_version_is_left_alone(root: Path) -> None:
    answers(root)
    newer(database(root))
    before = database(root).read_bytes()

    answers(root)
    assert database(root).read_bytes() == before


def test_a_cache_that_cannot_be_made_or_written(root: Path) -> None:
    layout.cache_dir(root).write_text("a file where the folder should be")

    plain = answers(root, cache=False)
    assert answers(root) == plain


def test_a_cache_folder_that_is_a_link_is_not_used(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    layout.cache_dir(root).symlink_to(outside)

    answers(root)
    assert list(outside.iterdir()) == []


def test_a_full_disk_changes_no_answer(root: Path) -> None:
    """The file-size limit makes SQLite's writes fail as a full disk does."""
    code = """
import resource, signal, sys
from pathlib import Path
from cursus.workspace.index import WorkspaceIndex
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
index = WorkspaceIndex(Path(sys.argv[1]))
scripts = [c.path for c in index.tree.components["alice"] if c.step.startswith("s")]
print([i.module for path in scripts for i in index.module(path).imports])
index.save()
"""
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str([f"m{n}" for n in range(5)])
    assert done.stderr == ""
    assert answers(root) == answers(root, cache=False)


def test_a_locked_cache_is_not_waited_for_long(root: Path) -> None:
    plain = answers(root)
    connection = sqlite3.connect(database(root), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    try:
        assert answers(root) == plain
    finally:
        connection.execute("ROLLBACK")
        connection.close()
    assert time.monotonic() - start < 4


def test_several_processes_and_threads_at_once(root: Path) -> None:
    code = """
import sys
from pathlib import Path
from cursus.workspace.index import WorkspaceIndex
for _ in range(5):
    index = WorkspaceIndex(Path(sys.argv[1]))
    assert len([index.module(c.path) for c in index.tree.components["alice"] if c.step.startswith("s")]) == 5
    index.save()
"""
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(root)], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    index = WorkspaceIndex(root)
    path = root / STEPS / "scripts/s1.py"
    with ThreadPoolExecutor(8) as pool:
        found: list[ModuleFacts] = list(pool.map(lambda _: index.module(path), range(50)))
    assert [c.communicate()[1] for c in children] == ["", "", ""]

    assert {f.imports[0].module for f in found} == {"m1"}
    assert answers(root) == answers(root, cache=False)


def test_what_was_read_is_written_when_the_process_ends(root: Path) -> None:
    code = """
import sys
from pathlib import Path
from cursus.workspace.index import WorkspaceIndex
index = WorkspaceIndex(Path(sys.argv[1]))
index.module(Path(sys.argv[2]))
"""
    script = root / STEPS / "scripts/s1.py"
    subprocess.run([sys.executable, "-c", code, str(root), str(script)], check=True)

    assert rows(root, "records") == 1
