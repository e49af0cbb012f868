"""The published component registry: discovery over the static index, classes on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from cursus.model.finding import Finding
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind, Layer
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import STATING, WorkspaceIndex
from cursus.workspace.root import find_root

if TYPE_CHECKING:
    from cursus.core.workspace.availability import ComponentAvailability
    from cursus.core.workspace.config import WorkspacePipelineDefinition

#: Published name of each list -> the kind of file in it. A manifest counts as contract and spec of its step.
_LISTS = {
    "builders": ComponentKind.BUILDER,
    "configs": ComponentKind.CONFIG,
    "contracts": ComponentKind.CONTRACT,
    "specs": ComponentKind.SPEC,
    "scripts": ComponentKind.SCRIPT,
}


class ComponentEntry(TypedDict, total=False):
    """A component as published: a script has ``file_path``, the others ``class_name`` and ``module_file``."""

    developer_id: str
    step_name: str
    class_name: str | None
    module_file: str
    file_path: str
    step_type: str


class DiscoverySummary(TypedDict):
    """Counts over one discovery."""

    total_components: int
    developers: list[str]
    step_types: list[str]


class DiscoveredComponents(TypedDict):
    """What :meth:`WorkspaceComponentRegistry.discover_components` returns, each list by ``<developer>:<step>``."""

    builders: dict[str, ComponentEntry]
    configs: dict[str, ComponentEntry]
    contracts: dict[str, ComponentEntry]
    specs: dict[str, ComponentEntry]
    scripts: dict[str, ComponentEntry]
    summary: DiscoverySummary


class WorkspaceComponentRegistry:
    """Which components there are, in which workspace. No code of any workspace runs.

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
            lists = {name: self._list(name, steps) for name in _LISTS}
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

    def _list(self, name: str, steps: list[Step]) -> dict[str, ComponentEntry]:
        entries: dict[str, ComponentEntry] = {}
        kind = _LISTS[name]
        for step in steps:
            component = step.components.get(kind)
            if component is None and kind in (ComponentKind.CONTRACT, ComponentKind.SPEC):
                component = step.components.get(ComponentKind.INTERFACE)
            if component is None:
                continue
            entry = ComponentEntry(
                developer_id=step.workspace, step_name=step.name, step_type=step.entry.sagemaker_step_type
            )
            if kind is ComponentKind.SCRIPT:
                entry["file_path"] = str(component.path)
            else:
                entry["module_file"] = str(component.path)
                entry["class_name"] = _class_name(step, kind)
            entries[f"{step.workspace}:{step.name}"] = entry
        return entries


def _class_name(step: Step, kind: ComponentKind) -> str | None:
    """The class a component defines; contracts and specs are instances and have none of their own."""
    return {
        ComponentKind.BUILDER: step.entry.builder_step_name,
        ComponentKind.CONFIG: step.entry.config_class,
        ComponentKind.CONTRACT: "ScriptContract",
        ComponentKind.SPEC: "StepSpecification",
    }.get(kind)
