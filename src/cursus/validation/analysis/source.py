"""The text of a workspace's files, for what the index does not keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cursus.errors import FileError
from cursus.model.workspace import Workspace
from cursus.workspace.files import MAX_PYTHON, read_file

if TYPE_CHECKING:
    import ast


class Sources:
    """The files of one workspace, each read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._checked: set[str] = set()
        self._read: dict[Path, bytes] = {}

    def of(self, path: Path) -> bytes:
        """The bytes of a file; empty when it cannot be read, which the index has said already."""
        if path not in self._read:
            self._read[path] = source_of_file(path, self._workspace, self._checked)
        return self._read[path]


def syntax_tree(source: bytes) -> ast.Module | None:
    """The syntax tree of a Python file; None when it has none, which the index has said already."""
    from cursus.workspace.reading.source import Fault, parse  # not needed where verdicts are known

    try:
        return parse(source)
    except Fault:
        return None


def source_of_file(path: Path, workspace: Workspace | None, checked: set[str] | None = None) -> bytes:
    """The bytes of a file; empty when it cannot be read, which the index has said already.

    :param workspace: the workspace the file must really lie in; its own folder when None.
    :param checked: folders known to lie in it.
    """
    try:
        boundary = workspace.root if workspace else path.parent
        return read_file(path, boundary=boundary, limit=MAX_PYTHON, checked=checked)
    except FileError:
        return b""
