"""Where in a file something worth collecting can stand at all, found without a syntax tree.

Whatever the walk collects is written with one of a few words. Searching the bytes for them is some hundred times
faster than visiting every expression, and most functions hold none of them.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable

#: The start of every container path.
CONTAINER = "/opt/ml/"
_DECORATED = frozenset({ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef})
_NAMES = (b"import", b"environ", b"getenv", b"add_argument")


class Lines:
    """Some lines of a file, sorted; ``None`` stands for all of them."""

    def __init__(self, lines: list[int] | None) -> None:
        self._lines = lines

    def anywhere_in(self, node: ast.stmt | ast.Lambda) -> bool:
        """Whether a line of a statement or lambda, decorators included, is among them."""
        lines = self._lines
        if lines is None:
            return True
        if not lines:
            return False
        first = node.lineno
        if node.__class__ in _DECORATED and (decorators := node.decorator_list):  # type: ignore[union-attr]
            first = decorators[0].lineno
        at = bisect_left(lines, first)
        return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


EVERYWHERE = Lines(None)


class Marks(Lines):
    """The lines of a file that hold one of the words.

    :param source: the file's bytes. Where lines are not simply counted, or letters may stand for others (identifiers
        are normalised), every line counts as marked.
    """

    def __init__(self, source: bytes) -> None:
        self._source = source if source.isascii() and b"\r" not in source else None
        self._places: dict[str, list[int]] = {}
        self._binds: bool | None = None
        super().__init__(None if self._source is None else _lines(self._source, _marked(self._source)))

    def mentions(self, names: Iterable[str]) -> Lines:
        """The lines that mention one of ``names``; all lines where expressions may bind names."""
        source = self._source
        if source is None:
            return EVERYWHERE
        if self._binds is None:
            self._binds = b":=" in source
        if self._binds:
            return EVERYWHERE
        for name in names:
            if name not in self._places:
                self._places[name] = _occurrences(source, name.encode(), name=True)
        return Lines(_lines(source, [place for name in names for place in self._places[name]]))


def is_marking(name: str) -> bool:
    """Whether lines that use ``name`` are marked by that."""
    return name.encode() in _NAMES


def _marked(source: bytes) -> list[int]:
    places = _occurrences(source, CONTAINER.encode())
    for word in _NAMES:
        places += _occurrences(source, word, name=True)
    return places


def _occurrences(source: bytes, word: bytes, *, name: bool = False) -> list[int]:
    """Where ``word`` stands; a ``name`` only where no longer one begins with it."""
    places: list[int] = []
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        after = source[end : end + 1]
        if not name or not (after.isalnum() or after == b"_"):
            places.append(at)
        at = source.find(word, end)
    return places


def _lines(source: bytes, places: list[int]) -> list[int]:
    lines: list[int] = []
    line, last = 1, 0
    for place in sorted(places):
        line += source.count(b"\n", last, place)
        last = place
        lines.append(line)
    return lines
