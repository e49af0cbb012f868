"""Which rule stands for a code that a lower room reports."""

from __future__ import annotations

from enum import Enum, auto

NAMING_CODES = frozenset({"naming"})
SYNTAX_CODES = frozenset({"syntax-error"})
REGISTRY_CODES = frozenset({"registry-conflict", "incomplete-step", "override-of-nothing"})


class Source(Enum):
    """Where a finding of a lower room belongs."""

    NAMING = auto()
    SYNTAX = auto()
    REGISTRY = auto()
    FILE = auto()


def source_of(code: str) -> Source:
    """The group of ``code``; whatever is not known more closely is about a file."""
    if code in NAMING_CODES:
        return Source.NAMING
    if code in SYNTAX_CODES:
        return Source.SYNTAX
    return Source.REGISTRY if code in REGISTRY_CODES else Source.FILE
