"""A structured text file as plain values that know their lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Document:
    """A YAML file, read.

    :param value: plain values; dates stay text.
    :param lines: place (keys and positions from the top) -> line, from 1.
    """

    path: Path
    value: Any
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    workspace: str | None = None

    def line(self, *place: str | int) -> int:
        """Line of a place, or of the closest one above it that is written down."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return self.lines[place[:length]]
        return 1
