"""Steps that validation was asked for by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cursus.errors import UnknownStep
from cursus.model.workspace import fold
from cursus.registry.catalog import StepCatalog


def has_step(catalog: StepCatalog, workspace_id: str, target: str) -> bool:
    """Whether the workspace has files for that step, by its canonical or file name, with or without ``<workspace>/``.

    :raises UnknownWorkspace: there is no such workspace.
    """
    workspace, _, name = target.rpartition("/")
    files = {fold(c.step) for c in catalog.index.tree.components.get(workspace_id, ())}
    names = {fold(s.name) for s in catalog.steps(workspace_id)}
    return workspace in ("", workspace_id) and fold(name) in files | names


def require_steps(catalog: StepCatalog, workspaces: Sequence[str], targets: Collection[str]) -> None:
    """Raise for a step that none of the workspaces has.

    :raises UnknownStep: names the first, and those like it.
    """
    for target in sorted(targets):
        if not any(has_step(catalog, workspace_id, target) for workspace_id in workspaces):
            known = {s.name for workspace_id in workspaces for s in catalog.steps(workspace_id)}
            raise UnknownStep(target, workspaces, sorted(known))
