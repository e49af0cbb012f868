"""JSON with ``schema_version``."""

from __future__ import annotations

import json
from pathlib import Path

from cursus.model.finding import Report


class JsonReporter:
    """The report's own JSON form; paths are absolute."""

    name = "json"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as an indented JSON object."""
        return json.dumps(report.to_json(), indent=2, ensure_ascii=False) + "\n"
