"""The child process in which hand-written configs and builders of one workspace run.

Started as ``python -P -m cursus.core.assembler.child REQUEST RESPONSE``: reads a JSON list of jobs, writes a JSON list
of answers in the same order. A job that fails is an answer too, so one broken builder does not hide the others. What
the workspace's code prints goes to this process's standard error.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.core.assembler.jobs import run_job
from cursus.errors import CursusError
from cursus.model.workspace import Layer, Workspace
from cursus.workspace.loader import ModuleLoader


def answer(job: Mapping[str, Any], loader: ModuleLoader, root: Path) -> dict[str, Any]:
    """What one job gives; errors become values."""
    try:
        return {"ok": run_job(job, loader)}
    except CursusError as error:
        return {
            "error": {
                "message": error.message,
                "hint": error.hint,
                "file": None if error.file is None else str(error.file),
                "line": error.line,
            }
        }
    except (Exception, SystemExit) as error:  # noqa: BLE001 - workspace code may raise anything; reported, not swallowed
        return {"error": _foreign(error, root)}


def _foreign(error: BaseException, root: Path) -> dict[str, Any]:
    """An error raised by workspace code, placed at the deepest frame inside that workspace."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if Path(f.filename).is_relative_to(root)]
    frame = inside[-1] if inside else frames[-1]
    return {
        "message": f"{type(error).__name__}: {error}",
        "hint": None,
        "file": frame.filename if inside else None,
        "line": frame.lineno if inside else None,
    }


def _workspace(data: Mapping[str, str]) -> Workspace:
    return Workspace(data["id"], Layer(data["layer"]), Path(data["root"]), Path(data["steps_dir"]))


def main(request: Path, response: Path) -> None:
    """Answer every job of ``request``."""
    # Whatever the workspace prints must not be taken for data.
    sys.stdout = sys.stderr
    data = json.loads(request.read_text("utf-8"))
    workspace = _workspace(data["workspace"])
    loader = ModuleLoader(workspace, shared=None if data["shared"] is None else _workspace(data["shared"]))
    # Code that looks its own module up while it runs (type hints, inspect, dataclasses) must find it.
    with loader.active():
        answers = [answer(job, loader, workspace.root) for job in data["jobs"]]
    response.write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
