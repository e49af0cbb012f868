"""Has a workspace's own configs and builders do their work in a child process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cursus.core.assembler.errors import BuilderFailed
from cursus.errors import ConfigurationError, CursusError
from cursus.model.workspace import Layer, Workspace
from cursus.registry.catalog import StepCatalog

#: A job as plain JSON values, see :mod:`cursus.core.assembler.jobs`.
Job = Mapping[str, Any]
#: What a job gave, or why it gave nothing.
Answer = dict[str, Any] | CursusError

#: Seconds one workspace's builders may take together.
TIME_LIMIT = 120.0
#: What a child process sees of the environment; credentials are not among it.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "TMPDIR", "HOME", "SYSTEMROOT")
#: What it sees besides: nothing random, and no plugins of pydantic, for which every installed package is looked at.
_SET = {"PYTHONHASHSEED": "0", "PYDANTIC_DISABLE_PLUGINS": "__all__"}


def ask(jobs: Mapping[str, Sequence[Job]], catalog: StepCatalog) -> dict[str, list[Answer]]:
    """Workspace id -> one answer for each of its jobs, in order; the workspaces work at the same time.

    A builder that raises, hangs or ends its process is an error in its own place and in no other.
    """
    crews = []
    for workspace_id in sorted(jobs):
        shared = next((w for w in catalog.layers(workspace_id) if w.layer is Layer.SHARED), None)
        crews.append((catalog.index.workspace(workspace_id), shared, jobs[workspace_id]))
    return run_crews(crews, catalog.index.root)


def run_crews(
    crews: Sequence[tuple[Workspace, Workspace | None, Sequence[Job]]], root: Path, *, time_limit: float = TIME_LIMIT
) -> dict[str, list[Answer]]:
    """Workspace id -> its answers, for each (workspace, shared workspace, jobs) below ``root``."""
    started: list[_Child] = []
    try:
        # All are started before any is waited for.
        started += (_Child(w, shared, jobs, root, time_limit) for w, shared, jobs in crews)
        found: dict[str, list[Answer]] = {}
        for workspace, shared, jobs in crews:
            child = next(c for c in started if c.workspace is workspace)
            answers: list[Answer] = list(child.answers())
            while len(answers) < len(jobs):
                # The first job without an answer is the one that hung or ended the process; the others go on.
                answers.append(child.failure(jobs[len(answers)]))
                if rest := jobs[len(answers) :]:
                    child = _Child(workspace, shared, rest, root, time_limit)
                    started.append(child)
                    answers += child.answers()
            found[workspace.id] = answers
        return found
    finally:
        for child in started:
            child.end()


class _Child:
    """One child process and the folder it shares with us."""

    def __init__(
        self, workspace: Workspace, shared: Workspace | None, jobs: Sequence[Job], root: Path, time_limit: float
    ) -> None:
        self.workspace = workspace
        self.jobs = jobs
        self.time_limit = time_limit
        self.folder = Path(tempfile.mkdtemp(prefix="cursus-build-"))
        request, self.response, self.printed = (self.folder / name for name in ("request", "response", "printed"))
        request.write_text(
            json.dumps(
                {
                    "root": str(root),
                    "workspace": _as_json(workspace),
                    "shared": _as_json(shared),
                    "jobs": list(jobs),
                }
            ),
            encoding="utf-8",
        )
        self._late = False
        command = [sys.executable, "-P", "-m", "cursus.core.assembler.child", str(request), str(self.response)]
        # It ends when this end is closed: a builder that hangs must not outlive us, however we end.
        theirs, self._ours = os.pipe()
        with self.printed.open("wb") as output, os.fdopen(theirs):
            self._process = subprocess.Popen(
                [*command, str(theirs)],
                pass_fds=(theirs,),
                cwd=self.folder,
                env={k: os.environ[k] for k in _ENVIRONMENT if k in os.environ} | _SET,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Its own group, so that what it starts can be ended with it.
                start_new_session=True,
            )
        self._timer = threading.Timer(time_limit, self._too_late)
        self._timer.daemon = True
        self._timer.start()

    def answers(self) -> list[Answer]:
        """The answers it gave before it ended, for a first part of its jobs or all of them."""
        self._process.wait()
        self._timer.cancel()
        if not self.response.exists():
            return []
        lines = self.response.read_text("utf-8", "replace").splitlines()
        found: list[Answer] = []
        for number, job in enumerate(self.jobs):
            # By number: code that forks makes two processes that answer the jobs after it.
            line = next((text for text in lines if text.startswith(f"{number} ")), "")
            try:
                answer = json.loads(line.partition(" ")[2])
            except ValueError:
                break
            found.append(self._judged(job, answer))
        return found

    def failure(self, job: Job) -> BuilderFailed:
        """The error of the job at which the process ended."""
        lines = self.printed.read_bytes()[-2000:].decode("utf-8", "replace").strip().splitlines()
        if self._late:
            what = f"did not finish in {self.time_limit:g} s"
        else:
            what = f"ended its process with exit code {self._process.returncode} and gave no answer"
        told = f"; it printed last: {lines[-1]}" if lines else ""
        return BuilderFailed(
            f"The code of '{job['node']}' in workspace '{self.workspace.id}' {what}{told}.",
            hint=f"cursus validate --workspace {self.workspace.id}",
            workspace=self.workspace.id,
            step=job["node"],
            file=_file_of(job),
        )

    def end(self) -> None:
        """Kill whatever is left of it and remove its folder."""
        self._timer.cancel()
        self._kill()
        self._process.wait()
        os.close(self._ours)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _too_late(self) -> None:
        self._late = True
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _judged(self, job: Job, answer: Mapping[str, Any]) -> Answer:
        if "ok" in answer:
            ok: dict[str, Any] = answer["ok"]
            return ok
        error = answer["error"]
        facts = {
            "hint": error["hint"] or f"cursus validate --workspace {self.workspace.id}",
            "workspace": self.workspace.id,
            "step": job["node"],
            "file": error["file"],
            "line": error["line"],
        }
        if error["code"] == ConfigurationError.code:
            return ConfigurationError(error["message"], **facts)
        facts["file"] = facts["file"] or _file_of(job)
        return BuilderFailed(f"'{job['node']}' could not be built: {error['message']}", **facts)


def _file_of(job: Job) -> str | None:
    """The file whose code the job ran, the builder's rather than the config's."""
    symbol = job.get("builder") or job.get("config")
    return symbol[0] if symbol else job.get("file")


def _as_json(workspace: Workspace | None) -> dict[str, str] | None:
    if workspace is None:
        return None
    return {
        "id": workspace.id,
        "layer": workspace.layer.value,
        "root": str(workspace.root),
        "steps_dir": str(workspace.steps_dir),
    }
