from __future__ import annotations

import argparse
import csv
import importlib.util
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[3] / "src" / "cursus" / "steps" / "scripts"

Run = Callable[..., dict[str, Path]]


@pytest.fixture
def run_script(tmp_path: Path) -> Run:
    """Calls a bundled script's ``main`` as a runner would and returns its output folders."""

    def run(
        name: str, inputs: Mapping[str, Path], outputs: Iterable[str], environ: Mapping[str, str] | None = None
    ) -> dict[str, Path]:
        spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        folders = {o: tmp_path / "out" / o for o in outputs}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        given = ({n: str(p) for n, p in inputs.items()}, {n: str(p) for n, p in folders.items()})
        module.main(*given, dict(environ or {}), argparse.Namespace())
        return folders

    return run


@pytest.fixture
def write_csv() -> Callable[[Path, Sequence[str], Iterable[Sequence[object]]], Path]:
    """Writes ``table.csv`` into a folder and returns the folder."""

    def write(folder: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "table.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
        return folder

    return write
