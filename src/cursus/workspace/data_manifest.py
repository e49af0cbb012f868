"""``data_manifest.yaml``: which file or folder feeds which input of which script.

.. code-block:: yaml

    version: "1.0"
    description: A sample of the flights
    scripts:
      flight_features:                  # the script's file name, with or without .py
        flights: {path: flights, format: csv, description: one file for each month}
    workspace_scripts:
      "ingest:flight_features":         # only when that workspace asks; comes first
        flights: {path: flights_small}

Paths are relative to the manifest's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from cursus.errors import FileError, did_you_mean
from cursus.workspace.yaml_reader import Document, read_yaml

_TOP = ("version", "description", "scripts", "workspace_scripts")
_ENTRY = ("path", "format", "description")


class InvalidDataManifest(FileError):
    """The file is YAML but not a data manifest."""

    code = "invalid-data-manifest"


class DataFileMissing(FileError):
    """A data manifest names a file or folder that is not there."""

    code = "data-file-missing"


@dataclass(frozen=True, slots=True)
class DataEntry:
    """Data for one input.

    :param path: absolute; whether it exists is not known yet.
    :param line: where the manifest says so.
    """

    path: Path
    line: int
    format: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class DataManifest:
    """A manifest, read.

    :param scripts: script (without ``.py``) -> logical name -> entry.
    :param workspace_scripts: (workspace, script) -> logical name -> entry.
    """

    path: Path
    workspace: str | None = None
    version: str = "1.0"
    description: str = ""
    scripts: Mapping[str, Mapping[str, DataEntry]] = field(default_factory=dict)
    workspace_scripts: Mapping[tuple[str, str], Mapping[str, DataEntry]] = field(default_factory=dict)

    def entries(self, script: str, workspace: str | None = None) -> Mapping[str, DataEntry] | None:
        """Logical name -> entry of a script; entries for ``workspace`` win. None when the script is not listed.

        :param script: file name, with or without ``.py``.
        """
        stem = script.removesuffix(".py")
        general = self.scripts.get(stem)
        special = None if workspace is None else self.workspace_scripts.get((workspace, stem))
        if general is None and special is None:
            return None
        return {**(general or {}), **(special or {})}

    def existing(self, script: str, name: str, entry: DataEntry) -> Path:
        """The entry's path.

        :raises DataFileMissing: there is nothing at it.
        """
        if not entry.path.exists():
            raise DataFileMissing(
                f"{self.path.name} says that '{name}' of {script} is at {entry.path}, but there is nothing there.",
                hint=f"Put the data there, or correct line {entry.line} of {self.path}",
                workspace=self.workspace,
                file=self.path,
                line=entry.line,
            )
        return entry.path


def read_data_manifest(path: Path, workspace: str | None = None) -> DataManifest | None:
    """The manifest at ``path``, or None when there is no such file.

    :param workspace: the workspace it belongs to, for error messages.
    :raises FileError: it is there but cannot be read, or says something that does not belong.
    """
    if not path.exists():
        return None
    return _Reader(read_yaml(path, workspace=workspace)).manifest()


class _Reader:
    """One reading of one document; every complaint names the line."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def manifest(self) -> DataManifest:
        value = self.document.value
        top = {} if value is None else self.mapping(value, (), _TOP)
        scripts = {
            name.removesuffix(".py"): self.entries(entries, ("scripts", name))
            for name, entries in self.mapping(top.get("scripts"), ("scripts",)).items()
        }
        special = {
            self.workspace_key(key): self.entries(entries, ("workspace_scripts", key))
            for key, entries in self.mapping(top.get("workspace_scripts"), ("workspace_scripts",)).items()
        }
        return DataManifest(
            path=self.document.path,
            workspace=self.document.workspace,
            version=str(top.get("version", "1.0")),
            description=str(top.get("description") or ""),
            scripts=scripts,
            workspace_scripts=special,
        )

    def workspace_key(self, key: str) -> tuple[str, str]:
        workspace, colon, script = key.partition(":")
        if not (workspace and colon and script):
            self.fail(f"'{key}' must be written '<workspace>:<script>'", "workspace_scripts", key)
        return workspace, script.removesuffix(".py")

    def entries(self, value: Any, where: tuple[str, ...]) -> dict[str, DataEntry]:
        return {name: self.entry(entry, (*where, name)) for name, entry in self.mapping(value, where).items()}

    def entry(self, value: Any, where: tuple[str, ...]) -> DataEntry:
        stated = self.mapping(value, where, _ENTRY)
        path = stated.get("path")
        if not isinstance(path, str) or not path:
            self.fail("'path' is missing: the file or folder, relative to this file", *where)
        kind = stated.get("format")
        return DataEntry(
            path=(self.document.path.parent / path).absolute(),
            line=self.document.line(*where),
            format=None if kind is None else str(kind),
            description=str(stated.get("description") or ""),
        )

    def mapping(self, value: Any, where: tuple[str, ...], known: tuple[str, ...] | None = None) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fail("a mapping is needed here", *where)
        for key in value:
            if known is not None and key not in known:
                self.fail(
                    f"'{key}' does not belong here.{did_you_mean(key, known)} Known: {', '.join(known)}", *where, key
                )
        return value

    def fail(self, why: str, *where: str) -> NoReturn:
        line = self.document.line(*where)
        place = ".".join(where)
        raise InvalidDataManifest(
            f"{self.document.path.name}: {place + ': ' if place else ''}{why}.",
            hint=f"Correct line {line} of {self.document.path}",
            workspace=self.document.workspace,
            file=self.document.path,
            line=line,
        )
