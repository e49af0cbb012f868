"""Texts looked for in the source of a script, where that tells as much as its syntax tree and costs little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: So much before a place is looked at, in the same line.
_BEFORE = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: what is before it in its line, what follows it, and its line from 1."""

    before: str
    after: str
    line: int


def places(source: bytes, text: str) -> Iterator[Place]:
    """Where ``text`` stands outside of comments; nothing is made of the source where it does not."""
    wanted = text.encode()
    at = source.find(wanted)
    while at >= 0:
        start = source.rfind(b"\n", 0, at) + 1
        before = source[start:at]
        if b"#" not in before:
            after = source[at + len(wanted) : at + len(wanted) + _BEFORE]
            line = source.count(b"\n", 0, at) + 1
            yield Place(before[-_BEFORE:].decode("utf-8", "replace"), after.decode("utf-8", "replace"), line)
        at = source.find(wanted, at + 1)


def quoted(source: bytes, name: str) -> Iterator[Place]:
    """Where ``name`` stands in quotes."""
    for quote in "\"'":
        yield from places(source, f"{quote}{name}{quote}")


def words(source: bytes, name: str) -> Iterator[Place]:
    """Where ``name`` stands as a whole word."""
    for place in places(source, name):
        if not (_is_word(place.before[-1:]) or _is_word(place.after[:1])):
            yield place


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
