"""From bytes to a syntax tree, within limits."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

#: Larger files, and files with longer lines, are parsed in a child process: one f-string of 128 KiB keeps the parser
#: busy for a second, of 1 MiB for minutes.
MAX_IN_PROCESS = 128 * 1024
MAX_LINE_IN_PROCESS = 16 * 1024

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "cp1252"})
_NO_TEXT = "it is not text in its declared encoding"
_QUIET = ("ignore", None, Warning, None, 0)
_BOM = b"\xef\xbb\xbf"


class Fault(Exception):
    """Why a file could not be parsed. ``code`` is the finding's code; line and column count from 1."""

    def __init__(self, code: str, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column


def is_strange(data: bytes) -> bool:
    """Whether parsing might take long enough to be left to a process that can be ended."""
    if len(data) > MAX_IN_PROCESS:
        return True
    return len(data) > MAX_LINE_IN_PROCESS and max(map(len, data.splitlines()), default=0) > MAX_LINE_IN_PROCESS


@contextmanager
def quiet() -> Iterator[None]:
    """A block in which the parser's warnings about a file go unsaid; worth having once around many files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parse(data: bytes) -> ast.Module:
    """The syntax tree.

    :raises Fault: it is not Python, not text, or nested too deeply.
    """
    encoding = _encoding(data)
    if encoding not in _ENCODINGS:
        raise Fault("syntax-error", f"the encoding {encoding!r} is not accepted; use UTF-8", 1, 1)
    if encoding.startswith("utf") and not data.isascii():
        _require_text(data)
    try:
        if warnings.filters[:1] == [_QUIET]:
            return ast.parse(data)
        with quiet():
            return ast.parse(data)
    except SyntaxError as error:
        line = error.lineno or None
        raise Fault("syntax-error", _reason(error), line, max(error.offset or 1, 1) if line else None) from None
    except (RecursionError, MemoryError):
        raise Fault("too-costly", "its expressions are nested too deeply") from None
    except (ValueError, LookupError) as error:
        raise Fault("syntax-error", str(error)) from None


def _require_text(data: bytes) -> None:
    """The parser overlooks wrong bytes in a comment; Python refuses to run the file."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise Fault("syntax-error", _NO_TEXT, line, column) from None


def _reason(error: SyntaxError) -> str:
    message = error.msg or "invalid syntax"
    return _NO_TEXT if message.startswith("(unicode error)") else message


def _encoding(data: bytes) -> str:
    if data.find(b"coding") < 0:
        return "utf-8"
    for line in data.removeprefix(_BOM).split(b"\n", 2)[:2]:
        match = _COOKIE.match(line)
        if match:
            return match.group(1).decode("ascii", "replace").lower().replace("_", "-")
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"
