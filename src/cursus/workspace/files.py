"""Read a file of a workspace without trusting it.

Looks before it opens (a pipe or device would hang), never follows a link out of the workspace, and never reads more
than the limit.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cursus.errors import FileError
from cursus.workspace.errors import EscapesWorkspace, MissingFile, TooLarge

MAX_PYTHON = 2 * 1024 * 1024
MAX_YAML = 1024 * 1024
MAX_TOML = 256 * 1024


def read_file(
    path: Path, *, boundary: Path, limit: int, workspace: str | None = None, checked: set[str] | None = None
) -> bytes:
    """The bytes of a regular file that really lies inside ``boundary``.

    :param boundary: the workspace's folder; links that lead outside it are refused.
    :param limit: largest size in bytes.
    :param checked: folders known to lie inside; the file's own is added, so that its neighbours are read faster.
    :raises MissingFile: there is no such file.
    :raises EscapesWorkspace: it lies outside, seen through links.
    :raises TooLarge: it is larger than ``limit``.
    :raises FileError: it is not a regular file or cannot be read.
    """
    text = str(path)
    folder = os.path.dirname(text)  # noqa: PTH120 - a `Path` costs more than a look at the file
    if checked is not None and folder in checked and _is_plain(text):
        data = read_plain(text, limit=limit)
        if data is not None:
            return data
    with _as_file_errors(path, workspace):
        real = os.path.realpath(path, strict=True)
        if not _inside(real, os.path.realpath(boundary)):
            raise EscapesWorkspace(
                f"{path.name} is reached through a link that leads outside {boundary.name}/; it is not followed.",
                hint="Copy the file into the workspace instead.",
                workspace=workspace,
                file=path,
            )
        if checked is not None and not path.is_symlink() and path.name != "..":
            checked.add(folder)
        return _read(real, path, limit, workspace)


def _read(real: str, path: Path, limit: int, workspace: str | None) -> bytes:
    if not stat.S_ISREG(os.lstat(real).st_mode):
        raise not_regular(path, workspace)
    descriptor = os.open(real, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise not_regular(path, workspace)
        data = b"" if found.st_size > limit else _read_up_to(descriptor, limit + 1, found.st_size + 1)
        if found.st_size > limit or len(data) > limit:
            raise TooLarge(
                f"{path.name} is larger than {limit // 1024} KiB; it was not read.",
                hint="Move data out of the file, or remove it.",
                workspace=workspace,
                file=path,
            )
        return data
    finally:
        os.close(descriptor)


def read_plain(path: str, *, limit: int) -> bytes | None:
    """The bytes of a file that was just seen to be a regular one, in a folder known to lie inside its boundary.

    None when it is not that simple after all: then :func:`read_file` says why.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
            return None
        data = os.read(descriptor, found.st_size + 1)
        return data if len(data) == found.st_size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _is_plain(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def not_regular(path: Path, workspace: str | None) -> FileError:
    """The error for a folder, pipe, socket or device where a file is expected."""
    what = "a folder" if path.is_dir() else "not a regular file"
    return FileError(
        f"{path.name} is {what}; a file is expected here.",
        hint=f"Remove or rename {path.name}",
        workspace=workspace,
        file=path,
    )


def _read_up_to(descriptor: int, most: int, expected: int) -> bytes:
    """At most ``most`` bytes; asking for many more than there are costs more than reading."""
    parts: list[bytes] = []
    left = most
    while left > 0:
        part = os.read(descriptor, min(left, expected))
        if not part:
            break
        parts.append(part)
        left -= len(part)
        expected = 1 << 20 if len(part) == expected else expected
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inside(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


@contextmanager
def _as_file_errors(path: Path, workspace: str | None) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise MissingFile(
            f"{path.name} does not exist.", hint="cursus workspace discover components", workspace=workspace, file=path
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        hint = f"Check the permissions of {path.name}, or remove it"
        raise FileError(f"{path.name} cannot be read: {why}.", hint=hint, workspace=workspace, file=path) from None
