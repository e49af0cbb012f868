"""Patterns in the text of a script, where that tells as much as its syntax tree and costs next to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator


def matches(pattern: re.Pattern[str], source: bytes) -> Iterator[tuple[re.Match[str], int]]:
    """Where the pattern is found outside of comments, each with its line from 1."""
    text = source.decode("utf-8", "replace")
    for found in pattern.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        if "#" not in text[start : found.start()]:
            yield found, text.count("\n", 0, found.start()) + 1
