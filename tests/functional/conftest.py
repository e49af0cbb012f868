"""The installed command, on real trees: nothing is patched and nothing is called in process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("cursus")


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> set[str]:
        """Codes of the findings in the JSON answer."""
        return {f["code"] for f in self.json["findings"]}


Cursus = Callable[..., Done]


@pytest.fixture
def cursus(tmp_path: Path) -> Cursus:
    """Run ``cursus`` with arguments; the environment holds no AWS setting, no region and no home."""

    def run(*arguments: object, cwd: Path | None = None, timeout: float = 120, **environment: str) -> Done:
        kept = {k: os.environ[k] for k in ("PATH", "LANG", "LC_ALL", "TMPDIR") if k in os.environ}
        done = subprocess.run(
            [str(COMMAND), *map(str, arguments)],
            cwd=cwd or tmp_path,
            env=kept | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A fresh copy of the example's workspace root."""
    source = REPOSITORY / "examples" / "three_teams"
    return Path(shutil.copytree(source, tmp_path / "three_teams", ignore=shutil.ignore_patterns(".cursus")))


SCRIPT = """\
import argparse
from pathlib import Path


def main(input_paths, output_paths, environ_vars, job_args):
{body}


if __name__ == "__main__":
    main({{}}, {{}}, {{}}, argparse.Namespace())
"""

PIPELINE = """\
schema_version: 1
name: small
steps:
{steps}
edges: {edges}
config:
  shared:
    author: ada
    bucket: example-bucket
    role: arn:aws:iam::123456789012:role/Example
    region: NA
    service_name: Small
    pipeline_version: 1.0.0
"""


@dataclass
class Tree:
    """A small workspace root under construction."""

    root: Path

    def steps_dir(self, workspace: str) -> Path:
        return self.root / "developers" / workspace / "src" / "cursus_dev" / "steps"

    def step(
        self, workspace: str, name: str, *, body: str = "", inputs: str = "", outputs: str = "out", script: str = ""
    ) -> Path:
        """A one-file step whose script's ``main`` has ``body``; ports are given as words. Returns the script's path."""
        snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        steps = self.steps_dir(workspace)
        for folder in ("scripts", "interfaces"):
            (steps / folder).mkdir(parents=True, exist_ok=True)
        lines = ["schema_version: 1", f"step: {name}", "compute:", "  image_uri: example.com/image:1"]
        for heading, words, folder in (("inputs", inputs, "input"), ("outputs", outputs, "output")):
            if words:
                lines.append(f"{heading}:")
                lines += [f"  {w}: {{path: /opt/ml/processing/{folder}/{w}}}" for w in words.split()]
        (steps / "interfaces" / f"{snake}.step.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        path = steps / "scripts" / f"{snake}.py"
        written = body or "\n".join(
            [f'assert Path(input_paths["{w}"]).exists()' for w in inputs.split()]
            + [f'(Path(output_paths["{w}"]) / "data.csv").write_text("a,b\\n1,2\\n")' for w in outputs.split()]
            or ["pass"]
        )
        path.write_text(script or SCRIPT.format(body=textwrap.indent(written, "    ")), encoding="utf-8")
        return path

    def pipeline(self, *edges: str, name: str = "small", **steps: str) -> Path:
        """A pipeline file; keyword arguments are node=reference."""
        folder = self.root / "pipelines"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.yaml"
        listed = "\n".join(f"  {node}: {use}" for node, use in steps.items())
        path.write_text(PIPELINE.format(steps=listed, edges=json.dumps(list(edges))), encoding="utf-8")
        return path


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """An empty workspace root to build up."""
    return Tree(tmp_path / "root")


@pytest.fixture
def account_at(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """The environment that leads to a server that answers like AWS, and nowhere else."""

    def environment(endpoint: str) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
            "AWS_MAX_ATTEMPTS": "2",
        }

    return environment


@pytest.fixture
def moto(moto_address: str) -> str:
    """Address of a moto server, emptied."""
    urllib.request.urlopen(urllib.request.Request(f"{moto_address}/moto-api/reset", method="POST")).close()
    return moto_address


@pytest.fixture
def aws(moto: str, account_at: Callable[[str], dict[str, str]]) -> dict[str, str]:
    """Environment of a fresh, empty AWS account with one bucket."""
    urllib.request.urlopen(urllib.request.Request(f"{moto}/example-bucket", method="PUT")).close()
    return account_at(moto)
