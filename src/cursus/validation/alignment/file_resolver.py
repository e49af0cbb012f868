"""Finds the files of a step in folders of components: exact name first, then the declared spellings, nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cursus.errors import UsageError, did_you_mean, suggest
from cursus.model.workspace import ComponentKind, fold
from cursus.registry.names import UnknownName, alias_key
from cursus.workspace import layout

#: Folder name of each kind, which is also its key in ``base_directories`` and in reports.
KINDS: Mapping[str, ComponentKind] = {folder: kind for kind, folder in layout.KIND_FOLDERS.items()}

_SPELLINGS: tuple[Callable[[str], str], ...] = (lambda name: name, fold, alias_key)


class ComponentFiles(TypedDict):
    """The files of one step; None where it has none."""

    contract: str | None
    spec: str | None
    builder: str | None
    config: str | None


class FilesReport(TypedDict):
    """What one folder holds.

    ``discovered_files`` are file names, ``base_names`` the step names in them, with the job suffix of a spec.
    """

    directory: str
    discovered_files: list[str]
    base_names: list[str]
    count: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds components of one kind.

    :param boundary: links that lead out of this folder are not followed.
    """

    path: Path
    kind: ComponentKind
    boundary: Path

    def files(self) -> dict[str, Path]:
        """Step name (job suffix included) -> file, for what follows the naming, sorted; empty without the folder."""
        boundary = os.path.realpath(self.boundary) + os.sep
        try:
            names = sorted(os.listdir(self.path))  # noqa: PTH208 - names, not paths
        except (FileNotFoundError, NotADirectoryError):
            return {}
        found: dict[str, Path] = {}
        for name in names:
            step = None if name.startswith((".", "_")) else layout.step_of_file_name(self.kind, name)
            path = self.path / name
            if step is not None and path.is_file() and os.path.realpath(path).startswith(boundary):
                found[step] = path
        return found


