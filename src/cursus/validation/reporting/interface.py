"""What a form of report is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from cursus.model.finding import Report


class Reporter(Protocol):
    """One form. ``name`` is what a caller asks for."""

    name: str

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report in this form, ending in a newline."""
