"""The published component registry: discovery over the static index, classes on request."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cursus.core.workspace.registry_shapes import (
    ComponentEntry,
    DeveloperComponents,
    DiscoveredComponents,
    DiscoverySummary,
    RegistrySummary,
)
from cursus.model.finding import Finding
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind, Layer
from cursus.registry.catalog import StepCatalog
from cursus.registry.visibility import shown
from cursus.workspace.index import STATING, WorkspaceIndex
from cursus.workspace.root import find_root

if TYPE_CHECKING:
    from cursus.core.base.contract_base import ScriptContract
    from cursus.core.base.specification_base import StepSpecification
    from cursus.core.workspace.availability import ComponentAvailability
    from cursus.core.workspace.components import Loaders
    from cursus.core.workspace.config import WorkspacePipelineDefinition
    from cursus.registry.why import Trace
    from cursus.workspace.loader import ModuleLoader

_T = TypeVar("_T")

#: Published name of each list -> the kind of file in it. A manifest counts as contract and spec of its step.
_LISTS = {
    "builders": ComponentKind.BUILDER,
    "configs": ComponentKind.CONFIG,
    "contracts": ComponentKind.CONTRACT,
    "specs": ComponentKind.SPEC,
    "scripts": ComponentKind.SCRIPT,
}


class WorkspaceComponentRegistry:
    """Which components there are, in which workspace; may be used from several threads.

    No code of any workspace runs, except by the ``find_*_class`` methods: they load the one module that is asked for.

    :param workspace_root: the folder that holds the workspaces.
    :param cache_ttl: seconds after which the tree is looked at again.
    :raises NoWorkspaceRoot: when it is not one.
    """

    def __init__(self, workspace_root: str, cache_ttl: int = 300) -> None:
        self.workspace_root = find_root(Path(workspace_root))
        self.cache_ttl = cache_ttl
        self._lock = threading.RLock()
        self._catalog = StepCatalog(WorkspaceIndex(self.workspace_root))
        self._looked_at = time.monotonic()
        self._loaders: dict[str, ModuleLoader] = {}

    def discover_components(self, developer_id: str | None = None, force_refresh: bool = False) -> DiscoveredComponents:
        """Every component of one developer, or of all of them and shared.

        What cannot be read is left out here and listed by :meth:`findings`.

        :raises UnknownWorkspace: there is no such developer.
        """
        with self._lock:
            self._refresh(force_refresh)
            if developer_id is None:
                self._catalog.index.index_all(STATING)
            steps = list(self._steps(developer_id))
            seen_by = {s.reference: shown(self._catalog.index, s.workspace, s.name) for s in steps}
            lists = {name: _list(name, steps, seen_by) for name in _LISTS}
            return DiscoveredComponents(
                builders=lists["builders"],
                configs=lists["configs"],
                contracts=lists["contracts"],
                specs=lists["specs"],
                scripts=lists["scripts"],
                summary=DiscoverySummary(
                    total_components=sum(len(entries) for entries in lists.values()),
                    developers=sorted({s.workspace for s in steps}),
                    step_types=sorted({s.entry.sagemaker_step_type for s in steps}),
                ),
            )

    def find_builder_class(self, step_name: str, developer_id: str | None = None) -> Any:
        """The class that builds a step: its own, else ``StepBuilderBase``; None when no layer has the step.

        Looked up in the developer's workspace, shared and core; without a developer in shared and core.

        :raises UnknownWorkspace: there is no such developer.
        :raises UsageError: no developer is named, and only developers have the step; they are listed.
        :raises ModuleLoadError: the class is there but does not load.
        :raises CursusError: the step is there but broken.
        """
        from cursus.core.workspace import components

        return self._of_step(step_name, developer_id, components.builder_class)

    def find_config_class(self, step_name: str, developer_id: str | None = None) -> Any:
        """The config class of a step: its own, else that of its SageMaker step type; as :meth:`find_builder_class`."""
        from cursus.core.workspace import components

        return self._of_step(step_name, developer_id, components.config_class)

    def find_contract_class(self, step_name: str, developer_id: str | None = None) -> ScriptContract | None:
        """A step's contract, of the class ``ScriptContract``; None also for a step without a script.

        Loaded only when it cannot be known by reading. Otherwise as :meth:`find_builder_class`.
        """
        from cursus.core.workspace import components

        return self._of_step(step_name, developer_id, components.contract_of)

    def find_spec_class(self, step_name: str, developer_id: str | None = None) -> StepSpecification | None:
        """A step's spec, of the class ``StepSpecification``; None also when nothing states one.

        Loaded only when it cannot be known by reading. Otherwise as :meth:`find_builder_class`.

        :param step_name: with ``_<job type>`` for a job variant.
        :raises UnknownStep: the step has a spec for each of its job types and none is named.
        """
        from cursus.core.workspace import components

        return self._of_step(step_name, developer_id, components.spec_of, any_job=False)

    def find_script_file(self, step_name: str, developer_id: str | None = None) -> str | None:
        """The absolute path of a step's script; None also for a step without one. As :meth:`find_builder_class`."""
        return self._of_step(step_name, developer_id, _script_file)

    def why(self, step: str, workspace: str) -> Trace:
        """Which layers are searched for a name, what each has, what is shadowed and what wins. No code runs.

        :raises UnknownWorkspace: there is no such workspace.
        """
        from cursus.registry.why import why

        with self._lock:
            self._refresh(force=False)
            return why(self._catalog, step, workspace)

    def get_workspace_summary(self) -> RegistrySummary:
        """Workspaces, steps and components counted."""
        found = self.discover_components()
        with self._lock:
            workspaces = [self._catalog.index.workspace(w) for w in self._workspaces(None)]
            steps = {w.id: {s.key: s for s in self._catalog.steps(w.id)} for w in workspaces}
            lists = {name: [e["developer_id"] for e in found[name].values()] for name in _LISTS}  # type: ignore[literal-required]
            types = Counter(s.entry.sagemaker_step_type for own in steps.values() for s in own.values())
            return RegistrySummary(
                workspace_root=str(self.workspace_root),
                total_developers=sum(w.layer is Layer.DEVELOPER for w in workspaces),
                has_shared=any(w.layer is Layer.SHARED for w in workspaces),
                total_steps=sum(types.values()),
                total_components=found["summary"]["total_components"],
                step_types=dict(sorted(types.items())),
                developers={
                    w.id: DeveloperComponents(
                        layer=w.layer.value,
                        steps=len(steps[w.id]),
                        builders=lists["builders"].count(w.id),
                        configs=lists["configs"].count(w.id),
                        contracts=lists["contracts"].count(w.id),
                        specs=lists["specs"].count(w.id),
                        scripts=lists["scripts"].count(w.id),
                        findings=len(self.findings(w.id)),
                    )
                    for w in workspaces
                },
            )

    def clear_cache(self, developer_id: str | None = None) -> None:
        """Forget what was read and which modules were loaded; the next call looks and loads again.

        :param developer_id: forget the modules of this developer only; files are looked at again in any case.
        :raises UnknownWorkspace: there is no such developer.
        """
        with self._lock:
            wanted = None if developer_id is None else self._catalog.index.workspace(developer_id).id
            for workspace, loader in self._loaders.items():
                if wanted in (None, workspace):
                    loader.forget()
            self._refresh(force=True)

    def validate_component_availability(self, workspace_config: WorkspacePipelineDefinition) -> ComponentAvailability:
        """Whether every step of a definition has the components it needs, and where they are."""
        from cursus.core.workspace.availability import component_availability

        with self._lock:
            self._refresh(force=False)
            return component_availability(workspace_config, self._catalog)

    def findings(self, developer_id: str | None = None) -> tuple[Finding, ...]:
        """What is broken in the workspaces a discovery looks at, in stable order.

        :raises UnknownWorkspace: there is no such developer.
        """
        with self._lock:
            self._refresh(force=False)
            wanted = set(self._workspaces(developer_id))
            found = {f for f in self._catalog.index.tree.findings if f.workspace in wanted}
            for workspace in wanted:
                found |= set(self._catalog.problems(workspace))
            return tuple(sorted(found, key=Finding.sort_key))

    def _of_step(
        self, name: str, developer_id: str | None, take: Callable[[Step, Loaders], _T], *, any_job: bool = True
    ) -> _T | None:
        from cursus.core.workspace.components import find_step

        with self._lock:
            self._refresh(force=False)
            step = find_step(self._catalog, name, developer_id, any_job=any_job)
        # Loading has locks of its own, and may take as long as the module likes.
        return None if step is None else take(step, self._loader)

    def _loader(self, workspace_id: str) -> ModuleLoader:
        with self._lock:
            if workspace_id not in self._loaders:
                from cursus.workspace.loader import ModuleLoader

                layers = self._catalog.layers(workspace_id)
                shared = next((w for w in layers[1:] if w.layer is Layer.SHARED), None)
                self._loaders[workspace_id] = ModuleLoader(layers[0], shared=shared)
            return self._loaders[workspace_id]

    def _refresh(self, force: bool) -> None:
        if force or time.monotonic() - self._looked_at > self.cache_ttl:
            self._catalog.index.refresh()
            self._looked_at = time.monotonic()

    def _workspaces(self, developer_id: str | None) -> list[str]:
        if developer_id is not None:
            return [self._catalog.index.workspace(developer_id).id]
        return [w.id for w in self._catalog.index.tree.workspaces if w.layer is not Layer.CORE]

    def _steps(self, developer_id: str | None) -> Iterator[Step]:
        for workspace in self._workspaces(developer_id):
            yield from self._catalog.steps(workspace)


