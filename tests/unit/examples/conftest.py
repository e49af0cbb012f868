from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]

Run = Callable[..., dict[str, Path]]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def developers() -> Path:
    return ROOT / "examples" / "three_teams" / "developers"


@pytest.fixture
def run_step(tmp_path: Path, developers: Path) -> Run:
    """Calls the ``main`` of ``<workspace>/<script>`` as a runner would and returns its output folders."""

    def run(
        name: str,
        inputs: Mapping[str, Path],
        outputs: Iterable[str],
        environ: Mapping[str, str] | None = None,
        **arguments: str,
    ) -> dict[str, Path]:
        workspace, script = name.split("/")
        module = load(developers / workspace / "src" / "cursus_dev" / "steps" / "scripts" / f"{script}.py")
        folders = {o: tmp_path / "out" / script / o for o in outputs}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        given = ({n: str(p) for n, p in inputs.items()}, {n: str(p) for n, p in folders.items()})
        module.main(*given, dict(environ or {}), argparse.Namespace(**arguments))
        return folders

    return run


@pytest.fixture
def tool() -> Callable[[str], ModuleType]:
    """Loads ``tools/<name>.py``."""
    return lambda name: load(ROOT / "tools" / f"{name}.py")
