"""One script as a process: start it, wait for it, end it.

Waiting is on file descriptors, so nothing polls and one thread watches any number of processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.validation.runtime.launch.environment import make_environment

HARNESS = Path(__file__).with_name("harness.py")
#: How long a keeper may take to end its script's processes before it is killed itself.
GRACE_SECONDS = 5.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Command:
    """What to run and how.

    :param script: the script, inside ``code_dir``.
    :param inputs: logical name -> folder, given to ``main`` as ``input_paths``.
    :param outputs: logical name -> folder, given to ``main`` as ``output_paths``.
    :param environment: given to ``main`` as ``environ_vars`` and set in the process.
    :param arguments: argument name -> text, given to ``main`` as ``job_args``.
    :param hyperparameters: likewise, with values of any JSON type.
    :param work_dir: the working directory.
    :param temp_dir: ``HOME`` and ``TMPDIR``.
    :param log_dir: receives ``stdout.log``, ``stderr.log`` and the records of the harness.
    :param timeout_seconds: wall-clock limit, or None for none.
    :param memory_limit_bytes: limit of the address space of each process, or None for none.
    """

    script: Path
    code_dir: Path
    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    work_dir: Path
    temp_dir: Path
    log_dir: Path
    environment: Mapping[str, str]
    arguments: Mapping[str, str]
    hyperparameters: Mapping[str, Any]
    timeout_seconds: float | None = None
    memory_limit_bytes: int | None = None

    @property
    def stdout(self) -> Path:
        """The log of standard output."""
        return self.log_dir / "stdout.log"

    @property
    def stderr(self) -> Path:
        """The log of standard error."""
        return self.log_dir / "stderr.log"


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended.

    :param record: the harness's result record, or None when the script ended without one.
    :param exit_code: None when a signal ended it or it had to be stopped.
    :param signal: number of the signal that ended it, or None.
    :param timed_out: it reached its time limit and was stopped.
    :param seconds: wall-clock time.
    :param cpu_seconds: of the script and everything it started, or None when not known.
    :param peak_memory_bytes: largest resident set of one of these processes, or None when not known.
    """

    record: Mapping[str, Any] | None
    exit_code: int | None
    signal: int | None
    timed_out: bool
    seconds: float
    cpu_seconds: float | None
    peak_memory_bytes: int | None

    @property
    def ok(self) -> bool:
        """``main`` returned and the process then ended by itself, without an error."""
        return not self.timed_out and self.exit_code == 0 and self.record == {"status": "ok"}


class Process:
    """A script that is running. Make one with :meth:`start`; it must be ended with :meth:`finish` or :meth:`kill`."""

    def __init__(self, command: Command, popen: subprocess.Popen[bytes]) -> None:
        self.command = command
        self.timed_out = False
        self._reaped = False
        self._popen = popen
        self._started = time.monotonic()
        limit = command.timeout_seconds
        self._deadline = None if limit is None else self._started + limit
        # Descriptors make waiting precise; where the platform has none, `ready` looks at short intervals.
        self._pidfd = os.pidfd_open(popen.pid) if hasattr(os, "pidfd_open") else None

    @classmethod
    def start(cls, command: Command) -> Process:
        """Start the script's harness in a session of its own.

        :raises OSError: a folder of the command is missing, or no process can be started.
        """
        request = command.log_dir / "request.json"
        request.write_text(json.dumps(_request(command)), encoding="utf-8")
        # Isolated: no user site, no PYTHON* variables, no current directory on the path. No bytecode beside the code.
        flags = ("-I", "-B", "-X", "utf8", "-X", "faulthandler")
        with command.stdout.open("wb") as out, command.stderr.open("wb") as err:
            popen = subprocess.Popen(
                [sys.executable, *flags, str(HARNESS), str(request)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=command.work_dir,
                env=make_environment(command.environment, command.temp_dir),
                start_new_session=True,
            )
        return cls(command, popen)

    @property
    def pidfd(self) -> int | None:
        """Becomes readable when the process ends; None where the platform has no such thing."""
        return self._pidfd

    @property
    def deadline(self) -> float | None:
        """On the monotonic clock; moves on when the process is asked to stop."""
        return self._deadline

    def ended(self) -> bool:
        """Whether the process is over (it is not reaped)."""
        return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def overdue(self) -> None:
        """The deadline has passed: ask the keeper to end everything; the second time, kill it."""
        self._signal(signal.SIGKILL if self.timed_out else signal.SIGTERM)
        self.timed_out = True
        self._deadline = time.monotonic() + GRACE_SECONDS

    def finish(self) -> Exit:
        """Wait for the end, reap the process and read what it left."""
        _, _, used = os.wait4(self._popen.pid, 0)
        self._reaped = True  # from here on the process id may be somebody else's
        seconds = time.monotonic() - self._started
        self._close()
        usage = _read_json(self.command.log_dir / "process.json") or {}
        return Exit(
            record=_read_json(self.command.log_dir / "result.json"),
            exit_code=usage.get("exit_code"),
            signal=usage.get("signal"),
            timed_out=self.timed_out,
            seconds=seconds,
            # Not from wait4 alone: its peak memory includes what this process had when it started the child.
            cpu_seconds=usage.get("cpu_seconds", used.ru_utime + used.ru_stime),
            peak_memory_bytes=usage.get("peak_memory_bytes"),
        )

    def kill(self) -> None:
        """End the script and everything it started, now; nothing happens when it was finished before."""
        if self._reaped:
            return
        self._signal(signal.SIGTERM)
        limit = time.monotonic() + GRACE_SECONDS
        while not self.ended():
            if time.monotonic() > limit:
                self._signal(signal.SIGKILL)
            time.sleep(0.005)
        self.finish()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._popen.pid, number)

    def _close(self) -> None:
        self._popen.returncode = 0  # reaped above; Popen must not wait for it again
        if self._pidfd is not None:
            os.close(self._pidfd)


def wait_any(processes: Sequence[Process]) -> list[Process]:
    """Those of ``processes`` that have ended, as soon as there is at least one; stops the ones that are overdue."""
    while True:
        if ended := [p for p in processes if p.ended()]:
            return ended
        for process in processes:
            if process.deadline is not None and process.deadline <= time.monotonic():
                process.overdue()
        _sleep(processes)


def _sleep(processes: Sequence[Process]) -> None:
    """Until one ends or the earliest deadline."""
    deadlines = [p.deadline for p in processes if p.deadline is not None]
    left = max(0.0, min(deadlines) - time.monotonic()) if deadlines else None
    descriptors = [p.pidfd for p in processes if p.pidfd is not None]
    if len(descriptors) < len(processes):
        time.sleep(_POLL_SECONDS if left is None else min(left, _POLL_SECONDS))
        return
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    poll.poll(None if left is None else left * 1000 + 1)


def _request(command: Command) -> dict[str, Any]:
    return {
        "parent": os.getpid(),
        "script": str(command.script),
        "code_dir": str(command.code_dir),
        "inputs": {name: str(path) for name, path in command.inputs.items()},
        "outputs": {name: str(path) for name, path in command.outputs.items()},
        "environment": dict(command.environment),
        "arguments": dict(command.arguments),
        "hyperparameters": dict(command.hyperparameters),
        "memory_limit_bytes": command.memory_limit_bytes,
        "result": str(command.log_dir / "result.json"),
        "usage": str(command.log_dir / "process.json"),
    }


def _read_json(path: Path) -> dict[str, Any] | None:
    """None when the file is not there or is not a whole record: the script ended before it was written."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
