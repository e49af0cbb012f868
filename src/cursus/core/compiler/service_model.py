"""AWS's own description of its requests and responses, read from the data files of the installed botocore.

Only the JSON file is read: botocore is not imported, so neither credentials, region, user configuration
(``~/.aws/models``) nor the network can have an influence, and no time is spent on what a client would need.
"""

from __future__ import annotations

import functools
import gzip
import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.errors import ConfigurationError

Shape = Mapping[str, Any]
#: An entry of a section in a file as botocore's are written: its name, and where its value begins.
_ENTRY = re.compile(rb'\n    "(\w+)":(\{)')


@dataclass(frozen=True, eq=False)
class ServiceModel:
    """The shapes of one AWS service.

    :param version: the API version, ``2017-07-24``.
    """

    service: str
    version: str
    shapes: Mapping[str, Shape]
    operations: Mapping[str, Mapping[str, Any]]

    def shape(self, name: str) -> Shape:
        """The shape of that name; ``KeyError`` when the service has none."""
        return self.shapes[name]

    def input_of(self, operation: str) -> str:
        """Name of the operation's request shape."""
        return str(self.operations[operation]["input"]["shape"])

    def output_of(self, operation: str) -> str:
        """Name of the operation's response shape."""
        return str(self.operations[operation]["output"]["shape"])


@functools.cache
def load_service_model(service: str) -> ServiceModel:
    """The model of ``service``, read once per process.

    :raises ConfigurationError: the installed botocore has no model of it.
    """
    folder = _data_folder() / service
    versions = sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []
    for version in reversed(versions):
        for name in ("service-2.json.gz", "service-2.json"):
            file = version / name
            if file.is_file():
                content = file.read_bytes()
                model = gzip.decompress(content) if name.endswith(".gz") else content
                shapes, operations = _Section(model, "shapes"), _Section(model, "operations")
                return ServiceModel(service, version.name, shapes, operations)
    raise ConfigurationError(
        f"The installed botocore has no description of the service '{service}' in {folder}.",
        hint="pip install --upgrade botocore",
        file=folder,
    )


class _Section(Mapping[str, Mapping[str, Any]]):
    """A section of a model's JSON, each entry parsed when it is asked for: a pipeline needs a tenth of them.

    botocore's files are indented alike, by which the entries are found; a line break cannot stand in a JSON string.
    What is not found in this way, because it is not there or is written otherwise, is looked for in the whole, parsed.
    """

    def __init__(self, model: bytes, name: str) -> None:
        self._model = model
        self._name = name
        self._parsed: dict[str, Mapping[str, Any]] = {}
        start = model.find(b'\n  "%s":{\n' % name.encode())
        end = model.find(b"\n  }", start)
        found = _ENTRY.finditer(model, start, end) if 0 <= start < end else ()
        self._places = {entry[1].decode(): entry.start(2) for entry in found}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if name not in self._parsed:
            self._parsed[name] = self._parse(name)
        return self._parsed[name]

    def _parse(self, name: str) -> Mapping[str, Any]:
        place = self._places.get(name)
        if place is None:
            return self._whole[name]
        following = self._model.find(b'\n    "', place)
        text = self._model[place:following].decode()
        entry: Mapping[str, Any] = json.JSONDecoder().raw_decode(text)[0]
        return entry

    @functools.cached_property
    def _whole(self) -> Mapping[str, Mapping[str, Any]]:
        section: Mapping[str, Mapping[str, Any]] = json.loads(self._model)[self._name]
        return section

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)


def _data_folder() -> Path:
    found = importlib.util.find_spec("botocore")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError("botocore is not installed.", hint="pip install botocore")
    return Path(next(iter(found.submodule_search_locations))) / "data"


@functools.cache
def compiled_pattern(pattern: str) -> re.Pattern[str] | None:
    r"""A shape's pattern as Python understands it, or None when it cannot be checked here.

    The service's patterns are Java's. ``\p{L}``, ``\p{N}`` and ``\p{Z}`` have (slightly wider) equivalents; patterns
    with other such classes are left to the service rather than refused by mistake.
    """
    for java, python in ((r"\p{L}", r"\w"), (r"\p{N}", r"\d"), (r"\p{Z}", r"\s")):
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None
