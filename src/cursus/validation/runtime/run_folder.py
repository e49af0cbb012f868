"""Names of run folders: by time and subject, so that they sort and none is taken twice."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path


def new_run_dir(runs_dir: Path, subject: str) -> Path:
    """Make ``<runs_dir>/<date>-<time>-<subject>``, with a number when two runs start in the same second.

    :raises OSError: it cannot be made.
    """
    name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{_plain(subject)}"
    runs_dir.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = runs_dir / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def _plain(subject: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", subject).strip("-")[:80] or "run"
