"""What a load changes in the interpreter, and putting it back.

``sys.modules`` and ``sys.path`` belong to the whole process, so loads in it take turns: one lock, and one record of
what was there before the outermost load. This record is the only process-wide state here.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from cursus.workspace.layout import PACKAGE
from cursus.workspace.loader.names import split


class Holder(Protocol):
    """A workspace's loaded modules, as a session sees them."""

    #: How many callers want the modules to stay in ``sys.modules`` for now.
    held: int

    def present(self) -> Iterator[tuple[str, ModuleType]]:
        """Full name and module of everything loaded."""

    def owns(self, name: str, module: object) -> bool:
        """Whether an entry of ``sys.modules`` comes from this workspace's folder or its fallback's."""

    def finish(self) -> None:
        """Complete what was loaded, while all of it is still in ``sys.modules``."""


class _Turn:
    """The outermost load: what was there before it, and who takes part."""

    def __init__(self, check: bool) -> None:
        self.modules = dict(sys.modules)
        self.path, self.path_entries = sys.path, list(sys.path)
        self.holders: list[Holder] = []
        self.running: list[Any] = []
        self.checked: set[Any] | None = set() if check else None

    def restore(self) -> None:
        sys.path = self.path
        if self.path != self.path_entries:
            self.path[:] = self.path_entries
        for name, module in list(sys.modules.items()):
            before = self.modules.get(name)
            if before is None:
                if self._is_ours(name, module):
                    del sys.modules[name]
            elif before is not module:
                sys.modules[name] = before
        for name in self.modules.keys() - sys.modules.keys():
            if not self._is_ours(name, self.modules[name]):
                sys.modules[name] = self.modules[name]

    def _is_ours(self, name: str, module: object) -> bool:
        if any(holder.held and holder.owns(name, module) for holder in self.holders):
            return False
        if split(name) is not None or _is_package(name):
            return True
        return any(holder.owns(name, module) for holder in self.holders)


class _Process:
    """The lock of this process and the load in progress."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.lock = threading.RLock()
        self.turn: _Turn | None = None


_PROCESS = _Process()
# A child made by fork must not wait for a thread it does not have.
os.register_at_fork(after_in_child=_PROCESS.reset)


@contextmanager
def exclusive() -> Iterator[None]:
    """No other thread loads inside."""
    with _PROCESS.lock:
        yield


def running() -> list[Any]:
    """The modules that execute now, the innermost last, as the spaces put them there; empty outside a load."""
    turn = _PROCESS.turn
    return [] if turn is None else turn.running


def checked() -> set[Any] | None:
    """The modules known to be up to date in this load; None when it does not look for changes."""
    turn = _PROCESS.turn
    return None if turn is None else turn.checked


def discard(name: str, module: ModuleType) -> None:
    """Take a dropped module out of ``sys.modules``, and out of what the load in progress will put back."""
    turn = _PROCESS.turn
    for modules in [sys.modules] if turn is None else [sys.modules, turn.modules]:
        if modules.get(name) is module:
            del modules[name]


@contextmanager
def session(holder: Holder, *, check: bool = False) -> Iterator[None]:
    """The holder's modules are in ``sys.modules`` inside; at the end of the outermost session all is as it was.

    :param check: whether this load, if it is the outermost, looks for changed files.
    """
    with _PROCESS.lock:
        turn, outermost = _PROCESS.turn, _PROCESS.turn is None
        if turn is None:
            turn = _PROCESS.turn = _Turn(check)
        if holder not in turn.holders:
            turn.holders.append(holder)
            sys.modules.update(holder.present())
        if not outermost:
            yield
            return
        try:
            yield
        finally:
            try:
                for each in turn.holders:
                    each.finish()
            finally:
                _PROCESS.turn = None
                turn.restore()


@contextmanager
def presence(holder: Holder) -> Iterator[None]:
    """The holder's modules stay in ``sys.modules`` for a while, without keeping other threads out."""
    with _PROCESS.lock:
        holder.held += 1
        sys.modules.update(holder.present())
    try:
        yield
    finally:
        with _PROCESS.lock:
            holder.held -= 1
            if not holder.held and _PROCESS.turn is None:
                for name, module in list(sys.modules.items()):
                    if split(name) is not None and holder.owns(name, module):
                        del sys.modules[name]


@contextmanager
def importable(folders: Sequence[Path]) -> Iterator[list[str]]:
    """``cursus_dev`` can be imported from ``folders`` in the ordinary way inside, the first folder first.

    Yields the entries added to ``sys.path``. Afterwards ``sys.path`` is what it was and ``sys.modules`` holds nothing
    from the folders. One thread at a time is inside.
    """
    with _PROCESS.lock:
        path, entries, before = sys.path, list(sys.path), dict(sys.modules)
        added = [str(folder) for folder in folders]
        finder, writes = _Fallback(added), sys.dont_write_bytecode
        for name in [n for n in before if _is_package(n)]:
            del sys.modules[name]
        sys.path[:0] = added
        sys.meta_path.append(finder)
        # A compiled file left behind could be taken for an edited one of the same second.
        sys.dont_write_bytecode = True
        importlib.invalidate_caches()
        try:
            yield added
        finally:
            sys.dont_write_bytecode = writes
            sys.meta_path.remove(finder)
            sys.path = path
            sys.path[:] = entries
            for name, module in list(sys.modules.items()):
                file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
                ours = isinstance(file, str) and any(file.startswith(folder + os.sep) for folder in added)
                if name not in before and (ours or _is_package(name)):
                    del sys.modules[name]
            sys.modules.update(before)


class _Fallback(MetaPathFinder):
    """Finds the modules of ``cursus_dev`` that the first folder lacks in the others."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{PACKAGE}."):
            return None
        parent = fullname.split(".")[:-1]
        return PathFinder.find_spec(fullname, [str(Path(folder, *parent)) for folder in self._folders[1:]], target)


def _is_package(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.")
