"""What files give, read once: from the cache when the bytes are known, else from the file."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cursus.errors import FileError
from cursus.model.workspace import ComponentKind
from cursus.workspace import layout
from cursus.workspace.errors import SyntaxFault, TooCostly
from cursus.workspace.files import MAX_PYTHON, MAX_YAML, read_file
from cursus.workspace.reading import VERSION
from cursus.workspace.reading.keeping import Record, as_json, from_json

if TYPE_CHECKING:
    from cursus.workspace.cache import Cache
    from cursus.workspace.yaml_reader import Document

_FAULTS: dict[str, type[FileError]] = {"syntax-error": SyntaxFault, "too-costly": TooCostly}
_MOST_KEPT = 2_000
#: Folders of files that nobody imports constants from, as a rule.
_RARELY_BOUND = frozenset(
    layout.KIND_FOLDERS[kind] for kind in (ComponentKind.SCRIPT, ComponentKind.BUILDER, ComponentKind.CONFIG)
)
_PYTHON_PREFIX = f"python {VERSION} {'.'.join(map(str, sys.version_info[:3]))} "


class Records:
    """The records of the files below a root; may be used from several threads.

    :param cache: whether they are kept between processes.
    """

    def __init__(self, root: Path, *, cache: bool) -> None:
        self._prefix = str(root).rstrip(os.sep) + os.sep
        self.lock = threading.RLock()
        self._kept: dict[tuple[str, Path], Record] = {}
        self._checked: dict[Path, set[str]] = {}
        self._expected: set[str] = set()
        self.cache: Cache | None = None
        if cache:
            from cursus.workspace.cache import Cache

            self.cache = Cache(layout.index_path(root))
            weakref.finalize(self, self.cache.close)

    def python(self, path: Path, boundary: Path, workspace: str | None) -> Record:
        """The record of a Python file, perhaps without its bindings; see :mod:`cursus.workspace.reading.record`.

        :raises FileError: it cannot be read or parsed.
        """
        folder = os.path.basename(os.path.dirname(path))  # noqa: PTH119, PTH120 - asked of every file
        record = self._once(path, python_reader(boundary, workspace, folder))
        if "fault" in record:
            raise error_of(record["fault"], path, workspace)
        return record

    def bindings(self, path: Path, boundary: Path, workspace: str | None) -> Mapping[str, Any]:
        """The bindings of a Python file.

        :raises FileError: it cannot be read or parsed.
        """
        record = self.python(path, boundary, workspace)
        try:
            found: Mapping[str, Any] = record["bindings"]
        except KeyError:  # nobody has asked for those of such a file before
            reader = python_reader(boundary, workspace)
            with self.lock:
                self._kept[reader.kind, path] = self._read(reader, self.bytes(path, reader))
            found = self.python(path, boundary, workspace)["bindings"]
        return found

    def yaml(self, path: Path, boundary: Path, workspace: str | None) -> Document:
        """A YAML file with its lines.

        :raises FileError: it cannot be read or is not YAML.
        """

        def read(data: bytes) -> tuple[Record, bool]:
            from cursus.workspace.yaml_reader import parse_yaml

            found = parse_yaml(data, path, workspace)
            return {"value": found.value, "lines": [[list(place), line] for place, line in found.lines.items()]}, True

        record = self._once(path, Reader("yaml", boundary, MAX_YAML, workspace, read))
        from cursus.workspace.document import Document

        return Document(path, record["value"], {tuple(place): line for place, line in record["lines"]}, workspace)

    def expect(self, folders: Iterable[Path]) -> None:
        """Most Python files of these folders will be asked for soon; what is kept of each is then fetched at once."""
        with self.lock:
            self._expected.update(map(self.name, folders))

    def remember(self, path: Path, reader: Reader, record: Record) -> None:
        """Answer with ``record`` from now on, in this process."""
        with self.lock:
            self._kept[(reader.kind, path)] = record

    def forget(self) -> None:
        """Look at the files again."""
        with self.lock:
            self._kept.clear()
            self._checked.clear()
            self._expected.clear()
            if self.cache is not None:
                self.cache.look_again()

    def save(self) -> None:
        """Write what is new to the cache."""
        with self.lock:
            if self.cache is not None:
                self.cache.save()

    def _once(self, path: Path, reader: Reader) -> Record:
        key = (reader.kind, path)
        with self.lock:
            if key not in self._kept:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = self._find(path, reader)
            return self._kept[key]

    def _find(self, path: Path, reader: Reader) -> Record:
        if self.cache is None:
            return self._read(reader, self.bytes(path, reader))
        from cursus.workspace.cache import digest_of, now_ns, stamp_of

        name = self.name(path)
        folder = name.rpartition("/")[0]
        if folder in self._expected and reader.kind == "python":
            self._expected.discard(folder)
            self.cache.fetch(folder, reader.prefix)
        now = now_ns()
        found = _lstat(path)
        stamp = None if found is None or not stat.S_ISREG(found.st_mode) else stamp_of(found)
        known = None if stamp is None else self.cache.digest(name, stamp)
        if known is not None:
            record = self._cached(reader, known)
            if record is not None:
                return record
        data = self.bytes(path, reader)
        digest = digest_of(data)
        if stamp is not None:
            self.cache.keep_file(name, stamp, digest, now)
        record = self._cached(reader, digest)
        return self._read(reader, data) if record is None else record

    def _read(self, reader: Reader, data: bytes) -> Record:
        record, final = reader.read(data)
        if final and self.cache is not None:
            from cursus.workspace.cache import digest_of

            self.cache.keep_record(reader.key(digest_of(data)), reader.text(record))
        return record

    def bytes(self, path: Path, reader: Reader) -> bytes:
        """The bytes of a file.

        :raises FileError: it cannot be read.
        """
        checked = self._checked.setdefault(reader.boundary, set())
        return read_file(
            path, boundary=reader.boundary, limit=reader.limit, workspace=reader.workspace, checked=checked
        )

    def _cached(self, reader: Reader, digest: str) -> Record | None:
        payload = None if self.cache is None else self.cache.record(reader.key(digest))
        if payload is None:
            return None
        return from_json(payload)

    def name(self, path: Path) -> str:
        """What a file or folder is called in the cache."""
        return str(path).removeprefix(self._prefix)


class Reader:
    """How files of one kind are read; ``read`` gives the record and whether it may be kept.

    :param whole: of Python files, with their bindings.
    """

    def __init__(
        self,
        kind: str,
        boundary: Path,
        limit: int,
        workspace: str | None,
        read: Callable[[bytes], tuple[Record, bool]],
        *,
        whole: bool = True,
    ) -> None:
        self.kind = kind
        self.prefix = _PYTHON_PREFIX if kind == "python" else f"{kind} {VERSION}  "
        self.boundary = boundary
        self.limit = limit
        self.workspace = workspace
        self.read = read
        self.whole = whole

    def text(self, record: Record) -> str:
        """A record as it is kept."""
        return as_json(record) if self.kind == "python" else json.dumps(record, separators=(",", ":"))

    def key(self, digest: str) -> str:
        """Records depend on the reader's version and, for Python files, on the Python that parses them."""
        return self.prefix + digest


