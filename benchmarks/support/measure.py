"""Whole processes, measured from outside: processor and wall time, and the memory of a process and its children."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Modules are compiled once and kept, as they are for anybody who uses the package, whatever this shell says.
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    """One finished process.

    :param cpu: seconds of processor time, its children included.
    :param wall: seconds from start to end.
    :param said: what it printed, as JSON.
    :param peak: MiB at the peak, summed over the process and its children; pages they share count several times.
    """

    cpu: float
    wall: float
    said: dict[str, Any]
    peak: float = 0.0


def run(arguments: Sequence[str], *, memory: bool = False) -> Run:
    """Run this interpreter with ``arguments``; with ``memory`` its memory is looked at while it runs."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, env=_ENVIRONMENT)
    peaks: dict[int, int] = {}
    while memory and _look(process.pid, peaks):
        time.sleep(0.02)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, json.loads(said), sum(peaks.values()) / 1024)


def run_command(command: Sequence[str]) -> float:
    """Seconds of processor time of a whole process, its children included; what it prints is dropped."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def _look(pid: int, peaks: dict[int, int]) -> bool:
    """Note the high-water mark of ``pid`` and of its children; False once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return False
    if "VmHWM" not in status:
        return False
    peaks[pid] = int(status.split("VmHWM:")[1].split()[0])
    for child in map(int, children):
        with contextlib.suppress(OSError):
            _look(child, peaks)
    return True


def least(runs: Sequence[Run], what: str) -> float:
    """The smallest ``cpu``, ``wall``, or number the process said under that name."""
    return min(getattr(r, what) if what in ("cpu", "wall") else r.said[what] for r in runs)
