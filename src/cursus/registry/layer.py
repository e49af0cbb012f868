"""All steps of one workspace, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cursus.errors import CursusError, FileError
from cursus.model.finding import Finding, Severity
from cursus.model.manifest import Overlay
from cursus.model.step import Contract, StepEntry
from cursus.model.workspace import Component, ComponentKind, Workspace, fold
from cursus.registry.definition import Definition, group, read_definition
from cursus.registry.errors import IncompleteStep, StepConflict
from cursus.registry.names import alias_key
from cursus.workspace.index import WorkspaceIndex


@dataclass(frozen=True)
class Rows:
    """A workspace's overlay, by folded name.

    :param error: why the overlay could not be read; the other fields are then empty.
    """

    steps: Mapping[str, StepEntry] = field(default_factory=dict)
    overrides: Mapping[str, StepEntry] = field(default_factory=dict)
    overlay: Overlay | None = None
    error: FileError | None = None

    @property
    def all(self) -> dict[str, StepEntry]:
        """Every row; an override wins over a step of the same name."""
        return {**self.steps, **self.overrides}


def read_rows(workspace: Workspace, index: WorkspaceIndex) -> Rows:
    """The overlay of a workspace; a broken one is recorded, not raised, so that it stops nothing else."""
    try:
        overlay = index.overlay(workspace.id)
    except FileError as error:
        return Rows(error=error)
    if overlay is None:
        return Rows()
    steps = {fold(name): overlay.steps[name] for name in sorted(overlay.steps)}
    overrides = {fold(name): overlay.overrides[name] for name in sorted(overlay.overrides)}
    return Rows(steps, overrides, overlay)


@dataclass
class LayerSteps:
    """The steps of one workspace by key, and what could not be read.

    :param definitions: by folded canonical name.
    :param errors: by folded name, why the step that is there cannot be used.
    :param file_keys: folded file name -> folded canonical name, where the two differ.
    :param parts: builders and configs without a step of their own, by folded name.
    """

    workspace: Workspace
    rows: Rows
    definitions: dict[str, Definition] = field(default_factory=dict)
    errors: dict[str, CursusError] = field(default_factory=dict)
    file_keys: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[Component, ...]] = field(default_factory=dict)

    def lookup(self, step: str) -> Definition | None:
        """The step of that canonical or folded file name, or None when it is not here.

        :raises CursusError: it is here and broken; or the overlay, which may name it, is.
        """
        key = fold(step)
        key = key if key in self.definitions else self.file_keys.get(key, key)
        return self._sound(key)

    def lookup_alias(self, step: str) -> Definition | None:
        """The one step whose name differs from ``step`` by declared aliases only; None for none or several."""
        wanted = alias_key(step)
        found = [key for key, definition in self.definitions.items() if alias_key(definition.name) == wanted]
        return self._sound(found[0]) if len(found) == 1 else None

    def _sound(self, key: str) -> Definition | None:
        if key in self.errors:
            raise self.errors[key].with_traceback(None)
        definition = self.definitions.get(key)
        if definition is not None and self.rows.error is not None:
            raise self.rows.error.with_traceback(None)
        return definition

    def findings(self) -> list[Finding]:
        """One finding for each distinct thing that is broken."""
        errors = [*self.errors.values(), *([self.rows.error] if self.rows.error else [])]
        return sorted({_finding(error) for error in errors}, key=Finding.sort_key)


def read_layer(
    workspace: Workspace,
    components: Sequence[Component],
    rows: Rows,
    lower_rows: Sequence[Mapping[str, StepEntry]],
    index: WorkspaceIndex,
) -> LayerSteps:
    """All steps of ``workspace``.

    :param lower_rows: the rows of shared and core, which name a step that has none of its own.
    """
    layer = LayerSteps(workspace, rows)
    scripts = {c.path.name: c for c in components if c.kind is ComponentKind.SCRIPT}
    read: dict[str, Definition] = {}
    index.expect(workspace.id, (ComponentKind.CONTRACT, ComponentKind.SPEC))
    for key, files in group(components).items():
        if key in rows.overrides and all(c.kind in (ComponentKind.BUILDER, ComponentKind.CONFIG) for c in files):
            layer.parts[key] = tuple(files)
            continue
        try:
            read[key] = read_definition(workspace, files, (rows.all, *lower_rows), scripts, index)
        except CursusError as error:
            error.workspace = error.workspace or workspace.id
            error.step = error.step or files[0].step
            layer.errors[key] = error
    _drop_claimed_scripts(read)
    _enter(layer, read)
    return layer


def _drop_claimed_scripts(read: dict[str, Definition]) -> None:
    """A script that the contract of another step names is that step's, not a step of its own."""
    claimed = {
        d.components[ComponentKind.SCRIPT].path
        for d in read.values()
        if isinstance(d.contract, Contract) and ComponentKind.SCRIPT in d.components
    }
    for key, definition in list(read.items()):
        bare = set(definition.components) == {ComponentKind.SCRIPT} and not definition.specs
        if bare and definition.contract is None and definition.components[ComponentKind.SCRIPT].path in claimed:
            del read[key]


def _enter(layer: LayerSteps, read: Mapping[str, Definition]) -> None:
    """File the definitions under their canonical names; two under one name are both refused."""
    claims: dict[str, list[str]] = {}
    for file_key, definition in read.items():
        claims.setdefault(definition.key, []).append(file_key)
    for key, file_keys in claims.items():
        broken = layer.errors.get(key)
        if len(file_keys) > 1 or (broken is not None and file_keys != [key]):
            error = broken or _same_name(layer.workspace, [read[f] for f in file_keys])
            layer.errors.update(dict.fromkeys([key, *file_keys], error))
            continue
        layer.definitions[key] = read[file_keys[0]]
        if file_keys[0] != key:
            layer.file_keys[file_keys[0]] = key


def _same_name(workspace: Workspace, definitions: Sequence[Definition]) -> StepConflict:
    names = " and ".join(sorted({f"'{d.name}'" for d in definitions}))
    return StepConflict(
        f"Workspace '{workspace.id}' defines {names} {len(definitions)} times under one name.",
        [place for d in definitions for place in d.places()],
        hint="Rename all but one of them.",
        workspace=workspace.id,
        step=definitions[0].name,
    )


def _finding(error: CursusError) -> Finding:
    finding = Finding.from_error(error)
    return replace(finding, severity=Severity.WARNING) if isinstance(error, IncompleteStep) else finding
