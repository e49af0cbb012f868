"""Which names a workspace may have."""

from __future__ import annotations

import re

from cursus.errors import InvalidWorkspaceId
from cursus.model.workspace import CORE_ID, SHARED_ID

MAX_LENGTH = 64
_SAFE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)})
_RESERVED = frozenset({CORE_ID, SHARED_ID})


def check_workspace_id(name: str) -> str:
    """``name`` itself when it can be the folder of a developer.

    :raises InvalidWorkspaceId: it is empty, too long, has other than ASCII letters, digits, ``-``, ``_`` and inner
        ``.``, starts with ``-`` (a command would take it for an option), or is reserved (``core``, ``shared``, device
        names).
    """
    if not name:
        raise InvalidWorkspaceId(name, "it is empty")
    if len(name) > MAX_LENGTH:
        raise InvalidWorkspaceId(name[:MAX_LENGTH] + "…", f"it is longer than {MAX_LENGTH} characters")
    if not _SAFE.fullmatch(name):
        raise InvalidWorkspaceId(name, _why(name))
    if ".." in name:
        raise InvalidWorkspaceId(name, "it has two dots in a row")
    if name.lower() in _RESERVED:
        raise InvalidWorkspaceId(name, "the name is reserved")
    if name.lower().split(".")[0] in _DEVICES:
        raise InvalidWorkspaceId(name, "it is the name of a device on Windows")
    return name


def _why(name: str) -> str:
    strange = sorted({c for c in name if not re.fullmatch(r"[A-Za-z0-9._-]", c)})
    if strange:
        return "it contains " + ", ".join(ascii(c) for c in strange[:5])
    return "it starts or ends with a dot" if not name.startswith("-") else "it starts with '-' as an option does"
