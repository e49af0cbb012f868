"""Run folders: named by time and subject, so that they sort and none is taken twice; empty when a run starts."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from cursus.errors import RunError

#: What a run folder may hold before the run: data made for it.
DATA_FOLDER = "data"


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


def fresh_run_dir(run_dir: Path) -> Path:
    """The run folder, made if need be, known to be empty, absolute and free of links.

    :raises RunError: it holds something, or cannot be made.
    """
    try:
        run_dir.mkdir(parents=True, exist_ok=True)
        # The script's processes get paths that can be compared.
        resolved = run_dir.resolve()
        if any(path.name != DATA_FOLDER for path in resolved.iterdir()):
            raise RunError(f"{run_dir} is not empty; a run needs a folder of its own.", hint="Name another folder.")
    except OSError as error:
        raise RunError(f"The run folder {run_dir} cannot be used: {error.strerror}.", file=run_dir) from error
    return resolved


def _plain(subject: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", subject).strip("-")[:80] or "run"
