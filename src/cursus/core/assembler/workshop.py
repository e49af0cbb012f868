"""Has a workspace's own configs and builders do their work in a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cursus.core.assembler.errors import BuilderFailed
from cursus.model.workspace import Layer, Workspace
from cursus.registry.catalog import StepCatalog

#: Seconds one workspace's builders may take together.
TIME_LIMIT = 120.0
#: What a child process sees of the environment; credentials are not among it.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR", "HOME", "SYSTEMROOT")


def ask(workspace_id: str, jobs: Sequence[Mapping[str, Any]], catalog: StepCatalog) -> list[dict[str, Any]]:
    """What each of the workspace's ``jobs`` gave, in order.

    :raises BuilderFailed: for the first job that failed, with the file and line that raised.
    """
    shared = next((w for w in catalog.layers(workspace_id) if w.layer is Layer.SHARED), None)
    answers = run_jobs(catalog.index.workspace(workspace_id), shared, jobs)
    for job, answer in zip(jobs, answers, strict=True):
        if "error" in answer:
            error = answer["error"]
            raise BuilderFailed(
                f"'{job['node']}' of workspace '{workspace_id}' could not be built: {error['message']}",
                hint=error["hint"] or f"cursus validate --workspace {workspace_id}",
                workspace=workspace_id,
                step=job["node"],
                file=error["file"],
                line=error["line"],
            )
    return [answer["ok"] for answer in answers]


def run_jobs(
    workspace: Workspace, shared: Workspace | None, jobs: Sequence[Mapping[str, Any]], *, time_limit: float = TIME_LIMIT
) -> list[dict[str, Any]]:
    """One answer for each job, in order, from one child process for the workspace.

    :raises BuilderFailed: when the process hangs or ends without answers; names the workspace and what it printed.
    """
    with tempfile.TemporaryDirectory(prefix="cursus-build-") as folder:
        request, response = Path(folder, "request.json"), Path(folder, "response.json")
        request.write_text(
            json.dumps({"workspace": _as_json(workspace), "shared": _as_json(shared), "jobs": list(jobs)}),
            encoding="utf-8",
        )
        command = [sys.executable, "-P", "-m", "cursus.core.assembler.child", str(request), str(response)]
        environment = {k: os.environ[k] for k in _ENVIRONMENT if k in os.environ} | {"PYTHONHASHSEED": "0"}
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=time_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _failed(workspace, f"did not finish in {time_limit:g} s", jobs) from None
        if done.returncode != 0 or not response.exists():
            tail = done.stdout.decode("utf-8", "replace").strip().splitlines()[-1:] or ["nothing printed"]
            raise _failed(workspace, f"ended with exit code {done.returncode} and no answer ({tail[0]})", jobs)
        answers: list[dict[str, Any]] = json.loads(response.read_text("utf-8"))
        return answers


def _failed(workspace: Workspace, what: str, jobs: Sequence[Mapping[str, Any]]) -> BuilderFailed:
    names = ", ".join(str(job["node"]) for job in jobs)
    return BuilderFailed(
        f"The builders and configs of workspace '{workspace.id}' {what}; they were asked for {names}.",
        hint=f"cursus validate --workspace {workspace.id}",
        workspace=workspace.id,
    )


def _as_json(workspace: Workspace | None) -> dict[str, str] | None:
    if workspace is None:
        return None
    return {
        "id": workspace.id,
        "layer": workspace.layer.value,
        "root": str(workspace.root),
        "steps_dir": str(workspace.steps_dir),
    }
