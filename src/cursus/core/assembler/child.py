"""The child process in which hand-written configs and builders of one workspace run.

Started as ``python -P -m cursus.core.assembler.child REQUEST RESPONSE PIPE``: reads a JSON list of jobs, writes one
line for each, its number and its answer in JSON, in order and as soon as it is known. A job that fails is an answer
too, so one broken builder does not hide the others. What the workspace's code prints goes to this process's standard
error. ``PIPE`` is the end of a pipe whose other end the parent holds: when that is closed, by whatever ends the parent,
this process and all it has started end too.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cursus.core.assembler.jobs import run_job
from cursus.errors import CursusError
from cursus.model.workspace import Layer, Workspace
from cursus.registry.distributed.context import workspace_context
from cursus.workspace.loader import ModuleLoader

#: Bytes of the largest file the process may write; what it prints goes to a file.
_LARGEST_FILE = 256 * 1024 * 1024


def answer(job: Mapping[str, Any], loader: ModuleLoader, roots: Sequence[Path]) -> str:
    """What one job gives, as one line of JSON; errors become values."""
    try:
        return _written(run_job(job, loader))
    except CursusError as error:
        told = {"message": error.message, "hint": error.hint, "line": error.line, "code": error.code}
        return json.dumps({"error": told | {"file": None if error.file is None else str(error.file)}})
    except (Exception, SystemExit) as error:  # noqa: BLE001 - workspace code may raise anything; reported, not swallowed
        return json.dumps({"error": _foreign(error, roots)})


def _written(done: Mapping[str, Any]) -> str:
    """The answer of a job that was done.

    :raises CursusError: the builder put something into its step that a definition cannot hold.
    """
    try:
        return json.dumps({"ok": done}, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise CursusError(f"the step it makes cannot be written as JSON: {error}") from error


def _foreign(error: BaseException, roots: Sequence[Path]) -> dict[str, Any]:
    """An error raised by workspace code, placed at the deepest frame inside the workspace."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [f for f in frames if any(Path(f.filename).is_relative_to(root) for root in roots)]
    return {
        "message": f"{type(error).__name__}: {error}",
        "hint": None,
        "file": inside[-1].filename if inside else None,
        "line": inside[-1].lineno if inside else None,
        "code": "foreign",
    }


def _workspace(data: Mapping[str, str]) -> Workspace:
    return Workspace(data["id"], Layer(data["layer"]), Path(data["root"]), Path(data["steps_dir"]))


def _end_with_parent(pipe: int) -> None:
    os.read(pipe, 1)
    os.killpg(0, signal.SIGKILL)


def main(request: Path, response: Path, pipe: int) -> None:
    """Answer every job of ``request``."""
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    # Whatever the workspace prints must not be taken for data.
    sys.stdout = sys.stderr
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    # SageMaker SDK v3 cannot be imported without a region; the one that counts is set while a step is made.
    if find_spec("sagemaker") is not None:
        os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    data = json.loads(request.read_text("utf-8"))
    workspace = _workspace(data["workspace"])
    shared = None if data["shared"] is None else _workspace(data["shared"])
    loader = ModuleLoader(workspace, shared=shared)
    roots = [w.root for w in (workspace, shared) if w is not None]
    with response.open("w", encoding="utf-8") as stream, workspace_context(workspace.id, data["root"]), loader.active():
        for number, job in enumerate(data["jobs"]):
            stream.write(f"{number} {answer(job, loader, roots)}\n")
            stream.flush()
    sys.stderr.flush()
    # Everything is said: threads and exit handlers of the workspace's code are not waited for.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
