"""Folders aside: where a workspace is made before it appears, and where one goes before it is deleted.

They stand in the cache folder, which is on the same disk, is never scanned and is ignored by git. Each is locked by
the process that uses it, and the lock ends with the process: a folder that nobody holds was left behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cursus.workspace import layout
from cursus.workspace.errors import EscapesWorkspace

#: Holds a workspace that is being made; worth nothing once nobody holds it.
NEW = "new-"
#: Holds a workspace that is being removed and may not be backed up yet: never delete it, put it back.
REMOVING = "removing-"
#: Holds what is backed up, or was not to be, and only waits to be deleted.
REMOVED = "removed-"
#: The name under which a writer keeps an archive that is not complete yet.
_HALF_ARCHIVE = re.compile(r"\..+\.tar\.gz\.[0-9a-f]{8}")


@contextmanager
def folder_aside(root: Path, purpose: str) -> Iterator[Path]:
    """A new folder aside, held until the block ends; the caller deletes it or what is in it.

    :param purpose: ``NEW``, ``REMOVING`` or ``REMOVED``; its name begins with it.
    :raises EscapesWorkspace: the cache folder leads outside ``root``.
    :raises OSError: it cannot be made.
    """
    cache = layout.cache_dir(root)
    cache.mkdir(exist_ok=True)
    ensure_inside(cache, root)
    _ignore(cache)
    folder, handle = _held(cache, purpose)
    try:
        yield folder
    finally:
        os.close(handle)


@contextmanager
def making_aside(root: Path) -> Iterator[Path]:
    """A new folder aside that is gone when the block ends."""
    with folder_aside(root, NEW) as folder:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def leftovers(root: Path, purpose: str) -> tuple[Path, ...]:
    """Folders aside of that purpose whose process is gone, sorted."""
    return tuple(folder for folder in _folders(root, purpose) if not _is_held(folder))


def half_archives(root: Path) -> tuple[Path, ...]:
    """Backups that interrupted removals began to write, sorted; none while a removal is under way."""
    folder = layout.removed_dir(root)
    if folder.is_symlink() or not folder.is_dir() or any(_is_held(path) for path in _folders(root, REMOVING)):
        return ()
    return tuple(sorted(path for path in folder.iterdir() if _HALF_ARCHIVE.fullmatch(path.name)))


def _folders(root: Path, purpose: str) -> tuple[Path, ...]:
    cache = layout.cache_dir(root)
    if cache.is_symlink() or not cache.is_dir():
        return ()
    try:
        with os.scandir(cache) as entries:
            names = sorted(e.name for e in entries if e.name.startswith(purpose) and e.is_dir(follow_symlinks=False))
    except PermissionError:
        return ()  # whoever cannot look into it cannot tidy it up either
    return tuple(cache / name for name in names)


def ensure_inside(path: Path, root: Path) -> None:
    """Nothing when ``path`` is ``root`` or really lies in it.

    :raises EscapesWorkspace: a link leads it outside.
    """
    real, boundary = os.path.realpath(path), os.path.realpath(root)
    if real != boundary and not real.startswith(boundary.rstrip(os.sep) + os.sep):
        raise EscapesWorkspace(
            f"{path} leads outside {root}; nothing is written there.",
            hint=f"Replace the link {path.name} by a folder.",
            file=path,
        )


def _held(cache: Path, purpose: str) -> tuple[Path, int]:
    """A new folder and the handle that holds it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=purpose, dir=cache))
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # taken for a leftover before it could be locked
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            return folder, handle  # no locks on this file system: then nothing ever counts as left behind
        if folder.exists():
            return folder, handle
        os.close(handle)


def _is_held(folder: Path) -> bool:
    """Whether a process uses the folder, or that cannot be told."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _ignore(cache: Path) -> None:
    """Keep git away from the cache folder."""
    try:
        with (cache / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("*\n")
    except FileExistsError:
        pass
