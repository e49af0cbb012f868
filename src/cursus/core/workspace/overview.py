"""One row for each workspace: what is in it and what is wrong with it."""

from __future__ import annotations

from typing import Any, TypedDict

from cursus.model.workspace import Layer
from cursus.registry.catalog import StepCatalog


class WorkspaceRow(TypedDict):
    """A workspace as ``cursus workspace list`` shows it."""

    workspace: str
    layer: str
    path: str
    owner: str | None
    description: str | None
    steps: int
    components: int
    findings: list[dict[str, Any]]


def workspace_rows(catalog: StepCatalog) -> list[WorkspaceRow]:
    """Developers by id, then shared. A broken workspace is a row with findings, never a missing one."""
    tree = catalog.index.tree
    rows: list[WorkspaceRow] = []
    for workspace in tree.workspaces:
        if workspace.layer is Layer.CORE:
            continue
        found = {f for f in tree.findings if f.workspace == workspace.id} | set(catalog.problems(workspace.id))
        rows.append(
            WorkspaceRow(
                workspace=workspace.id,
                layer=workspace.layer.value,
                path=str(workspace.root),
                owner=catalog.index.owner(workspace.id),
                description=catalog.index.description(workspace.id),
                steps=len({s.name for s in catalog.steps(workspace.id)}),
                components=len(tree.components.get(workspace.id, ())),
                findings=[f.to_json() for f in sorted(found, key=lambda f: f.sort_key())],
            )
        )
    return rows
