"""The main job on real input: list, validate, compile twice, run on every New York flight of 2013, report.

Usage: ``python tools/demo.py --root examples/three_teams --data build/flights --out build/demo``. Each command is
printed before it runs, so that a reader can type it too.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PIPELINE = "flight_delay"


def cursus(*arguments: str | Path, root: Path, capture: bool = False) -> str:
    """Run one ``cursus`` command as a user would; a failure ends the demo with the command's own exit code."""
    words = [str(a) for a in arguments]
    print(f"\n$ cursus {shlex.join([*words, '-C', str(root)])}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "cursus.cli.main", *words, "-C", str(root)],
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
    )
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout or ""


def read(run: Path, node: str, output: str, name: str) -> dict[str, Any]:
    """A JSON file that a step of the run wrote."""
    found = run / "steps" / node / "output" / output / name
    data: dict[str, Any] = json.loads(found.read_text("utf-8"))
    return data


def report(run: Path, definition: Path) -> None:
    """What a data scientist asks first, from the files the run left."""
    models = read(run, "training_report", "report", "report.json")["models"]
    calibration = read(run, "calibrate", "metrics", "metrics.json")
    print(f"\nHeld-out test data: {calibration['test_rows']:,} flights on days that no other part of the pipeline saw")
    for name in ("gradient_boosting", "logistic_regression", "constant"):
        print(f"  AUC, {name.replace('_', ' '):<21}{models[name]['auc']:.4f}")
    print(f"  Brier score before calibration {calibration['test_before']['brier']:.4f}")
    print(f"  Brier score after calibration  {calibration['test_after']['brier']:.4f}")
    package = next((run / "steps" / "package" / "output").rglob("*.tar.gz"))
    print(f"\ndefinition  {definition}\npackage     {package}\nrun folder  {run}")


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    started = time.monotonic()
    options.out.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, HERE / "fetch_flights.py", options.data], check=True)
    cursus("workspace", "list", root=options.root)
    cursus("validate", "--all", root=options.root)
    definition, again = options.out / "definition.json", options.out / "definition.again.json"
    cursus("compile", PIPELINE, "-o", definition, root=options.root)
    cursus("compile", PIPELINE, "-o", again, root=options.root)
    if definition.read_bytes() != again.read_bytes():
        sys.exit("The two compiles differ.")
    print("The two definitions are identical, byte for byte.")
    run = options.out / "run"
    if (run / "run.json").exists():
        shutil.rmtree(run)
    data = options.data / "data_manifest.yaml"
    cursus("runtime", "test-workspace-pipeline", PIPELINE, "--data", data, "--run-dir", run, root=options.root)
    report(run, definition)
    print(f"\nAll of it took {time.monotonic() - started:.0f} s.")


if __name__ == "__main__":
    main()
