"""What was read, kept between processes in one SQLite file; it can slow nothing down for long and changes no result.

Three tables: ``records`` by the digest of a file's bytes; ``files`` by path with the stat values under which those
bytes were seen; ``folders`` by path with one digest of all their files' stat values, once every one of them was read.
Every row carries a seal over its own content, since SQLite does not notice a flipped bit. Values are JSON, never
pickles. A rollback journal, because a write-ahead log cannot even be read when the disk is full and is unsafe on
network file systems. Whatever goes wrong (locked, read-only, corrupt, full, written by a newer
version) is answered with "not known", and the caller reads the file itself.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

#: Raise it when a table changes; older files are begun anew, newer ones are left alone.
SCHEMA = 2
#: A file whose time stamps are this close to now may still change without a new time stamp (git's racy rule).
RACY_NS = 2_000_000_000
_BATCH = 2_000
_MOST_NEAR = 10_000
_LARGEST = 512 * 1024 * 1024
_PATIENCE = 3
_TROUBLE = (sqlite3.Error, OSError, UnicodeError)
_RECORDS = "CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, payload TEXT NOT NULL, seal BLOB NOT NULL)"
_FILES = """CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER,
    inode INTEGER, digest TEXT NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID"""
_FOLDERS = """CREATE TABLE IF NOT EXISTS folders (path TEXT PRIMARY KEY, digest TEXT NOT NULL, broken TEXT NOT NULL,
    seal BLOB NOT NULL) WITHOUT ROWID"""
_TABLES = {"records": _RECORDS, "files": _FILES, "folders": _FOLDERS}
_FILE = "SELECT size, mtime, ctime, inode, digest, seal FROM files WHERE path = ?"
_RECORD = "SELECT payload, seal FROM records WHERE key = ?"
#: "0" comes after "/": the range is everything below a folder.
_NEAR = """SELECT path, size, mtime, ctime, inode, digest, files.seal, payload, records.seal
    FROM files LEFT JOIN records ON key = ? || digest WHERE path > ? AND path < ?"""

Stamp = tuple[int, int, int, int]


def stamp_of(found: os.stat_result) -> Stamp:
    """The stat values under which a file counts as unchanged."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def digest_of(data: bytes) -> str:
    """The digest that stands for a file's bytes."""
    return blake2b(data, digest_size=20).hexdigest()


