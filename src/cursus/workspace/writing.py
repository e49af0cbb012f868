"""Write a file so that a reader, a crash or Ctrl-C finds the old one or the new one, never half of it."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cursus.errors import FileError

#: What a file system without hard links answers.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A binary file that becomes ``target`` when the block ends without an error, and vanishes otherwise.

    Folders above ``target`` are made. The content reaches the disk before the name does.

    :raises FileError: the place cannot be written.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise FileError(f"{target} cannot be written: {error.strerror}.", file=target) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(f"{target} cannot be written: {error.strerror}.", file=target) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_text(target: Path, text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all.

    :raises FileError: the place cannot be written.
    """
    with replacing(target) as stream:
        stream.write(text.encode("utf-8"))


def write_new(target: Path, text: str) -> bool:
    """Write ``text`` as UTF-8 to a file that is not there yet; what is there stays as it is.

    :return: whether it was written.
    :raises FileError: the place cannot be written.
    """
    if os.path.lexists(target):
        return False
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    write_text(beside, text)
    try:
        os.link(beside, target)  # unlike a rename, it fails when another process was faster
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise FileError(f"{target} cannot be written: {error.strerror}.", file=target) from error
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return True