def _list(name: str, steps: list[Step], seen_by: Mapping[str, str | None]) -> dict[str, ComponentEntry]:
    entries: dict[str, ComponentEntry] = {}
    kind = _LISTS[name]
    for step in steps:
        component = step.components.get(kind)
        if component is None and kind in (ComponentKind.CONTRACT, ComponentKind.SPEC):
            component = step.components.get(ComponentKind.INTERFACE)
        if component is None:
            continue
        entry = ComponentEntry(
            developer_id=step.workspace,
            step_name=step.name,
            step_type=step.entry.sagemaker_step_type,
            visibility=seen_by[step.reference],
        )
        if kind is ComponentKind.SCRIPT:
            entry["file_path"] = str(component.path)
        else:
            entry["module_file"] = str(component.path)
            entry["class_name"] = _class_name(step, kind)
        entries[f"{step.workspace}:{step.name}"] = entry
    return entries


def _script_file(step: Step, _: Loaders) -> str | None:
    script = step.components.get(ComponentKind.SCRIPT)
    return None if script is None else str(script.path)


def _class_name(step: Step, kind: ComponentKind) -> str | None:
    """The class a component defines; contracts and specs are instances and have none of their own."""
    return {
        ComponentKind.BUILDER: step.entry.builder_step_name,
        ComponentKind.CONFIG: step.entry.config_class,
        ComponentKind.CONTRACT: "ScriptContract",
        ComponentKind.SPEC: "StepSpecification",
    }.get(kind)
