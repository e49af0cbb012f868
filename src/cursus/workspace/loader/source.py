"""Source files as the loader reads them, with what is needed to see that one has changed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

#: A file younger than this when it was read may change again without its times telling (coarse clocks, network disks).
_RACY_NS = 2_000_000_000

Stamp = tuple[int, int, int, int]


@dataclass(slots=True)
class Source:
    """A file's content as last read. The digest decides; the stamp only saves reading again."""

    path: Path
    digest: bytes
    stamp: Stamp
    checked_ns: int

    def unchanged(self) -> bool:
        """Whether the file still has the content it had."""
        try:
            stamp = _stamp(self.path.stat())
            if stamp == self.stamp and max(stamp[:2]) + _RACY_NS < self.checked_ns:
                return True
            source, _ = read(self.path)
        except OSError:
            return False
        if source.digest != self.digest:
            return False
        self.stamp, self.checked_ns = source.stamp, source.checked_ns
        return True


def read(path: Path) -> tuple[Source, bytes]:
    """The file and its content.

    :raises OSError: it cannot be read or is not a regular file.
    """
    now = time.time_ns()
    # Opening a pipe without O_NONBLOCK would wait for a writer for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        content = file.read()
    return Source(path, hashlib.sha256(content).digest(), _stamp(status), now), content


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
