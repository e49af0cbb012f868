"""From the catalog to subjects: the files of a workspace grouped into steps, each part read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from cursus.errors import CursusError
from cursus.model.facts import ModuleFacts
from cursus.model.step import Contract, Opaque, Spec, Step
from cursus.model.workspace import Component, ComponentKind, Layer, Workspace, fold
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.files import python_files
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.source import Sources
from cursus.validation.analysis.subject import Module, Reading, StepSubject, WorkspaceSubject
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import kind_dir

T = TypeVar("T")
Modules = Mapping[Path, ModuleFacts | CursusError]


def collect(catalog: StepCatalog, workspace_id: str, offers: Offers) -> WorkspaceSubject:
    """Everything there is to judge in one workspace. A broken file never raises here; it becomes a reason.

    :raises UnknownWorkspace: there is no such workspace.
    """
    index = catalog.index
    tree = index.tree
    workspace = index.workspace(workspace_id)
    components = tree.components.get(workspace_id, ())
    paths = python_files(workspace, (c.path for c in components if c.kind is not ComponentKind.INTERFACE))
    index.expect(workspace_id)
    modules = {path: _module(index, path) for path in paths}
    files = Sources(workspace)
    reader = _Reader(catalog, workspace, modules, offers, files)
    steps = tuple(sorted(reader.steps(components), key=lambda s: s.name))
    owner = reader.owner()
    contracts = [s.read_contract.value for s in steps if s.read_contract.value is not None]
    return WorkspaceSubject(
        workspace=workspace,
        root=tree.root,
        catalog=catalog,
        steps=steps,
        modules=modules,
        files=files,
        offers=offers,
        errors=tuple(reader.errors),
        others=tuple(w.id for w in tree.workspaces if w.layer is Layer.DEVELOPER and w.id != workspace_id),
        scanned=tuple(f for f in tree.findings if f.workspace == workspace_id),
        problems=catalog.problems(workspace_id),
        owner=owner,
        declared=frozenset(name for c in contracts for name in c.framework_requirements),
    )


def _module(index: WorkspaceIndex, path: Path) -> ModuleFacts | CursusError:
    try:
        return index.module(path)
    except CursusError as error:
        return error


class _Reader:
    """Reads the parts of the steps of one workspace and keeps the errors of files that are no Python modules."""

    def __init__(
        self, catalog: StepCatalog, workspace: Workspace, modules: Modules, offers: Offers, files: Sources
    ) -> None:
        self.catalog = catalog
        self.index = catalog.index
        self.workspace = workspace
        self.modules = modules
        self.offers = offers
        self.files = files
        self.errors: list[CursusError] = []
        broken = catalog.layer(workspace.id).rows.error
        self.doubt = None if broken is None else self.why(broken, workspace.root)

    def owner(self) -> str | None:
        try:
            self.index.settings(self.workspace.id)
            return self.index.owner(self.workspace.id)
        except CursusError as error:
            self.errors.append(error)
            return None

    def steps(self, components: Iterable[Component]) -> Iterable[StepSubject]:
        variants: dict[Path, list[Step]] = {}
        keys: dict[Path, str] = {}
        for step in self.catalog.steps(self.workspace.id):
            stated = [c for c in step.components.values() if c.kind is not ComponentKind.SCRIPT]
            for part in step.components.values():
                variants.setdefault(part.path, []).append(step)
                # A script may be called otherwise than the step whose contract names it.
                keys.setdefault(part.path, fold((stated or [part])[0].step))
        groups: dict[str, list[Component]] = {}
        for component in components:
            groups.setdefault(keys.get(component.path, fold(component.step)), []).append(component)
        for group in groups.values():
            known = [s for c in group for s in variants.get(c.path, ())]
            unique = {(s.name, s.job_type or ""): s for s in known}
            yield self.step(tuple(group), tuple(unique[k] for k in sorted(unique)))

    def step(self, group: tuple[Component, ...], variants: tuple[Step, ...]) -> StepSubject:
        contract = self.contract(group, variants)
        return StepSubject(
            workspace=self.workspace,
            name=variants[0].name if variants else _camel(group[0].step),
            components=group,
            variants=variants,
            entry=variants[0].entry if variants else None,
            doubt=self.doubt,
            catalog=self.catalog,
            offers=self.offers,
            files=self.files,
            read_script=self.script(group, contract),
            read_contract=contract,
            read_specs=self.specs(group, variants),
            read_builder=self.module(_first(group, ComponentKind.BUILDER)),
            read_config=self.module(_first(group, ComponentKind.CONFIG)),
        )

    def script(self, group: tuple[Component, ...], contract: Reading[Contract]) -> Reading[Module]:
        """The step's script: the file that the contract calls its entry point, or else the one of the step's name."""
        if contract.value is not None:
            named = kind_dir(self.workspace, ComponentKind.SCRIPT) / contract.value.entry_point
            if named in self.modules:
                return self.module(named)
        return self.module(_first(group, ComponentKind.SCRIPT))

    def module(self, path: Path | None) -> Reading[Module]:
        if path is None:
            return Reading()
        facts = self.modules[path]
        if isinstance(facts, CursusError):
            return Reading(problem=self.why(facts, path))
        return Reading(Module(path, facts))

    def contract(self, group: tuple[Component, ...], variants: tuple[Step, ...]) -> Reading[Contract]:
        if variants:
            return self.known(variants[0].contract)
        for component in _of_kind(group, ComponentKind.CONTRACT):
            return self.attempt(component, self.index.contract)
        for component in _of_kind(group, ComponentKind.INTERFACE):
            return self.attempt(component, lambda c: self.index.manifest(c).contract)
        return Reading()

    def specs(self, group: tuple[Component, ...], variants: tuple[Step, ...]) -> Reading[tuple[Spec, ...]]:
        if variants:
            return _merged([self.known(v.spec) for v in variants])
        stated = [self.attempt(c, self.index.spec) for c in _of_kind(group, ComponentKind.SPEC)]
        if not stated:
            manifests = _of_kind(group, ComponentKind.INTERFACE)
            stated = [self.attempt(c, lambda c: self.index.manifest(c).spec) for c in manifests]
        return _merged(stated)

    def attempt(self, component: Component, read: Callable[[Component], T | Opaque | None]) -> Reading[T]:
        try:
            return self.known(read(component))
        except CursusError as error:
            self.errors.append(error)
            return Reading(problem=self.why(error, component.path))

    def known(self, value: T | Opaque | None) -> Reading[T]:
        if isinstance(value, Opaque):
            return Reading(problem=f"{self.place(value.file, value.line)} is not known by reading: {value.reason}")
        return Reading(value)

    def why(self, error: CursusError, path: Path) -> str:
        return f"{self.place(error.file or path, error.line)} cannot be read: {error.message}"

    def place(self, path: Path, line: int | None) -> str:
        name = path.relative_to(self.workspace.root) if path.is_relative_to(self.workspace.root) else path
        return f"{name.as_posix()}:{line}" if line else name.as_posix()


def _of_kind(group: Iterable[Component], kind: ComponentKind) -> list[Component]:
    return [c for c in group if c.kind is kind]


def _first(group: Iterable[Component], kind: ComponentKind) -> Path | None:
    return next((c.path for c in group if c.kind is kind), None)


def _merged(readings: list[Reading[Spec]]) -> Reading[tuple[Spec, ...]]:
    """All that could be read, and the first reason why one could not."""
    values = tuple(r.value for r in readings if r.value is not None)
    problem = next((r.problem for r in readings if r.problem is not None), None)
    return Reading(values or None, problem)


def _camel(step: str) -> str:
    return "".join(part.capitalize() for part in step.split("_"))
