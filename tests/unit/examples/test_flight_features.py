"""The features hold nothing that is known only after departure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

RAW = ("flights", "weather", "planes")


@pytest.fixture
def raw(developers: Path, tmp_path: Path) -> dict[str, Path]:
    for name in RAW:
        shutil.copytree(developers / "ingest" / "data" / name, tmp_path / name)
    return {name: tmp_path / name for name in RAW}


def change(folder: Path, function) -> None:
    path = folder / f"{folder.name}.csv"
    function(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def features(run_step, raw: dict[str, Path], **environ: str) -> pd.DataFrame:
    out = run_step("ingest/flight_features", raw, ["features"], environ)
    return pd.read_csv(out["features"] / "features.csv")


def test_one_row_for_each_flight_that_landed(run_step, raw):
    table = features(run_step, raw)
    flights = pd.read_csv(raw["flights"] / "flights.csv")
    assert len(table) == flights["arr_delay"].notna().sum()
    assert table["flight_id"].is_unique
    assert table["flight_id"].is_monotonic_increasing
    assert table["delayed"].mean() == pytest.approx((flights["arr_delay"].dropna() > 15).mean())
    assert not {"dep_delay", "dep_time", "arr_time", "air_time", "arr_delay", "year", "tailnum"} & set(table)


def test_what_happens_after_the_schedule_changes_nothing(run_step, raw):
    before = features(run_step, raw)
    later = dict.fromkeys(("dep_time", "dep_delay", "arr_time", "air_time"), "999")
    change(raw["flights"], lambda t: t.assign(**later))
    pd.testing.assert_frame_equal(features(run_step, raw), before)


def test_the_arrival_delay_decides_the_label_alone(run_step, raw):
    before = features(run_step, raw)
    change(raw["flights"], lambda t: t.assign(arr_delay=t["arr_delay"].where(t["arr_delay"].isin(["", "NA"]), "500")))
    after = features(run_step, raw)
    assert (after["delayed"] == 1).all()
    pd.testing.assert_frame_equal(after.drop(columns="delayed"), before.drop(columns="delayed"))


def test_weather_is_older_than_the_scheduled_hour(run_step, raw):
    table = features(run_step, raw)
    assert table["weather_age_hours"].min() >= 1
    hour = "2013-01"
    flights = pd.read_csv(raw["flights"] / "flights.csv")
    first = flights[flights["time_hour"].str.startswith(hour)].iloc[0]
    at_departure = {"origin": first["origin"], "time_hour": first["time_hour"]}

    def storm(t: pd.DataFrame) -> pd.DataFrame:
        now = (t["origin"] == at_departure["origin"]) & (t["time_hour"] == at_departure["time_hour"])
        assert now.sum() == 1
        return t.assign(temp=t["temp"].where(~now, "-99"))

    change(raw["weather"], storm)
    after = features(run_step, raw)
    touched = after[after["temp"] == -99]
    assert not touched["flight_id"].str.contains(f"{first['carrier']}{first['flight']}-").any()
    assert (touched["weather_age_hours"] >= 1).all()
    assert (features(run_step, raw, WEATHER_LAG_HOURS="2")["weather_age_hours"].dropna() >= 2).all()


def test_traffic_counts_flights_that_are_cancelled_later(run_step, raw):
    before = features(run_step, raw).set_index("flight_id")["departures_in_hour"]
    change(raw["flights"], lambda t: t.assign(arr_delay=["" if n % 2 else d for n, d in enumerate(t["arr_delay"])]))
    after = features(run_step, raw).set_index("flight_id")["departures_in_hour"]
    assert len(after) < len(before)
    assert (before[after.index] == after).all()


def test_a_missing_column_a_repeated_flight_and_no_lag_are_named(run_step, raw):
    with pytest.raises(ValueError, match="WEATHER_LAG_HOURS must be at least 1"):
        features(run_step, raw, WEATHER_LAG_HOURS="0")
    change(raw["flights"], lambda t: pd.concat([t, t.iloc[:1]]))
    with pytest.raises(ValueError, match="two flights share one id"):
        features(run_step, raw)
    change(raw["weather"], lambda t: t.drop(columns="temp"))
    with pytest.raises(ValueError, match=r"weather\.csv lacks the columns temp"):
        features(run_step, raw)


def test_the_label_s_limit_is_a_setting(run_step, raw):
    assert features(run_step, raw, DELAY_MINUTES="60")["delayed"].mean() < features(run_step, raw)["delayed"].mean()
