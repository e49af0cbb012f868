"""What the README tells people to type, typed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


COMMANDS = [
    shlex.split(line.removeprefix("$ "), comments=True)
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("$ cursus ")
]
#: Runs the whole pipeline; test_flow.py does it on the same example and looks closer.
SLOW = "test-workspace-pipeline"


def test_there_is_something_to_type():
    assert len(COMMANDS) >= 8
    assert blocks("python")


@pytest.mark.parametrize("command", [c for c in COMMANDS if SLOW not in c], ids=" ".join)
def test_each_command_works_on_the_example(cursus, example, command):
    done = cursus(*command[1:], cwd=example)
    assert done.code == 0, done.err
    assert done.out


@pytest.mark.parametrize("code", blocks("python"), ids=str)
def test_each_python_block_runs(code, example):
    code = code.replace("examples/three_teams", str(example))
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
