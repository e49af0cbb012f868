"""What a bundled script says of itself is what its manifest says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

STEPS = Path(__file__).parents[3] / "src" / "cursus" / "steps"
MANIFESTS = sorted((STEPS / "interfaces").glob("*.step.yaml"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda p: p.name)
def test_paths_and_imports(path: Path) -> None:
    manifest = yaml.safe_load(path.read_text("utf-8"))
    tree = ast.parse((STEPS / "scripts" / manifest["script"]).read_text("utf-8"))
    constants = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id in ("INPUTS", "OUTPUTS")
    }
    assert constants["INPUTS"] == {name: port["path"] for name, port in manifest["inputs"].items()}
    assert constants["OUTPUTS"] == {name: port["path"] for name, port in manifest["outputs"].items()}
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names | {"joblib", "numpy", "pandas", "sklearn"}


@pytest.mark.parametrize("script", sorted((STEPS / "scripts").glob("[a-z]*.py")), ids=lambda p: p.name)
def test_a_script_starts_by_itself(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script), "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