@lru_cache(maxsize=1024)
def python_reader(boundary: Path, workspace: str | None, folder: str = "") -> Reader:
    """How Python files are read.

    :param folder: the name of theirs: in some, bindings are read only when somebody asks for them.
    """
    if folder in _RARELY_BOUND:
        return Reader("python", boundary, MAX_PYTHON, workspace, _read_facts, whole=False)
    return Reader("python", boundary, MAX_PYTHON, workspace, _read_whole)


def _read_whole(data: bytes, *, whole: bool = True) -> tuple[Record, bool]:
    from cursus.workspace.reading.worker import is_final, read

    record = read(data, whole=whole)
    return record, is_final(record)


def _read_facts(data: bytes) -> tuple[Record, bool]:
    return _read_whole(data, whole=False)


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def error_of(fault: list[Any], path: Path, workspace: str | None) -> FileError:
    """The error that the ``fault`` of a record stands for."""
    code, message, line, column = fault
    if code == "syntax-error":
        text = f"{path.name} is not valid Python: {message}."
        hint = f"Correct {path.name}" + (f" line {line}" if line else "")
    else:
        text = f"{path.name} was not read: {message}."
        hint = f"Simplify {path.name}, or move data out of it"
    return _FAULTS.get(code, FileError)(text, hint=hint, workspace=workspace, file=path, line=line, column=column)
