"""One digest for all that a workspace consists of, by which it is known to be the same as before.

Of an unchanged tree only the status of its files is looked at; wherever that proves nothing, their bytes are.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import cursus
from cursus.model.workspace import CORE_ID, Layer, Workspace
from cursus.version import VERSION
from cursus.workspace.cache import RACY_NS, digest_of, now_ns, stamp_of
from cursus.workspace.files import read_plain
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import PYTHON_SUFFIX, source_root, workspace_toml

_READ = (PYTHON_SUFFIX, ".yaml", ".yml")
#: Libraries whose data or grammar decides a verdict.
_LIBRARIES = ("botocore", "yaml", "pydantic")
#: (name below the folder, stamp of a file that is read)
_Listing = list[tuple[str, tuple[int, ...]]]


class Contents:
    """The digests of the workspaces of one tree, each found once.

    :param index: its tree is taken as it is now; after a refresh a new object is needed.
    """

    def __init__(self, index: WorkspaceIndex) -> None:
        self._index = index
        self._found: dict[str, str | None] = {}
        self._settled: dict[str, _Listing] = {}  # how it looked first, where that proves what is in it

    def of(self, workspace_id: str) -> str | None:
        """The digest of a workspace's files; None when it cannot be told by them alone, or there is no workspace.

        That is so when a link, or something that is no plain file, is among them.
        """
        if workspace_id not in self._found:
            workspace = self._index.tree.by_id.get(workspace_id)
            self._found[workspace_id] = None if workspace is None else self._digest(workspace)
        return self._found[workspace_id]

    def seen_by(self, workspace_id: str) -> str | None:
        """The digest of everything that a workspace's own files can mean: it, shared and the core; as :meth:`of`."""
        digests = [self.of(layer) for layer in (*self._own_layers(workspace_id), CORE_ID)]
        return None if None in digests else text_digest(digests)

    def unchanged(self, workspace_id: str) -> bool:
        """Whether the files of the workspace and of shared are what they were since the index began to read.

        What was found in the meantime may be kept only then: somebody may have edited a file that was read later, or
        one that the index had read before it was first looked at here.
        """
        known = self._index.tree.by_id
        layers = [known[layer] for layer in self._own_layers(workspace_id) if layer in known]
        return all(w.layer is Layer.CORE or self._is_same(w) for w in layers)

    def _is_same(self, workspace: Workspace) -> bool:
        now = _listing(workspace)
        if now is None or any(stamp and max(stamp[1], stamp[2]) >= self._index.since for _, stamp in now):
            return False
        before = self._settled.get(workspace.id) if workspace.id in self._found else None
        return before == now or self._digest(workspace) == self._found.get(workspace.id)

    def _own_layers(self, workspace_id: str) -> list[str]:
        shared = self._index.tree.shared
        return list(dict.fromkeys([workspace_id] if shared is None else [workspace_id, shared.id]))

    @cached_property
    def program(self) -> str:
        """The digest of the program: Cursus itself, and what it runs on."""
        package = Path(cursus.__file__).parent
        return text_digest([VERSION, sys.version, *map(_library, _LIBRARIES), _stamps(str(package))])

    def _digest(self, workspace: Workspace) -> str | None:
        if workspace.layer is Layer.CORE:
            return self.program
        now = now_ns()
        found = _listing(workspace)
        return None if found is None else self._by_status(workspace, found, now)

    def _by_status(self, workspace: Workspace, found: _Listing, now: int) -> str | None:
        """The digest kept with the same status, or the one of the bytes."""
        settled = all(now - max(stamp[1], stamp[2]) > RACY_NS for _, stamp in found if stamp)
        status = text_digest([found])
        place = f"content {workspace.id}"
        kept = self._index.recall(place) if settled else None
        before, content = (None, "") if kept is None else json.loads(kept)
        if before != status:
            folder = str(source_root(workspace))
            try:
                content = text_digest(f"{path} {_bytes(folder, path) if stamp else ''}" for path, stamp in found)
            except OSError:
                return None
            if settled:
                self._index.keep(place, json.dumps([status, content]))
        if settled and workspace.id not in self._found:
            self._settled[workspace.id] = found
        return str(content)


def text_digest(parts: Iterable[object]) -> str:
    """One digest of several texts, none of which runs into the next."""
    return digest_of("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"))


def _library(name: str) -> tuple[str, object]:
    """The name of a library with where it is and the stamp of its first file."""
    spec = find_spec(name)
    origin = spec.origin if spec else None
    return name, origin and (origin, stamp_of(os.stat(origin)))  # noqa: PTH116


def _bytes(folder: str, path: str) -> str:
    data = read_plain(f"{folder}/{path}", limit=sys.maxsize)
    if data is None:
        raise OSError(f"{path} cannot be read")
    return digest_of(data)


def _listing(workspace: Workspace) -> _Listing | None:
    """The files of a workspace with their status; None when that does not tell what is in it."""
    folder = str(source_root(workspace))
    settings = str(workspace_toml(workspace))
    if any(os.path.islink(path) for path in (folder, settings, workspace.root)):  # noqa: PTH114
        return None
    try:
        found = _stamps(folder)
        if os.path.exists(settings):  # noqa: PTH110
            found.append((f"../{os.path.basename(settings)}", stamp_of(os.stat(settings))))  # noqa: PTH116, PTH119
    except OSError:
        return None
    return found


def _stamps(folder: str) -> _Listing:
    """Every entry below a folder by name, with its stamp when it is a file that is read.

    :raises OSError: a folder cannot be listed, or something is neither a plain file nor a folder.
    """
    found: _Listing = []
    waiting = [(folder, "")]
    while waiting:
        folder, inside = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = inside + entry.name
                if entry.is_file(follow_symlinks=False):
                    found.append((name, stamp_of(entry.stat(follow_symlinks=False)) if name.endswith(_READ) else ()))
                elif not entry.is_dir(follow_symlinks=False):
                    raise OSError(f"{name} is no plain file")
                elif entry.name != "__pycache__":
                    found.append((name + "/", ()))
                    waiting.append((entry.path, name + "/"))
    found.sort()
    return found
