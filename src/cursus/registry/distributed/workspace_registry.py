"""One workspace's rows over the core table."""

from __future__ import annotations

from pathlib import Path

from cursus.errors import NoWorkspaceRoot
from cursus.model.workspace import Layer, Workspace, fold
from cursus.registry.catalog import StepCatalog
from cursus.registry.distributed.core_registry import CoreStepRegistry, StepDefinition
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import developer_workspace, shared_workspace, single_workspace
from cursus.workspace.root import absolute


class WorkspaceStepRegistry:
    """The steps of one workspace and what it sees of the core: override > own step > core.

    :param workspace_path: the workspace's folder, ``<root>/developers/<id>``, ``<root>/shared`` or a single root.
    :param core: the core rows; None for the core table.
    :param catalog: the catalog to read through; None for one of its own.
    :raises NoWorkspaceRoot: the folder is no workspace.
    """

    def __init__(
        self, workspace_path: Path | str, core: CoreStepRegistry | None = None, *, catalog: StepCatalog | None = None
    ) -> None:
        self.workspace_path = absolute(Path(workspace_path))
        self.core = core or CoreStepRegistry()
        self.catalog = catalog or StepCatalog(WorkspaceIndex(_root_of(self.workspace_path)))
        self.workspace = _workspace_at(self.workspace_path, self.catalog)

    @property
    def workspace_id(self) -> str:
        """The workspace's id."""
        return self.workspace.id

    def get_step_definition(self, name: str) -> StepDefinition | None:
        """The definition the workspace sees under that exact name, or None.

        :raises FileError: the workspace's overlay is broken.
        """
        return self.get_all_step_definitions().get(name)

    def get_own_step_definitions(self) -> dict[str, StepDefinition]:
        """The definitions this workspace states, by name: overlay rows, manifests and steps without a row.

        :raises FileError: the workspace's overlay is broken.
        """
        layer = self.catalog.layer(self.workspace.id)
        if layer.rows.error is not None:
            raise layer.rows.error.with_traceback(None)
        kind = "shared" if self.workspace.layer is Layer.SHARED else "workspace"
        stated = {key: (definition.entry, kind) for key, definition in layer.definitions.items()}
        stated |= {key: (row, kind) for key, row in layer.rows.steps.items()}
        stated |= {key: (row, "override") for key, row in layer.rows.overrides.items()}
        found = [StepDefinition.of(entry, self.workspace.id, what) for entry, what in stated.values()]
        return {definition.name: definition for definition in sorted(found, key=lambda d: d.name)}

    def get_all_step_definitions(self) -> dict[str, StepDefinition]:
        """The definitions the workspace sees, its own before the core's.

        :raises FileError: the workspace's overlay is broken.
        """
        own = self.get_own_step_definitions()
        taken = {fold(name) for name in own}
        core = {n: d for n, d in self.core.get_all_step_definitions().items() if fold(n) not in taken}
        return {**core, **own}

    def get_overridden_steps(self) -> list[str]:
        """Names that this workspace declares in ``STEP_OVERRIDES``, sorted."""
        return sorted(n for n, d in self.get_own_step_definitions().items() if d.registry_type == "override")


def _root_of(path: Path) -> Path:
    """The root that ``path`` is a workspace of."""
    for root in (path.parent.parent, path.parent, path):
        places = (developer_workspace(root, path.name), shared_workspace(root), single_workspace(root))
        if any(w.root == path and w.steps_dir.is_dir() for w in places):
            return root
    raise NoWorkspaceRoot(path, "it is not the folder of a workspace")


def _workspace_at(path: Path, catalog: StepCatalog) -> Workspace:
    for workspace in catalog.index.tree.workspaces:
        if workspace.root == path:
            return workspace
    raise NoWorkspaceRoot(path, "it is not the folder of a workspace")
