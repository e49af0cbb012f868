"""Read every step file once, so that later questions find the answers kept; an unchanged folder costs one look.

Only what is not known is read, by every processor on a large tree, and nothing is held in memory but the folders being
read. What is found goes to the cache and nowhere else, where it may be lost at any time without changing an answer.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cursus.errors import FileError
from cursus.model.workspace import ComponentKind
from cursus.workspace.cache import RACY_NS, Cache, Stamp, digest_of, now_ns, stamp_of
from cursus.workspace.collecting import uncollected
from cursus.workspace.files import MAX_PYTHON, read_plain
from cursus.workspace.records import Reader, Records, error_of, python_reader
from cursus.workspace.scan import Folder

if TYPE_CHECKING:
    from cursus.workspace.reading.pool import Pool


@dataclass(frozen=True)
class Indexed:
    """What one pass over a tree found.

    :param files: how many step files there are.
    :param read: how many of them had to be read.
    :param broken: why files cannot be read or parsed, by path.
    """

    files: int
    read: int
    broken: tuple[FileError, ...]


class _Visit:
    """A folder being read. It is ``sound`` while it may be kept; ``waiting`` counts what has not been answered."""

    __slots__ = ("broken", "digest", "folder", "name", "reader", "sound", "waiting")

    def __init__(self, folder: Folder, reader: Reader, name: str, digest: str) -> None:
        self.folder = folder
        self.reader = reader
        self.name = name
        self.digest = digest
        self.sound = bool(digest)
        self.broken: list[str] = []
        self.waiting = 1


#: Visit, file name, digest of the file's bytes.
_Token = tuple[_Visit, str, str]


def index_folders(records: Records, cache: Cache, folders: Iterable[Folder], *, children: int | None = None) -> Indexed:
    """Read what is not known of ``folders``, and keep it in ``cache``, which is that of ``records``.

    :param children: how many further processes at most; None for what the machine has.
    """
    with uncollected(), ExitStack() as stack:
        indexing = _Indexing(records, cache, stack, children)
        for folder in folders:
            indexing.visit(folder)
    cache.save()
    cache.look_again()
    broken = sorted(indexing.broken, key=lambda error: str(error.file))
    return Indexed(indexing.files, indexing.read, tuple(broken))


class _Indexing:
    def __init__(self, records: Records, cache: Cache, stack: ExitStack, children: int | None) -> None:
        self.records = records
        self.cache = cache
        self.stack = stack
        self.children = children
        self.pool: Pool[_Token] | None = None
        self.files = 0
        self.read = 0
        self.broken: list[FileError] = []

    def visit(self, folder: Folder) -> None:
        now = now_ns()
        self.files += len(folder.entries)
        stamps = [_stamp(entry) for entry in folder.entries]
        visit = self.look(folder, stamps, now)
        known = self.cache.folder(visit.name, visit.digest) if visit.sound else None
        if known is not None:
            for name in json.loads(known):
                self.again(visit, name)
            return
        for entry, stamp in zip(folder.entries, stamps, strict=True):
            if folder.kind is ComponentKind.INTERFACE:
                self.read += 1
                self.again(visit, entry.name)
            else:
                self.python(visit, entry.name, stamp, now)
        self.done(visit)

    def look(self, folder: Folder, stamps: list[Stamp | None], now: int) -> _Visit:
        reader = python_reader(folder.workspace.root, folder.workspace.id, folder.path.name)
        numbers: list[int] = []
        youngest = 0
        for stamp in stamps:
            if stamp is None:
                youngest = now
                break
            numbers += stamp
            youngest = max(youngest, stamp[1], stamp[2])
        digest = ""  # files that young may still change unseen
        if now - youngest > RACY_NS:
            seen = [reader.prefix, *(entry.name for entry in folder.entries), *map(str, numbers)]
            digest = digest_of("\n".join(seen).encode())
        return _Visit(folder, reader, self.records.name(folder.path), digest)

    def python(self, visit: _Visit, name: str, stamp: Stamp | None, now: int) -> None:
        """Keep the record of one file, unless it is kept already."""
        place = f"{visit.name}/{name}"
        digest = None if stamp is None else self.cache.digest(place, stamp)
        payload = None if digest is None else self.cache.record(visit.reader.key(digest))
        if payload is None:
            self.read += 1
            data = None if stamp is None else read_plain(f"{visit.folder.path}/{name}", limit=MAX_PYTHON)
            if data is None:
                try:
                    data = self.records.bytes(visit.folder.path / name, visit.reader)
                except FileError as error:
                    self.fail(visit, name, error)
                    return
            digest = digest_of(data)
            if stamp is not None:
                self.cache.keep_file(place, stamp, digest, now)
            payload = self.cache.record(visit.reader.key(digest))
            if payload is None:
                visit.waiting += 1
                self.readers().add((visit, name, digest), data, whole=visit.reader.whole)
                return
        self.note(visit, name, payload)

    def readers(self) -> Pool[_Token]:
        if self.pool is None:
            from cursus.workspace.reading.pool import Pool  # not needed when nothing has changed

            self.pool = self.stack.enter_context(Pool(self.answer, children=self.children))
        return self.pool

    def answer(self, token: _Token, payload: str) -> None:
        """A file was read."""
        visit, name, digest = token
        if self.note(visit, name, payload):
            self.cache.keep_record(visit.reader.key(digest), payload)
        self.done(visit)

    def note(self, visit: _Visit, name: str, payload: str) -> bool:
        """Whether a record may be kept; a fault in it is noted."""
        if not payload.startswith('{"fault"'):
            return True
        from cursus.workspace.reading.worker import is_final

        record, path = json.loads(payload), visit.folder.path / name
        self.fail(visit, name, error_of(record["fault"], path, visit.folder.workspace.id))
        if is_final(record):
            return True
        visit.sound = False
        self.records.remember(path, visit.reader, record)
        return False

    def again(self, visit: _Visit, name: str) -> None:
        """Read a file in the ordinary way."""
        folder = visit.folder
        read = self.records.yaml if folder.kind is ComponentKind.INTERFACE else self.records.python
        try:
            read(folder.path / name, folder.workspace.root, folder.workspace.id)
        except FileError as error:
            self.fail(visit, name, error)

    def fail(self, visit: _Visit, name: str, error: FileError) -> None:
        visit.broken.append(name)
        self.broken.append(error.with_traceback(None))

    def done(self, visit: _Visit) -> None:
        visit.waiting -= 1
        if visit.sound and not visit.waiting:
            self.cache.keep_folder(visit.name, visit.digest, json.dumps(sorted(visit.broken)))


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """The stamp of a file; None for what is no plain file, or gone by now."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return stamp_of(status) if stat.S_ISREG(status.st_mode) else None
