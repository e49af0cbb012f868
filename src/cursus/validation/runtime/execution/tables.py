"""What a file of data is: its format, its columns, and whether its values are of a stated type."""

from __future__ import annotations

import csv
import gzip
import importlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, cast

SAMPLE_ROWS = 1000
_SUFFIXES = {"ndjson": "jsonl", "parq": "parquet", "pkl": "pickle", "yml": "yaml"}
_DELIMITERS = {"csv": ",", "tsv": "\t"}


class UnreadableTable(ValueError):
    """The file is not what its name says."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's head.

    :param columns: in the file's order.
    :param sample: column -> the first values, empty for formats whose values are typed by themselves.
    """

    format: str
    columns: tuple[str, ...]
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def format_of(path: Path) -> str:
    """The format a file's name states: ``csv``, ``tsv``, ``jsonl``, ``parquet`` or its own suffix in lower case."""
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    return _SUFFIXES.get(suffix, suffix)


def read_table(path: Path) -> Table | None:
    """The columns and first rows of a CSV, TSV, JSON Lines or Parquet file; None for anything else.

    None also for Parquet when no library that reads it is installed.

    :raises UnreadableTable: the file is not what its name says.
    :raises OSError: it cannot be read.
    """
    kind = format_of(path)
    try:
        if kind in _DELIMITERS:
            return _delimited(path, kind)
        if kind == "jsonl":
            return _json_lines(path)
        return _parquet(path) if kind == "parquet" else None
    except (UnicodeDecodeError, csv.Error, json.JSONDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise UnreadableTable(f"{path.name} is not readable as {kind}: {error}") from error


def first_misfit(values: tuple[str, ...], kind: str) -> tuple[int, str] | None:
    """(row from 1, value) of the first value that is no ``kind``; empty values are missing ones and fit."""
    fits = _FITS.get(kind)
    if fits is None:
        return None
    for row, value in enumerate(values, start=1):
        if value == "":
            continue
        try:
            fits(value)
        except ValueError:
            return row, value
    return None


def _open(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def _text(path: Path) -> Iterator[str]:
    with _open(path) as stream, io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        yield from text


def _delimited(path: Path, kind: str) -> Table:
    rows = csv.reader(_text(path), delimiter=_DELIMITERS[kind])
    header = tuple(next(rows, ()))
    sample = [row for row in islice(rows, SAMPLE_ROWS) if row]
    if wrong := next((n for n, row in enumerate(sample, start=1) if len(row) != len(header)), None):
        raise UnreadableTable(f"{path.name}: row {wrong} has {len(sample[wrong - 1])} values, the header {len(header)}")
    return Table(kind, header, {name: tuple(row[i] for row in sample) for i, name in enumerate(header)})


def _json_lines(path: Path) -> Table:
    values: dict[str, list[str]] = {}
    for number, line in enumerate(islice((t for t in _text(path) if t.strip()), SAMPLE_ROWS), start=1):
        row = json.loads(line)
        if not isinstance(row, dict):
            raise UnreadableTable(f"{path.name}: line {number} is not an object")
        for name, value in row.items():
            values.setdefault(name, []).append("" if value is None else str(value))
    return Table("jsonl", tuple(values), {name: tuple(column) for name, column in values.items()})


def _parquet(path: Path) -> Table | None:
    if importlib.util.find_spec("pyarrow") is None:
        return None
    parquet, arrow = importlib.import_module("pyarrow.parquet"), importlib.import_module("pyarrow")
    try:
        names = parquet.read_schema(path).names
    except arrow.ArrowInvalid as error:
        raise UnreadableTable(f"{path.name} is not readable as parquet: {error}") from error
    return Table("parquet", tuple(names))


def _bool(value: str) -> None:
    if value.strip().lower() not in ("0", "1", "true", "false"):
        raise ValueError(value)


_FITS: Mapping[str, Callable[[str], object]] = {
    "int": int,
    "float": float,
    "bool": _bool,
    "datetime": datetime.fromisoformat,
}
