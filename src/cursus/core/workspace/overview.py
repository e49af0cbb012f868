"""One row for each workspace: what is in it and what is wrong with it; and which pipelines need a workspace."""

from __future__ import annotations

from typing import Any, TypedDict

from cursus.core.workspace.pipeline_file import load_pipeline
from cursus.errors import CursusError
from cursus.model.finding import Finding, Severity
from cursus.model.workspace import Layer
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import STATING, WorkspaceIndex


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
    catalog.index.index_all(STATING)
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


def needed_by_pipelines(index: WorkspaceIndex, workspace_id: str) -> tuple[Finding, ...]:
    """A warning for each pipeline that uses a workspace's steps from outside, an error for each that cannot be read."""
    found: list[Finding] = []
    for file in index.tree.pipelines:
        if file.workspace == workspace_id:
            continue
        try:
            pipeline = load_pipeline(file.path)
        except CursusError as error:
            found.append(Finding.from_error(error))
            continue
        nodes = [node for node in pipeline.nodes if node.workspace == workspace_id]
        if nodes:
            steps = ", ".join(f"'{node.name}'" for node in nodes)
            found.append(
                Finding(
                    "workspace-in-use",
                    Severity.WARNING,
                    f"Pipeline '{file.name}' uses steps of '{workspace_id}': {steps}.",
                    workspace=workspace_id,
                    file=file.path,
                    line=nodes[0].line,
                    hint=f"Change {file.path.name} first, or remove it too",
                )
            )
    return tuple(sorted(found, key=Finding.sort_key))
