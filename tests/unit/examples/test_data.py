"""The committed samples, and the tool that writes the complete data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

WORKSPACES = ("ingest", "modelling", "risk")


def files(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*.*")}


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_the_manifest_names_what_is_there(developers, workspace):
    data = developers / workspace / "data"
    manifest = yaml.safe_load((data / "data_manifest.yaml").read_text("utf-8"))
    named = {entry["path"] for script in manifest["scripts"].values() for entry in script.values()}
    assert named == {p.name for p in data.iterdir() if p.is_dir()}


def test_the_samples_are_small_and_whole(developers):
    total = sum(p.stat().st_size for p in developers.glob("*/data/**/*") if p.is_file())
    assert total < 1_500_000
    flights = pd.read_csv(developers / "ingest" / "data" / "flights" / "flights.csv")
    assert 3000 < len(flights) < 5000
    assert (flights.groupby("month")["day"].nunique() == 6).all()
    dates = {
        name: set(pd.read_csv(developers / "modelling" / "data" / name / f"{name}.csv")["date"])
        for name in ("training_data", "validation_data", "testing_data")
    }
    assert len(set.union(*dates.values())) == sum(map(len, dates.values()))


def test_fetch_writes_once_and_mends(tool, tmp_path):
    fetch = tool("fetch_flights").fetch
    target = tmp_path / "data"
    assert len(fetch(target)) == 4
    first = files(target)
    assert fetch(target) == []
    assert files(target) == first
    (target / "planes" / "planes.csv").write_text("cut short", encoding="utf-8")
    assert fetch(target) == [target / "planes" / "planes.csv"]
    assert {n: size for n, (size, _) in files(target).items()} == {n: size for n, (size, _) in first.items()}
    manifest = yaml.safe_load((target / "data_manifest.yaml").read_text("utf-8"))
    entries = manifest["scripts"]["flight_features"]
    assert {name: (target / e["path"]).is_dir() for name, e in entries.items()} == dict.fromkeys(
        ("flights", "weather", "planes"), True
    )
    with (target / "flights" / "flights.csv").open("rb") as stream:
        assert sum(1 for _ in stream) == 336_777


@pytest.mark.parametrize(
    "script", ["ingest/flight_features", "modelling/delay_training", "modelling/metrics_report",
               "risk/delay_calibration", "risk/metrics_report"],
)  # fmt: skip
def test_a_script_starts_by_itself(developers, script):
    workspace, name = script.split("/")
    path = developers / workspace / "src" / "cursus_dev" / "steps" / "scripts" / f"{name}.py"
    done = subprocess.run([sys.executable, "-W", "error", str(path), "--help"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
