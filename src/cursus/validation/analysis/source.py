"""The text of a workspace's files, for what the index does not keep."""

from __future__ import annotations

from pathlib import Path

from cursus.errors import FileError
from cursus.model.workspace import Workspace
from cursus.workspace.files import MAX_PYTHON, read_file


def source_of_file(path: Path, workspace: Workspace | None) -> bytes:
    """The bytes of a file; empty when it cannot be read, which the index has said already.

    :param workspace: the workspace the file must really lie in; its own folder when None.
    """
    try:
        return read_file(path, boundary=workspace.root if workspace else path.parent, limit=MAX_PYTHON)
    except FileError:
        return b""
