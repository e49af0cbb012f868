from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import FileError
from cursus.workspace.data_manifest import DataFileMissing, InvalidDataManifest, read_data_manifest

GOOD = """\
version: "1.0"
description: A sample
scripts:
  flight_features.py:
    flights: {path: flights, format: csv, description: all}
    weather: {path: /data/weather.csv}
workspace_scripts:
  "ingest:flight_features":
    flights: {path: small}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "data_manifest.yaml"
    path.write_text(GOOD)
    return path


def test_workspace_entries_come_first(manifest: Path) -> None:
    read = read_data_manifest(manifest, "ingest")
    assert read is not None
    general = read.entries("flight_features")
    assert general is not None
    assert general["flights"].path == manifest.parent / "flights"
    assert general["flights"].format == "csv"
    assert general["weather"].path == Path("/data/weather.csv")
    special = read.entries("flight_features.py", "ingest")
    assert special is not None
    assert special["flights"].path == manifest.parent / "small"
    assert special["weather"].path == Path("/data/weather.csv")
    assert read.entries("other") is None


def test_absent_is_none_and_empty_says_nothing(tmp_path: Path) -> None:
    assert read_data_manifest(tmp_path / "data_manifest.yaml") is None
    (tmp_path / "data_manifest.yaml").write_text("# nothing yet\n")
    read = read_data_manifest(tmp_path / "data_manifest.yaml")
    assert read is not None
    assert read.scripts == {}


def test_data_that_is_not_there_is_an_error(manifest: Path) -> None:
    read = read_data_manifest(manifest, "ingest")
    assert read is not None
    entry = (read.entries("flight_features") or {})["flights"]
    with pytest.raises(DataFileMissing, match="there is nothing there") as caught:
        read.existing("flight_features", "flights", entry)
    assert (caught.value.line, caught.value.workspace, caught.value.file) == (5, "ingest", manifest)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("scripts: [a]", "scripts: a mapping is needed here", 1),
        ("scripts:\n  a:\n    b: {format: csv}", "scripts.a.b: 'path' is missing", 3),
        ("scripts:\n  a:\n    b: {path: x, formt: csv}", "'formt' does not belong here. Did you mean 'format'?", 3),
        ("skripts: {}", "'skripts' does not belong here. Did you mean 'scripts'", 1),
        ("workspace_scripts:\n  a: {b: {path: x}}", "must be written '<workspace>:<script>'", 2),
        ("- 1", "a mapping is needed here", 1),
    ],
)
def test_what_does_not_belong_is_refused_with_its_line(tmp_path: Path, text: str, message: str, line: int) -> None:
    path = tmp_path / "data_manifest.yaml"
    path.write_text(text)
    with pytest.raises(InvalidDataManifest) as caught:
        read_data_manifest(path)
    assert message in str(caught.value)
    assert caught.value.line == line


def test_malformed_yaml(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("scripts: {a: [")
    with pytest.raises(FileError) as caught:
        read_data_manifest(tmp_path / "m.yaml")
    assert caught.value.code == "malformed-yaml"
