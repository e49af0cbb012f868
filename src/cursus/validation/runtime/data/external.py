"""Which file or folder feeds each input that no other step of the plan feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cursus.errors import ConfigurationError, UsageError, did_you_mean
from cursus.model.expression import Get
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.workspace import Workspace
from cursus.workspace.data_manifest import DataManifest, read_data_manifest
from cursus.workspace.layout import data_manifest_path


class NoData(ConfigurationError):
    """Inputs for which nothing names any data."""

    code = "no-data"


@dataclass(frozen=True, slots=True)
class OpenInput:
    """An input of a script that data must enter through from outside."""

    step: PlannedStep
    name: str
    required: bool

    @property
    def key(self) -> tuple[str, str]:
        """(node, logical name)."""
        return (self.step.name, self.name)

    @property
    def script(self) -> str:
        """The script's file name without ``.py``."""
        return script_name(self.step)


def open_inputs(plan: PipelinePlan) -> tuple[OpenInput, ...]:
    """The inputs of scripts that no step of the plan feeds, in the plan's order."""
    found = []
    for step in plan.steps:
        if step.contract is None or step.code is None:
            continue
        bound = {b.input for b in plan.bindings_of(step.name)}
        for name in step.contract.inputs:
            if name not in bound:
                dependency = step.spec.dependency(name)
                found.append(OpenInput(step, name, dependency is None or dependency.required))
    return tuple(found)


def find_data(
    plan: PipelinePlan,
    workspaces: Iterable[Workspace],
    *,
    given: Mapping[tuple[str, str], Path] | None = None,
    manifest: Path | None = None,
    developer: str | None = None,
) -> dict[tuple[str, str], Path]:
    """(node, logical name) -> file or folder, for everything that enters the plan from outside.

    What is given wins, also over the output of another step; then the manifest's entry for the script; then a
    ``file://`` URI of the plan. Optional inputs without data are left out.

    :param workspaces: where manifests are looked for: the one of the step's workspace.
    :param given: see :func:`parse_inputs`.
    :param manifest: read this one instead of the workspaces' own.
    :param developer: the workspace that asks; its manifest is looked at first, for steps of shared and core too.
    :raises NoData: a required input for which nothing names any data.
    :raises FileError: a manifest is broken, or names what is not there.
    """
    manifests = _Manifests({w.id: data_manifest_path(w) for w in workspaces}, manifest, developer)
    uris = {(e.step, e.input): e.uri for e in plan.external_inputs}
    found = dict(given or {})
    missing = []
    for item in open_inputs(plan):
        if item.key in found:
            continue
        path = manifests.find(item) or _local_path(uris.get(item.key, ""))
        if path is not None:
            found[item.key] = path
        elif item.required:
            missing.append(item)
    if missing:
        raise _no_data(missing, manifests)
    return found


def parse_inputs(texts: Iterable[str], plan: PipelinePlan) -> dict[tuple[str, str], Path]:
    """``[NODE.]NAME=PATH`` options as (node, logical name) -> absolute path.

    NODE may be left out when the plan has one step only.

    :raises UsageError: not of that form, no such node or input, nothing at the path, or the same input twice.
    """
    parsed: dict[tuple[str, str], Path] = {}
    for text in texts:
        target, equals, path = text.partition("=")
        if not (target and equals and path):
            raise UsageError(f"--input {text!r} is not of the form [NODE.]NAME=PATH.")
        key = input_key(target, plan)
        if key in parsed:
            raise UsageError(f"--input {'.'.join(key)} is given twice.")
        absolute = Path(path).expanduser().absolute()
        if not absolute.exists():
            raise UsageError(f"--input {target}: there is nothing at {path}.", file=absolute)
        parsed[key] = absolute
    return parsed


def script_name(step: PlannedStep) -> str:
    """The file name of a step's script without ``.py``."""
    return "" if step.code is None else Path(step.code.entry_point).stem


def input_key(target: str, plan: PipelinePlan) -> tuple[str, str]:
    """``[NODE.]NAME`` as (node, logical name).

    :raises UsageError: the plan has no such node or input, or NODE is missing and there are several.
    """
    node, dot, name = target.rpartition(".")
    steps = {s.name: s for s in plan.steps}
    if not dot:
        if len(steps) != 1:
            raise UsageError(
                f"--input {target}: the pipeline has several steps; say which one.", hint=f"--input NODE.{target}=PATH"
            )
        node = next(iter(steps))
    if node not in steps:
        raise UsageError(
            f"--input {target}: the pipeline has no step '{node}'.{did_you_mean(node, steps)} "
            f"Steps: {', '.join(sorted(steps))}."
        )
    contract = steps[node].contract
    names = () if contract is None else contract.inputs
    if name not in names:
        raise UsageError(
            f"--input {target}: step '{node}' has no input '{name}'.{did_you_mean(name, names)} "
            f"Inputs: {', '.join(names) or 'none'}."
        )
    return (node, name)


class _Manifests:
    """The manifests that may say something, each read once and only when asked."""

    def __init__(self, paths: Mapping[str, Path], instead: Path | None, developer: str | None) -> None:
        self._paths = paths
        self._instead = instead
        self._developer = developer
        self._read: dict[Path, DataManifest | None] = {}

    def find(self, item: OpenInput) -> Path | None:
        """Data that a manifest names for the input, or None.

        :raises FileError: a manifest is broken, or names what is not there.
        """
        for path, workspace in self.places(item.step):
            if path not in self._read:
                self._read[path] = read_data_manifest(path, workspace)
            manifest = self._read[path]
            entries = (
                None if manifest is None else manifest.entries(item.script, self._developer or item.step.workspace)
            )
            if manifest is not None and entries and item.name in entries:
                return manifest.existing(item.script, item.name, entries[item.name])
        return None

    def places(self, step: PlannedStep) -> list[tuple[Path, str | None]]:
        """(manifest file, its workspace) in the order they are looked at."""
        if self._instead is not None:
            return [(self._instead.absolute(), None)]
        ids = dict.fromkeys(i for i in (self._developer, step.workspace) if i in self._paths)
        return [(self._paths[i], i) for i in ids if i is not None]

    def place_to_write(self, step: PlannedStep) -> Path | None:
        """The manifest an entry for the step belongs in."""
        places = self.places(step)
        return places[0][0] if places else None


def _local_path(uri: str | Get) -> Path | None:
    if isinstance(uri, Get):
        return None
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    path = Path(unquote(parts.path))
    return path if path.exists() else None


def _no_data(missing: list[OpenInput], manifests: _Manifests) -> NoData:
    first = missing[0]
    names = ", ".join(".".join(item.key) for item in missing)
    path = manifests.place_to_write(first.step)
    option = f"--input {first.step.name}.{first.name}=PATH"
    entry = f"scripts: {{{first.script}: {{{first.name}: {{path: …, format: csv}}}}}}"
    return NoData(
        f"Nothing names local data for {'an input' if len(missing) == 1 else f'{len(missing)} inputs'}: {names}.",
        hint=f"Give {option}" + ("" if path is None else f", or write to {path}: {entry}"),
        workspace=first.step.workspace,
        step=first.step.name,
        file=path,
    )
