"""How much is in a folder of data: bytes, and rows where the files are tables."""

from __future__ import annotations

import csv
import gzip
import importlib
import importlib.util
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast


@dataclass(frozen=True, slots=True)
class Amount:
    """What a folder holds.

    :param files: number of regular files, links to files included.
    :param bytes: their total size.
    :param rows: rows of all tables in it, None when it has none or one of them cannot be counted.
    """

    files: int
    bytes: int
    rows: int | None


def measure(folder: Path) -> Amount:
    """Count the files, bytes and rows below ``folder``; a folder that is not there holds nothing."""
    files = list(data_files(folder))
    counted = [count_rows(f) for f in files if is_table(f)]
    known = [c for c in counted if c is not None]
    return Amount(
        files=len(files),
        bytes=sum(f.stat().st_size for f in files),
        rows=sum(known) if counted and len(known) == len(counted) else None,
    )


def data_files(folder: Path) -> Iterator[Path]:
    """Every file below ``folder`` in a stable order; links are followed when they lead to a file."""
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(base, name)
            if path.is_file():
                yield path


def is_table(path: Path) -> bool:
    """Whether the file's name says that it is a table whose rows can be counted."""
    return _kind(path) in _COUNTERS


def count_rows(path: Path) -> int | None:
    """Data rows of a CSV, TSV, JSON Lines or Parquet file; a header line is not a row.

    None when the file is no such table, is damaged, or needs a library that is not installed.
    """
    counter = _COUNTERS.get(_kind(path))
    if counter is None:
        return None
    try:
        return counter(path)
    except (OSError, EOFError, csv.Error, gzip.BadGzipFile):
        return None


def _kind(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    return name.rpartition(".")[2] if "." in name else ""


def _open(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def _count_delimited(path: Path) -> int:
    delimiter = "\t" if _kind(path) == "tsv" else ","
    with _open(path) as stream:
        rows = 0
        for line in stream:
            if b'"' in line:  # a quoted value may hold line breaks; only a real reader knows
                return _count_quoted(path, delimiter)
            if line.strip(b"\r\n"):
                rows += 1
    return max(rows - 1, 0)


def _count_quoted(path: Path, delimiter: str) -> int:
    with _open(path) as stream, io.TextIOWrapper(stream, encoding="latin-1", newline="") as text:
        rows = sum(1 for row in csv.reader(text, delimiter=delimiter) if row)
    return max(rows - 1, 0)


def _count_json_lines(path: Path) -> int:
    with _open(path) as stream:
        return sum(1 for line in stream if line.strip())


def _count_parquet(path: Path) -> int | None:
    if importlib.util.find_spec("pyarrow") is None:
        return None
    parquet = importlib.import_module("pyarrow.parquet")
    arrow = importlib.import_module("pyarrow")
    try:
        return int(parquet.read_metadata(path).num_rows)
    except arrow.ArrowInvalid:
        return None


_COUNTERS: dict[str, Callable[[Path], int | None]] = {
    "csv": _count_delimited,
    "tsv": _count_delimited,
    "jsonl": _count_json_lines,
    "ndjson": _count_json_lines,
    "parquet": _count_parquet,
}
