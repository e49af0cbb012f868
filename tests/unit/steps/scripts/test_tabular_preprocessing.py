from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SPLITS = ("training_data", "validation_data", "calibration_data", "testing_data")
FIELDS = {"LABEL_FIELD": "late", "ID_FIELD": "id", "GROUP_FIELD": "day"}
HEADER = ("id", "day", "late", "note")
ROWS = [(f"r{n}", f"d{n % 50}", int(n % 3 == 0), 'a "quoted", note') for n in range(1000)]


def read(folders: dict[str, Path]) -> dict[str, list[list[str]]]:
    found = {}
    for name, folder in folders.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            found[name] = list(csv.reader(stream))[1:]
    return found


def test_every_row_lands_in_one_split_unchanged(run_script, write_csv, tmp_path):
    data = write_csv(tmp_path / "data", HEADER, ROWS)
    found = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, FIELDS))
    rows = [tuple(row) for split in found.values() for row in split]
    assert sorted(rows) == sorted(tuple(map(str, row)) for row in ROWS)


def test_no_group_is_in_two_splits_and_shares_are_near(run_script, write_csv, tmp_path):
    rows = [(f"r{n}", f"d{n % 500}", n % 2, "") for n in range(5000)]
    data = write_csv(tmp_path / "data", HEADER, rows)
    found = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, FIELDS))
    groups = [{row[1] for row in split} for split in found.values()]
    assert sum(map(len, groups)) == len(set().union(*groups)) == 500
    assert [round(len(split) / 5000, 1) for split in found.values()] == [0.6, 0.1, 0.1, 0.2]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(ROWS))))
def test_the_split_of_a_row_does_not_depend_on_the_order(run_script, write_csv, tmp_path, order):
    data = write_csv(tmp_path / "data", HEADER, ROWS)
    first = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, FIELDS))
    write_csv(tmp_path / "data", HEADER, [ROWS[n] for n in order])
    second = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, FIELDS))
    assert {n: sorted(rows) for n, rows in first.items()} == {n: sorted(rows) for n, rows in second.items()}


def test_the_seed_changes_the_split(run_script, write_csv, tmp_path):
    data = write_csv(tmp_path / "data", HEADER, ROWS)
    first = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, FIELDS))
    second = read(run_script("tabular_preprocessing", {"data": data}, SPLITS, {**FIELDS, "SPLIT_SEED": "1"}))
    assert first != second


@pytest.mark.parametrize(
    ("rows", "environ", "message"),
    [
        (ROWS[:1], {}, "came out empty: 1 groups are too few"),
        ([*ROWS, ROWS[0]], {}, "id 'r0' appears twice"),
        ([*ROWS, ("x", "", 1, "")], {}, "a row has no day"),
        ([*ROWS, ("x", "d1", 1)], {}, "table.csv:1002: 3 values under 4 columns"),
        ([], {}, "came out empty: 0 groups"),
        (ROWS, {"TRAINING_SHARE": "0.9"}, "shares must be above 0 and add up to 1"),
        (ROWS, {"LABEL_FIELD": "label"}, "lacks the columns label"),
    ],
)
def test_bad_input_is_named(run_script, write_csv, tmp_path, rows, environ, message):
    data = write_csv(tmp_path / "data", HEADER, rows)
    with pytest.raises(ValueError, match=message):
        run_script("tabular_preprocessing", {"data": data}, SPLITS, {**FIELDS, **environ})


def test_no_file_and_differing_files_are_named(run_script, write_csv, tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(FileNotFoundError, match=r"no \.csv file"):
        run_script("tabular_preprocessing", {"data": tmp_path / "data"}, SPLITS, FIELDS)
    write_csv(tmp_path / "data", HEADER, ROWS)
    (tmp_path / "data" / "zz.csv").write_text("day,id,late,note\nd1,x,1,\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"zz\.csv has other columns"):
        run_script("tabular_preprocessing", {"data": tmp_path / "data"}, SPLITS, FIELDS)
