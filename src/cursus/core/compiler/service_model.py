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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.errors import ConfigurationError

Shape = Mapping[str, Any]


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
                model = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)
                return ServiceModel(service, version.name, model["shapes"], model["operations"])
    raise ConfigurationError(
        f"The installed botocore has no description of the service '{service}' in {folder}.",
        hint="pip install --upgrade botocore",
        file=folder,
    )


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
