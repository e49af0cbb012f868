"""All registries of a root: the core's and each workspace's."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from cursus.errors import FileError
from cursus.model.finding import Severity
from cursus.model.workspace import CORE_ID, Layer, fold
from cursus.registry.catalog import StepCatalog
from cursus.registry.distributed.context import get_workspace_context
from cursus.registry.distributed.core_registry import CoreStepRegistry, StepDefinition
from cursus.registry.distributed.workspace_registry import WorkspaceStepRegistry
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import find_root


class RegistryConsistency(TypedDict):
    """What :meth:`DistributedRegistryManager.validate_registry_consistency` returns."""

    valid: bool
    errors: list[str]
    warnings: list[str]
    conflicts: dict[str, list[StepDefinition]]


class RegistryStatistics(TypedDict):
    """What :meth:`DistributedRegistryManager.get_registry_statistics` returns."""

    workspaces: int
    core_steps: int
    workspace_steps: dict[str, int]
    overrides: dict[str, int]
    conflicts: int
    unreadable_workspaces: list[str]


class DistributedRegistryManager:
    """The core registry and the registry of every workspace of a root. No workspace's rows are visible from another.

    :param core_registry_path: a Python file with a literal ``STEP_NAMES``; None for the core table.
    :param workspaces_root: the workspace root; None to find it as everywhere.
    :raises NoWorkspaceRoot: there is none.
    :raises FileError: the core registry's file cannot be read.
    """

    def __init__(self, core_registry_path: Path | str | None = None, workspaces_root: Path | str | None = None) -> None:
        self.core = CoreStepRegistry(core_registry_path)
        self.root = find_root(None if workspaces_root is None else Path(workspaces_root))
        self.catalog = StepCatalog(WorkspaceIndex(self.root))

    def list_workspaces(self) -> list[str]:
        """Ids of the workspaces of the root, shared last, without the core."""
        return [w.id for w in self.catalog.index.tree.workspaces if w.layer is not Layer.CORE]

    def get_workspace_registry(self, workspace_id: str) -> WorkspaceStepRegistry:
        """The registry of one workspace.

        :raises UnknownWorkspace: there is no such workspace.
        """
        workspace = self.catalog.index.workspace(workspace_id)
        return WorkspaceStepRegistry(workspace.root, self.core, catalog=self.catalog)

    def get_step_definition(self, step_name: str, workspace_id: str | None = None) -> StepDefinition | None:
        """What a name means in a workspace (or the current one): override > own step > shared > core; None if nothing.

        :raises UnknownWorkspace: there is no such workspace.
        :raises FileError: the workspace's overlay is broken.
        """
        workspace_id = workspace_id or get_workspace_context() or CORE_ID
        for layer in self.catalog.layers(workspace_id):
            if layer.layer is Layer.CORE:
                return self.core.get_step_definition(step_name)
            try:
                own = self.get_workspace_registry(layer.id).get_own_step_definitions()
            except FileError:
                if layer.id == workspace_id:
                    raise
                continue
            if step_name in own:
                return own[step_name]
        return None

    def discover_all_steps(self) -> dict[str, list[str]]:
        """Names that each workspace states itself, and the core's; a workspace that cannot be read has none."""
        return {CORE_ID: self.core.list_steps()} | {
            workspace_id: sorted(definitions) for workspace_id, definitions in self._own().items()
        }

    def get_step_conflicts(self) -> dict[str, list[StepDefinition]]:
        """Names that a workspace takes from the core without an override, with all definitions of each."""
        core = {fold(name): d for name, d in self.core.get_all_step_definitions().items()}
        own = self._own()
        conflicts: dict[str, list[StepDefinition]] = {}
        for definitions in own.values():
            for definition in definitions.values():
                if definition.registry_type != "override" and fold(definition.name) in core:
                    conflicts.setdefault(core[fold(definition.name)].name, [])
        for name, found in conflicts.items():
            found.append(core[fold(name)])
            found += [d for definitions in own.values() for d in definitions.values() if fold(d.name) == fold(name)]
        return dict(sorted(conflicts.items()))

    def validate_registry_consistency(self, strict: bool = False) -> RegistryConsistency:
        """Broken overlays, conflicting names and overrides of nothing; ``strict`` makes warnings fail too."""
        findings = [f for workspace_id in self.list_workspaces() for f in self.catalog.problems(workspace_id)]
        errors = [f.message for f in findings if f.severity is Severity.ERROR]
        warnings = [f.message for f in findings if f.severity is not Severity.ERROR]
        return {
            "valid": not errors and not (strict and warnings),
            "errors": errors,
            "warnings": warnings,
            "conflicts": self.get_step_conflicts(),
        }

    def get_registry_statistics(self) -> RegistryStatistics:
        """Steps counted by workspace."""
        own = self._own()
        return {
            "workspaces": len(self.list_workspaces()),
            "core_steps": len(self.core.list_steps()),
            "workspace_steps": {w: len(definitions) for w, definitions in own.items()},
            "overrides": {
                w: sum(d.registry_type == "override" for d in definitions.values()) for w, definitions in own.items()
            },
            "conflicts": len(self.get_step_conflicts()),
            "unreadable_workspaces": [w for w in self.list_workspaces() if w not in own],
        }

    def refresh(self) -> None:
        """Look at the tree again."""
        self.catalog.index.refresh()

    def _own(self) -> dict[str, dict[str, StepDefinition]]:
        """What each workspace states itself, those with a broken overlay left out."""
        found: dict[str, dict[str, StepDefinition]] = {}
        for workspace_id in self.list_workspaces():
            if self.catalog.layer(workspace_id).rows.error is None:
                found[workspace_id] = self.get_workspace_registry(workspace_id).get_own_step_definitions()
        return found
