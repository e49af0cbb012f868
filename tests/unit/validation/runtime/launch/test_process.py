from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cursus.validation.runtime.launch.environment import make_environment
from cursus.validation.runtime.launch.process import Command, Process, wait_any

SLEEPS = """
import os, pathlib, time
def main(input_paths, output_paths, environ_vars, job_args):
    pathlib.Path("pid").write_text(str(os.getpid()))
    time.sleep(float(job_args.seconds))
"""
LAUNCHER = """
import sys, pathlib
from cursus.validation.runtime.launch.process import Command, Process
folder = pathlib.Path(sys.argv[1])
Process.start(Command(
    script=folder / "s.py", code_dir=folder, inputs={}, outputs={}, work_dir=folder, temp_dir=folder, log_dir=folder,
    environment={}, arguments={"seconds": "60"}, hyperparameters={},
)).finish()
"""


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Command]:
    def make(name: str, seconds: float, timeout: float | None = None, script: str = SLEEPS) -> Command:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "s.py").write_text(script)
        return Command(
            script=folder / "s.py",
            code_dir=folder,
            inputs={},
            outputs={},
            work_dir=folder,
            temp_dir=folder,
            log_dir=folder,
            environment={},
            arguments={"seconds": str(seconds)},
            hyperparameters={},
            timeout_seconds=timeout,
        )

    return make


def pid_in(folder: Path) -> int:
    for _ in range(1000):
        if (folder / "pid").exists() and (text := (folder / "pid").read_text()):
            return int(text)
        time.sleep(0.01)
    raise AssertionError("the script did not start")


def is_gone(pid: int) -> bool:
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_the_first_to_end_is_told_first(command: Callable[..., Command]) -> None:
    processes = [Process.start(command("slow", 30)), Process.start(command("fast", 0))]
    assert wait_any(processes) == [processes[1]]
    ended = processes[1].finish()
    assert ended.ok
    assert ended.exit_code == 0
    processes[0].kill()
    processes[0].kill()


def test_each_has_its_own_deadline(command: Callable[..., Command]) -> None:
    processes = [Process.start(command("a", 30, timeout=0.8)), Process.start(command("b", 30, timeout=30))]
    started = time.monotonic()
    assert wait_any(processes) == [processes[0]]
    assert 0.7 < time.monotonic() - started < 10
    assert processes[0].finish().timed_out
    processes[1].kill()


def test_a_script_that_ignores_signals_is_stopped_too(command: Callable[..., Command]) -> None:
    script = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPS
    process = Process.start(command("deaf", 30, timeout=0.8, script=script))
    assert wait_any([process]) == [process]
    assert process.finish().timed_out


def test_nothing_outlives_a_launcher_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text(SLEEPS)
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(tmp_path)])
    pid = pid_in(tmp_path)
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    assert is_gone(pid)


def test_environment_is_an_allow_list(tmp_path: Path) -> None:
    ours = {"PATH": "/bin", "LANG": "C.UTF-8", "AWS_SECRET_ACCESS_KEY": "x", "PYTHONPATH": "/y", "HOME": "/root"}
    assert make_environment({"LABEL": "a", "LANG": "C"}, tmp_path, ours) == {
        "OMP_WAIT_POLICY": "PASSIVE",
        "PATH": "/bin",
        "LANG": "C",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "LABEL": "a",
    }
