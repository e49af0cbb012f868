"""Paths and source lines as they are shown."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from cursus.errors import FileError
from cursus.workspace.files import read_file

_MOST_BYTES = 4 * 1024 * 1024
_MOST_COLUMNS = 160


def shown_path(path: Path, root: Path | None) -> str:
    """``path`` relative to ``root`` where it lies below it, with forward slashes."""
    if root is not None and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def counted(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def printable(text: str) -> str:
    """``text`` in one line, with nothing in it that moves a terminal's cursor."""
    flat = " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
    return "".join(c if c == "\t" or unicodedata.category(c)[0] != "C" else f"\\x{ord(c):02x}" for c in flat)


class Sources:
    """The lines of the files that findings point to, each file read once."""

    def __init__(self) -> None:
        self._lines: dict[Path, list[str]] = {}

    def lines(self, path: Path) -> list[str]:
        """The lines of a regular file of sensible size; none otherwise."""
        if path not in self._lines:
            try:
                data = read_file(path, boundary=path.parent, limit=_MOST_BYTES)
            except FileError:
                # The finding itself says what is wrong with the file; only its text cannot be shown.
                data = b""
            self._lines[path] = data.decode("utf-8", errors="replace").split("\n") if data else []
        return self._lines[path]


def source_excerpt(sources: Sources, path: Path, line: int, column: int | None) -> list[str]:
    """The source line with its number and a caret below ``column``; empty when it cannot be shown."""
    lines = sources.lines(path)
    if not 0 < line <= len(lines):
        return []
    text = lines[line - 1].rstrip("\r").expandtabs(1)
    start = 0
    if column is not None and column > _MOST_COLUMNS - 20:
        start = column - _MOST_COLUMNS // 2
    shown = printable(text[start : start + _MOST_COLUMNS])
    gutter = f"{line:>5} | "
    excerpt = [f"{gutter}{shown}".rstrip()]
    if column is not None and column - 1 <= len(text):
        excerpt.append(f"{' ' * 5} | {' ' * (column - 1 - start)}^")
    return excerpt
