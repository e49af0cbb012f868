"""What tests of several rooms need."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def moto_address() -> Iterator[str]:
    """Address of a moto server of this process: AWS over HTTP on this machine. Skips when moto is not installed."""
    pytest.importorskip("boto3")
    pytest.importorskip("moto.server")
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "moto.server", "-p", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if address := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield address[0]
                break
        else:
            pytest.fail("moto did not start:\n" + "".join(lines))
    finally:
        server.terminate()
        server.communicate(timeout=10)
