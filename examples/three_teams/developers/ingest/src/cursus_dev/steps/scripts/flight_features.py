"""Joins flights, weather and planes into one row per flight, from what is known before departure.

Nothing that is only known once the aircraft has moved is read: no departure delay, no actual departure, arrival or
air time. The one exception is the arrival delay, from which the label is made. Weather is what was observed at the
airport some hours before the scheduled departure, never later.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import pandas as pd

INPUTS = {
    "flights": "/opt/ml/processing/input/flights",
    "weather": "/opt/ml/processing/input/weather",
    "planes": "/opt/ml/processing/input/planes",
}
OUTPUTS = {"features": "/opt/ml/processing/output/features"}

# Read by name, so that a column that would give the answer away cannot slip in.
FLIGHT_COLUMNS = [
    "year",
    "month",
    "day",
    "sched_dep_time",
    "sched_arr_time",
    "carrier",
    "flight",
    "tailnum",
    "origin",
    "dest",
    "distance",
    "time_hour",
    "arr_delay",
]
WEATHER_COLUMNS = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]
OUTPUT_COLUMNS = [
    "flight_id",
    "date",
    "delayed",
    "month",
    "day_of_week",
    "sched_dep_minutes",
    "sched_arr_minutes",
    "planned_minutes",
    "carrier",
    "origin",
    "dest",
    "distance",
    "plane_age",
    "plane_seats",
    "plane_engines",
    "engine",
    *WEATHER_COLUMNS,
    "weather_age_hours",
    "departures_in_hour",
]
STRONGEST_WIND_MPH = 150.0
OLDEST_WEATHER_HOURS = 3


def read_table(folder: str, columns: list[str]) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table, restricted to ``columns``."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    tables = []
    for file in files:
        header = pd.read_csv(file, nrows=0).columns
        missing = [c for c in columns if c not in header]
        if missing:
            raise ValueError(f"{file} lacks the columns {', '.join(missing)}")
        tables.append(pd.read_csv(file, usecols=columns))
    return pd.concat(tables, ignore_index=True)[columns]


def clock_to_minutes(clock: pd.Series) -> pd.Series:
    """``1545`` (a quarter to four in the afternoon) as minutes since midnight; ``2400`` is midnight."""
    return (clock // 100 * 60 + clock % 100) % 1440


def add_schedule(flights: pd.DataFrame) -> pd.DataFrame:
    """Identity, calendar and traffic: what the timetable alone tells."""
    date = pd.to_datetime(flights[["year", "month", "day"]])
    departure, arrival = clock_to_minutes(flights["sched_dep_time"]), clock_to_minutes(flights["sched_arr_time"])
    day = date.dt.strftime("%Y-%m-%d")
    return flights.assign(
        date=day,
        flight_id=day + "-" + flights["carrier"] + flights["flight"].astype(str) + "-" + flights["origin"],
        day_of_week=date.dt.day_of_week,
        sched_dep_minutes=departure,
        sched_arr_minutes=arrival,
        # Both in local time, so the destination's time zone is in it; that is constant for each destination.
        planned_minutes=(arrival - departure) % 1440,
        departures_in_hour=flights.groupby(["origin", "time_hour"])["flight"].transform("size"),
        time_hour=pd.to_datetime(flights["time_hour"], utc=True),
    )


def add_planes(flights: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Age, size and engine of the aircraft that is assigned to the flight."""
    known = planes.drop_duplicates("tailnum").rename(
        columns={"year": "built", "seats": "plane_seats", "engines": "plane_engines"}
    )
    joined = flights.merge(known, on="tailnum", how="left", validate="many_to_one")
    age = joined["year"] - joined["built"]
    return joined.assign(plane_age=age.where(age >= 0))


def add_weather(flights: pd.DataFrame, weather: pd.DataFrame, lag_hours: int) -> pd.DataFrame:
    """The latest observation at the origin that is at least ``lag_hours`` older than the scheduled hour."""
    observed = weather.assign(observed=pd.to_datetime(weather["time_hour"], utc=True)).drop(columns="time_hour")
    # A few hours carry an anemometer fault of more than 1,000 miles an hour.
    observed["wind_speed"] = observed["wind_speed"].where(observed["wind_speed"] < STRONGEST_WIND_MPH)
    observed[WEATHER_COLUMNS] = observed[WEATHER_COLUMNS].round(2)
    observed = observed.drop_duplicates(["origin", "observed"]).sort_values("observed")
    wanted = flights.assign(latest=flights["time_hour"] - pd.Timedelta(hours=lag_hours)).sort_values(
        "latest", kind="stable"
    )
    joined = pd.merge_asof(
        wanted,
        observed,
        left_on="latest",
        right_on="observed",
        by="origin",
        tolerance=pd.Timedelta(hours=OLDEST_WEATHER_HOURS),
    )
    age = (joined["time_hour"] - joined["observed"]).dt.total_seconds() / 3600
    if (age < lag_hours).any():
        raise ValueError("weather observed too close to the departure was joined")
    return joined.assign(weather_age_hours=age)


def build_features(
    flights: pd.DataFrame, weather: pd.DataFrame, planes: pd.DataFrame, delay_minutes: float, lag_hours: int
) -> pd.DataFrame:
    """One row for each flight that landed, sorted by id; ``delayed`` is 1 when it was late by more than the limit."""
    table = add_schedule(flights)
    if table["flight_id"].duplicated().any():
        raise ValueError("two flights share one id (date, carrier, number and origin)")
    # Traffic is counted before this: a flight that is cancelled later was still on the timetable.
    table = table[table["arr_delay"].notna()]
    table = add_weather(add_planes(table, planes), weather, lag_hours)
    table = table.assign(delayed=(table["arr_delay"] > delay_minutes).astype(int))
    return table.sort_values("flight_id", kind="stable")[OUTPUT_COLUMNS]


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    flights = read_table(input_paths["flights"], FLIGHT_COLUMNS)
    weather = read_table(input_paths["weather"], ["origin", "time_hour", *WEATHER_COLUMNS])
    planes = read_table(input_paths["planes"], ["tailnum", "year", "seats", "engines", "engine"])
    delay_minutes = float(environ_vars.get("DELAY_MINUTES", "15"))
    lag_hours = int(environ_vars.get("WEATHER_LAG_HOURS", "1"))
    if lag_hours < 1:
        raise ValueError(f"WEATHER_LAG_HOURS must be at least 1, not {lag_hours}: later weather is not known yet")

    features = build_features(flights, weather, planes, delay_minutes, lag_hours)
    if features.empty:
        raise ValueError("no flight with an arrival delay: nothing to learn from")

    target = Path(output_paths["features"])
    target.mkdir(parents=True, exist_ok=True)
    features.to_csv(target / "features.csv", index=False)
    print(
        json.dumps(
            {
                "flights": len(flights),
                "cancelled_or_diverted": len(flights) - len(features),
                "rows": len(features),
                "delayed_share": round(float(features["delayed"].mean()), 4),
                "without_weather": int(features["weather_age_hours"].isna().sum()),
                "without_plane": int(features["plane_seats"].isna().sum()),
            }
        )
    )


if __name__ == "__main__":
    main(INPUTS, OUTPUTS, dict(os.environ), argparse.ArgumentParser(description=__doc__).parse_args())