class FlexibleFileResolver:
    """Finds contracts, specs, builders, scripts and configs by step name.

    Tried in this order: the exact file name; the same name in another case or in CamelCase; the declared aliases
    (preprocess and preprocessing, eval and evaluation, xgb and xgboost). A near miss is never a result.

    :param base_directories: folder of each kind, under the keys ``contracts``, ``specs``, ``builders``, ``scripts``,
        ``configs``, ``interfaces``; those left out hold nothing.
    :raises UsageError: another key.
    """

    def __init__(self, base_directories: Mapping[str, str | Path]) -> None:
        for key in base_directories:
            if key not in KINDS:
                raise UsageError(
                    f"'{key}' is not a kind of component.{did_you_mean(key, KINDS)}", hint=f"One of: {', '.join(KINDS)}"
                )
        self.base_directories: dict[str, str] = {key: str(path) for key, path in base_directories.items()}
        self._files: dict[Folder, dict[str, Path]] = {}

    def find_contract_file(self, step_name: str) -> str | None:
        """Path of the step's contract, None when there is none."""
        return self.find_file(ComponentKind.CONTRACT, step_name)

    def find_spec_file(self, step_name: str) -> str | None:
        """Path of the step's spec, None when there is none; a job variant is named with its job (``x_training``)."""
        return self.find_file(ComponentKind.SPEC, step_name)

    def find_specification_file(self, step_name: str) -> str | None:
        """The same as :meth:`find_spec_file`."""
        return self.find_spec_file(step_name)

    def find_builder_file(self, step_name: str) -> str | None:
        """Path of the step's builder, None when there is none."""
        return self.find_file(ComponentKind.BUILDER, step_name)

    def find_script_file(self, step_name: str) -> str | None:
        """Path of the step's script, None when there is none."""
        return self.find_file(ComponentKind.SCRIPT, step_name)

    def find_config_file(self, step_name: str) -> str | None:
        """Path of the step's config, None when there is none."""
        return self.find_file(ComponentKind.CONFIG, step_name)

    def find_interface_file(self, step_name: str) -> str | None:
        """Path of the step's ``.step.yaml``, None when there is none."""
        return self.find_file(ComponentKind.INTERFACE, step_name)

    def find_all_component_files(self, step_name: str) -> ComponentFiles:
        """Contract, spec, builder and config of the step."""
        return {
            "contract": self.find_contract_file(step_name),
            "spec": self.find_spec_file(step_name),
            "builder": self.find_builder_file(step_name),
            "config": self.find_config_file(step_name),
        }

    def get_available_files_report(self) -> dict[str, FilesReport]:
        """What every folder holds, by kind (plural)."""
        return {
            key: self._report(folder) for key, kind in KINDS.items() for folder in self._layers(kind)[:1] if folder.path
        }

    def suggestions(self, kind: str, step_name: str) -> list[str]:
        """Step names that look like ``step_name``, best first, for a "did you mean"; ``kind`` in the plural."""
        known = {name for folder in self._layers(KINDS[kind]) for name in self._listed(folder)}
        return suggest(step_name, known)

    def refresh_cache(self) -> None:
        """Look at the folders again at the next question."""
        self._files.clear()

    def extract_base_name_from_spec(self, spec_path: str | Path) -> str:
        """``x`` for ``x_spec.py`` and for the job variant ``x_training_spec.py``.

        A name that another kind of file carries whole is a step of its own: ``xgboost_training_spec.py`` beside
        ``xgboost_training_contract.py`` is ``xgboost_training``.

        :raises UsageError: the file is not named like a spec.
        """
        step = layout.step_of_file_name(ComponentKind.SPEC, Path(spec_path).name)
        if step is None:
            pattern = layout.naming_pattern(ComponentKind.SPEC)
            raise UsageError(f"{Path(spec_path).name} is not named {pattern}.", file=Path(spec_path))
        others = [kind for kind in ComponentKind if kind is not ComponentKind.SPEC]
        taken = {name for kind in others for folder in self._layers(kind) for name in self._listed(folder)}
        split = layout.split_job(step)
        return split[0] if split and layout.is_job_variant(step, taken) else step

    def find_spec_constant_name(self, step_name: str, job_type: str | None = None) -> str | None:
        """The name the step's spec module binds its specification to, as ``X_SPEC``; read, not imported.

        :return: None without such a file or name.
        :raises FileError: the file is there but cannot be read.
        """
        # The parser is not needed for finding files.
        from cursus.validation.alignment.spec_constant import spec_constant

        name = f"{step_name}_{job_type}" if job_type else step_name
        path = self.find_spec_file(name)
        return None if path is None else spec_constant(Path(path), name)

    def find_module_file(self, kind: ComponentKind, module: str) -> str | None:
        """Path of the file of a kind called ``<module>.py``, None when there is none."""
        for folder in self._layers(kind):
            for path in self._listed(folder).values():
                if path.name == f"{module}{layout.PYTHON_SUFFIX}":
                    return str(path)
        return None

    # What a subclass with other folders overrides.

    def _layers(self, kind: ComponentKind) -> list[Folder]:
        """Folders of a kind, the one that goes first in front."""
        path = self.base_directories.get(layout.KIND_FOLDERS[kind])
        return [] if path is None else [Folder(Path(path), kind, Path(path))]

    def _listed(self, folder: Folder) -> dict[str, Path]:
        if folder not in self._files:
            self._files[folder] = folder.files()
        return self._files[folder]

    def find_file(self, kind: ComponentKind, step_name: str) -> str | None:
        """Path of one file of the step, None when there is none.

        :raises UnknownName: two files have names that differ from ``step_name`` only by a declared spelling.
        """
        for spelling in _SPELLINGS:
            for folder in self._layers(kind):
                files = self._listed(folder)
                found = [name for name in files if spelling(name) == spelling(step_name)]
                if len(found) > 1:
                    raise UnknownName(step_name, files, ambiguous=found)
                if found:
                    return str(files[found[0]])
        return None

    def _report(self, folder: Folder) -> FilesReport:
        files = self._listed(folder)
        return {
            "directory": str(folder.path),
            "discovered_files": [path.name for path in files.values()],
            "base_names": list(files),
            "count": len(files),
        }
