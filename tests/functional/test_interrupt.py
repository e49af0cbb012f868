"""Ctrl-C and a closed pipe: no process left, no half-written file, the documented exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("cursus"))
NAPS = "import os, time\nPath(output_paths['out'], 'pid').write_text(str(os.getpid()))\ntime.sleep(60)"


def wait_for(path: Path) -> str:
    for _ in range(200):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_ends_the_scripts_and_says_so_in_the_record(tree, tmp_path):
    tree.step("one", "Nap", body=NAPS)
    tree.step("one", "Use", inputs="out", outputs="used")
    tree.pipeline("a -> b", a="one/Nap", b="one/Use")
    run = tmp_path / "run"
    process = subprocess.Popen(
        [COMMAND, "runtime", "test-workspace-pipeline", "small", "--run-dir", run, "-C", tree.root],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background may have the signal ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pid = int(wait_for(run / "steps" / "a" / "output" / "out" / "pid"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not is_alive(pid)
    record = json.loads((run / "run.json").read_text("utf-8"))
    assert record["status"] == "interrupted"
    assert {s["node"]: s["outcome"] for s in record["steps"]} == {"a": "NOT_RUN", "b": "NOT_RUN"}


def test_a_builder_that_hangs_does_not_outlive_the_command(tree, tmp_path):
    note = tmp_path / "pid"
    tree.step("one", "Nap")
    builders = tree.steps_dir("one") / "builders"
    builders.mkdir()
    (builders / "builder_nap_step.py").write_text(
        f"import os, pathlib\npathlib.Path({str(note)!r}).write_text(str(os.getpid()))\nwhile True: pass\n\n"
        "class NapStepBuilder: ...\n"
    )
    tree.pipeline(a="one/Nap")
    process = subprocess.Popen([COMMAND, "compile", "small", "-C", tree.root], stderr=subprocess.DEVNULL)
    pid = int(wait_for(note))
    assert is_alive(pid)
    process.kill()
    process.wait(timeout=20)
    for _ in range(200):
        if not is_alive(pid):
            break
        time.sleep(0.05)
    assert not is_alive(pid)


def test_a_reader_that_goes_away_is_no_error(example):
    command = f"'{COMMAND}' compile flight_delay -C '{example}' | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "{\n"
    assert done.stderr == ""