class Cache:
    """The database of one workspace root; not for use by two threads at once.

    :param path: its file; made, with its folder, when there is something to keep.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process = os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._off = False
        self._corrupt = False
        self._fresh = False  # made by this process, so that it knows nothing this process has not read
        self._failures = 0
        self._records: dict[str, str] = {}
        self._files: dict[str, tuple[Stamp, str]] = {}
        self._folders: dict[str, tuple[str, str]] = {}
        self._near_files: dict[str, tuple[Any, ...]] = {}  # what was fetched and not asked for yet
        self._near_records: dict[str, tuple[Any, ...]] = {}
        self._kept_folders: dict[str, tuple[str, bytes]] | None = None  # all at once: a question each costs more

    def digest(self, path: str, stamp: Stamp) -> str | None:
        """The digest of a file's bytes when it is unchanged since it was kept, else None."""
        pending = self._files.get(path)
        if pending is not None:
            return pending[1] if pending[0] == stamp else None
        row = self._near_files.pop(path, None) or self._row(_FILE, path)
        if row is None or tuple(row[:4]) != stamp or row[5] != _seal(path, *row[:5]):
            return None
        return str(row[4])

    def record(self, key: str) -> str | None:
        """The payload kept under ``key``, or None."""
        pending = self._records.get(key)
        if pending is not None:
            return pending
        row = self._near_records.pop(key, None) or self._row(_RECORD, key)
        return str(row[0]) if row is not None and row[1] == _seal(key, row[0]) else None

    def fetch(self, folder: str, prefix: str) -> None:
        """Have at hand what is kept of the files of a folder, since it is about to be asked: one question for all.

        :param prefix: what the keys of their records begin with, before the digest.
        """
        if len(self._near_files) + len(self._near_records) > _MOST_NEAR:
            self.drop_near()
        for path, *file, payload, seal in self._rows(_NEAR, prefix, f"{folder}/", f"{folder}0"):
            self._near_files[path] = tuple(file)
            if payload is not None:
                self._near_records[prefix + file[4]] = (payload, seal)

    def drop_near(self) -> None:
        """Forget what was fetched and never asked for."""
        self._near_files.clear()
        self._near_records.clear()

    def keep_record(self, key: str, payload: str) -> None:
        """Keep a payload under ``key``."""
        self._records[key] = payload
        self._save_when_full()

    def keep_file(self, path: str, stamp: Stamp, digest: str, now_ns: int) -> None:
        """Keep the digest seen under ``stamp``, unless the file is so new that its stamp proves nothing.

        :param now_ns: the time before the file was looked at.
        """
        if now_ns - max(stamp[1], stamp[2]) > RACY_NS:
            self._files[path] = (stamp, digest)
            self._save_when_full()

    def folder(self, path: str, digest: str) -> str | None:
        """What was kept with a folder's digest, else None."""
        if self._kept_folders is None:
            rows = self._rows("SELECT path, broken, seal FROM folders")
            self._kept_folders = {row[0]: (row[1], row[2]) for row in rows}
        broken, seal = self._kept_folders.get(path, ("", b""))
        return str(broken) if seal and seal == _seal(path, digest, broken) else None

    def keep_folder(self, path: str, digest: str, broken: str) -> None:
        """Keep that every file of a folder was read, and which of them (a text of the caller's) are broken."""
        self._folders[path] = (digest, broken)
        self._save_when_full()

    def look_again(self) -> None:
        """From now on also answer what this process itself wrote into a cache it made."""
        self._fresh = False
        self._kept_folders = None
        self.drop_near()

    def save(self) -> None:
        """Write what is pending; silently nothing when it cannot be written."""
        if not (self._records or self._files or self._folders) or not self._usable():
            return
        records, files, folders = self._records, self._files, self._folders
        self._records, self._files, self._folders = {}, {}, {}
        with self._tolerant():
            self._begin_anew_if_needed()
            connection = self._open(create=True)
            if connection is None:
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(
                    "INSERT OR REPLACE INTO records VALUES (?, ?, ?)", [(k, p, _seal(k, p)) for k, p in records.items()]
                )
                connection.executemany(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [(p, *stamp, d, _seal(p, *stamp, d)) for p, (stamp, d) in files.items()],
                )
                connection.executemany(
                    "INSERT OR REPLACE INTO folders VALUES (?, ?, ?, ?)",
                    [(p, d, b, _seal(p, d, b)) for p, (d, b) in folders.items()],
                )
                connection.execute("COMMIT")
            except sqlite3.Error:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Save, and let go of the file."""
        self.save()
        if self._connection is not None and self._process == os.getpid():
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _save_when_full(self) -> None:
        if len(self._records) + len(self._files) + len(self._folders) >= _BATCH:
            self.save()

    def _row(self, query: str, key: str) -> tuple[Any, ...] | None:
        return next(iter(self._rows(query, key)), None)

    def _rows(self, query: str, *keys: str) -> list[tuple[Any, ...]]:
        if not self._usable() or self._corrupt or self._fresh:
            return []
        try:  # not a context manager: this is asked several times for every file
            connection = self._open(create=False)
            return [] if connection is None else connection.execute(query, keys).fetchall()
        except _TROUBLE as error:
            self._note(error)
            return []

    def _usable(self) -> bool:
        if self._process != os.getpid():  # a connection must not be carried over a fork
            self._connection, self._off = None, True
        return not self._off

    def _open(self, *, create: bool) -> sqlite3.Connection | None:
        """The connection; None when there is no file and none is to be made, or it is not ours to use."""
        if self._connection is not None:
            return self._connection
        if not self._is_ours(create=create):
            return None
        connection = sqlite3.connect(self._path, timeout=0.5, isolation_level=None, check_same_thread=False)
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("PRAGMA synchronous = OFF")
            if version != SCHEMA and not self._migrate(connection, version, create=create):
                connection.close()
                return None
        except sqlite3.Error:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _migrate(self, connection: sqlite3.Connection, version: int, *, create: bool) -> bool:
        """Make the tables; an older version's are dropped, a newer version's are left alone."""
        if version > SCHEMA:
            self._off = True
            return False
        if not create:
            return False
        connection.execute("BEGIN IMMEDIATE")
        for table, statement in _TABLES.items():
            if version:
                connection.execute(f"DROP TABLE IF EXISTS {table}")
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")
        return True

    def _is_ours(self, *, create: bool) -> bool:
        folder = self._path.parent
        if folder.is_symlink():
            self._off = True
            return False
        try:
            mode = self._path.lstat().st_mode
        except FileNotFoundError:
            self._fresh = True
            if create:
                folder.mkdir(exist_ok=True)
                ignore = folder / ".gitignore"
                if not ignore.exists():
                    ignore.write_text("*\n", encoding="utf-8")
            return create
        self._off = not stat.S_ISREG(mode)
        return not self._off

    def _begin_anew_if_needed(self) -> None:
        """Delete the file when it is corrupt or has grown out of all proportion; its journal first."""
        try:
            large = self._path.lstat().st_size > _LARGEST
        except FileNotFoundError:
            return
        if not (self._corrupt or large):
            return
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        for path in (self._path.with_name(self._path.name + "-journal"), self._path):
            path.unlink(missing_ok=True)
        self._corrupt = False

    @contextmanager
    def _tolerant(self) -> Iterator[None]:
        """Nothing that goes wrong in here is anybody's business but the cache's."""
        try:
            yield
        except _TROUBLE as error:
            self._note(error)

    def _note(self, error: Exception) -> None:
        if isinstance(error, (sqlite3.OperationalError, OSError)):
            self._failures += 1
            self._off = self._failures >= _PATIENCE
        else:
            self._off = self._corrupt  # corrupt again right after it was begun anew: leave it
            self._corrupt = True


def now_ns() -> int:
    """The time file stamps are compared with."""
    return time.time_ns()


def _seal(*parts: object) -> bytes:
    text = "\0".join(map(str, parts))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=b"cursus-index").digest()
