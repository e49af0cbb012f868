"""Comments by which the author of a file accepts a finding: ``# cursus: ignore[code] the reason``.

At the end of a line the comment is about that line; on a line of its own, about the next line with code.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: What a file with such a comment has in it; every other file is left at that.
MARK = b"cursus: ignore"

_COMMENT = re.compile(r"#\s*cursus: ignore(?P<codes>\[[^\]]*\])?(?P<reason>.*)")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_YAML_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One such comment.

    :param line: where it stands, from 1.
    :param about: the line whose findings it accepts.
    :param codes: the codes it names.
    :param wrong: why it accepts nothing, or None when it is well formed.
    """

    file: Path
    line: int
    column: int
    about: int
    codes: tuple[str, ...]
    reason: str
    wrong: str | None = None


def suppressions(path: Path, source: bytes) -> tuple[Suppression, ...]:
    """The comments of a Python or YAML file, in order; of a file that does not parse, those before the fault."""
    if MARK not in source:
        return ()
    comments = _python(source) if path.suffix == ".py" else _yaml(source)
    lines = source.decode("utf-8", errors="replace").splitlines()
    return tuple(_read(path, text, line, column, lines) for line, column, text in comments if _COMMENT.match(text))


def _python(source: bytes) -> Iterator[tuple[int, int, str]]:
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1] + 1, token.string
    except (tokenize.TokenError, SyntaxError):
        # That the file does not parse is a finding of its own.
        return


def _yaml(source: bytes) -> Iterator[tuple[int, int, str]]:
    for number, line in enumerate(source.decode("utf-8", errors="replace").splitlines(), start=1):
        match = _YAML_COMMENT.search(line)
        if match:
            yield number, match.start() + 1, match.group()


def _read(path: Path, text: str, line: int, column: int, lines: list[str]) -> Suppression:
    match = _COMMENT.match(text)
    assert match is not None  # noqa: S101 - the caller asked
    listed = (match["codes"] or "[]")[1:-1]
    codes = tuple(dict.fromkeys(code.strip() for code in listed.split(",") if code.strip()))
    reason = match["reason"].strip(" \t:-—")
    wrong = None
    if not codes:
        wrong = "it names no code"
    elif bad := [code for code in codes if not _CODE.fullmatch(code)]:
        wrong = f"'{bad[0]}' is not a code"
    elif not reason:
        wrong = "it gives no reason"
    alone = not lines[line - 1][: column - 1].strip()
    return Suppression(path, line, column, _next_code(lines, line) if alone else line, codes, reason, wrong)


def _next_code(lines: list[str], line: int) -> int:
    """The first line after ``line`` that holds more than a comment; ``line`` itself when there is none."""
    for number, text in enumerate(lines[line:], start=line + 1):
        if text.strip() and not text.lstrip().startswith("#"):
            return number
    return line


def by_place(found: tuple[Suppression, ...]) -> Mapping[tuple[Path, int], tuple[Suppression, ...]]:
    """(file, line) -> the well-formed suppressions about it."""
    places: dict[tuple[Path, int], tuple[Suppression, ...]] = {}
    for one in found:
        if one.wrong is None:
            places[one.file, one.about] = (*places.get((one.file, one.about), ()), one)
    return places
