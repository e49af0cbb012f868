"""Splits a table into training, validation, calibration and testing data.

Which split a row falls into depends on nothing but its group (or its id, when no group field is named) and the seed: a
hash, not the order of the rows and not a random generator. So a split is the same on every machine, rows that belong
together (one day, one customer) stay together, and a row that arrives later does not move the others. Values pass
through as they are; rows are streamed, so the table may be larger than the memory.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

INPUTS = {"data": "/opt/ml/processing/input/data"}
OUTPUTS = {
    "training_data": "/opt/ml/processing/output/training_data",
    "validation_data": "/opt/ml/processing/output/validation_data",
    "calibration_data": "/opt/ml/processing/output/calibration_data",
    "testing_data": "/opt/ml/processing/output/testing_data",
}
SPLITS = tuple(OUTPUTS)
MOST_CLASSES = 20


class Split:
    """What was written to one split so far."""

    def __init__(self) -> None:
        self.rows = 0
        self.labels: dict[str, int] = {}
        self.groups: set[str] = set()

    def add(self, label: str, group: str) -> None:
        """Count one row."""
        self.rows += 1
        self.groups.add(group)
        self.labels[label] = self.labels.get(label, 0) + 1

    def report(self) -> dict[str, object]:
        """Counts for the log; labels only when they are classes."""
        counts: dict[str, object] = {"rows": self.rows, "groups": len(self.groups)}
        return {**counts, "labels": dict(sorted(self.labels.items()))} if len(self.labels) <= MOST_CLASSES else counts


def read_rows(folder: str, needed: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """(header, row) for every row of every CSV file in ``folder``, files by name."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    first: list[str] | None = None
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, None)
            if header is None:
                raise ValueError(f"{file} is empty: a header line is expected")
            if missing := [name for name in needed if name not in header]:
                raise ValueError(f"{file} lacks the columns {', '.join(missing)}")
            if first is not None and header != first:
                raise ValueError(f"{file} has other columns than {files[0]}")
            first = header
            for row in reader:
                if len(row) != len(header):
                    raise ValueError(f"{file}:{reader.line_num}: {len(row)} values under {len(header)} columns")
                yield header, row


def position(group: str, seed: str) -> float:
    """Where a group stands between 0 and 1; uniform over groups and independent of everything but its arguments."""
    digest = hashlib.sha256(f"{seed}:{group}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def read_shares(environ_vars: Mapping[str, str]) -> dict[str, float]:
    """The share of each split, in the order of the splits."""
    shares = {
        "training_data": float(environ_vars.get("TRAINING_SHARE", "0.6")),
        "validation_data": float(environ_vars.get("VALIDATION_SHARE", "0.1")),
        "calibration_data": float(environ_vars.get("CALIBRATION_SHARE", "0.1")),
        "testing_data": float(environ_vars.get("TESTING_SHARE", "0.2")),
    }
    if min(shares.values()) <= 0 or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"shares must be above 0 and add up to 1, not {shares}")
    return shares


def assign(group: str, seed: str, shares: Mapping[str, float]) -> str:
    """The split of a group."""
    at, upper = position(group, seed), 0.0
    for name, share in shares.items():
        upper += share
        if at < upper:
            return name
    return SPLITS[-1]


def split_table(
    folder: str, targets: Mapping[str, str], fields: list[str], seed: str, shares: Mapping[str, float]
) -> dict[str, Split]:
    """Write every row to its split.

    :param fields: names of the label, id and group columns.
    :raises ValueError: for a row without label, id or group, and for an id that appears twice.
    """
    splits = {name: Split() for name in SPLITS}
    of_group: dict[str, str] = {}
    ids: set[str] = set()
    with contextlib.ExitStack() as stack:
        writers = {}
        for name, target in targets.items():
            Path(target).mkdir(parents=True, exist_ok=True)
            stream = stack.enter_context(Path(target, f"{name}.csv").open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(stream, lineterminator="\n")
        places: list[int] = []
        for header, row in read_rows(folder, fields):
            if not places:
                places = [header.index(name) for name in fields]
                for writer in writers.values():
                    writer.writerow(header)
            label, row_id, group = (row[place] for place in places)
            if not (label and row_id and group):
                raise ValueError(
                    f"a row has no {', '.join(f for f, p in zip(fields, places, strict=False) if not row[p])}: {row}"
                )
            if row_id in ids:
                raise ValueError(f"{fields[1]} '{row_id}' appears twice")
            ids.add(row_id)
            if group not in of_group:
                of_group[group] = assign(group, seed, shares)
            writers[of_group[group]].writerow(row)
            splits[of_group[group]].add(label, group)
    return splits


def check(splits: Mapping[str, Split]) -> None:
    """No split is empty, and no group (so, ids being unique, no id) is in two of them."""
    groups = sum(len(split.groups) for split in splits.values())
    if empty := [name for name, split in splits.items() if not split.rows]:
        raise ValueError(f"{', '.join(empty)} came out empty: {groups} groups are too few; change shares or seed")
    if len(set().union(*(split.groups for split in splits.values()))) != groups:
        raise ValueError("a group is in two splits")


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    """Stream the rows to their splits, then check what came out."""
    label_field, id_field = environ_vars["LABEL_FIELD"], environ_vars["ID_FIELD"]
    group_field = environ_vars.get("GROUP_FIELD", "") or id_field
    targets = {
        "training_data": output_paths["training_data"],
        "validation_data": output_paths["validation_data"],
        "calibration_data": output_paths["calibration_data"],
        "testing_data": output_paths["testing_data"],
    }
    fields = [label_field, id_field, group_field]
    seed = environ_vars.get("SPLIT_SEED", "0")
    splits = split_table(input_paths["data"], targets, fields, seed, read_shares(environ_vars))
    check(splits)
    for name, split in splits.items():
        print(json.dumps({name: split.report()}))


if __name__ == "__main__":
    main(INPUTS, OUTPUTS, dict(os.environ), argparse.ArgumentParser(description=__doc__).parse_args())
