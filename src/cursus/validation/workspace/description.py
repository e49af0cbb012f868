"""A workspace root described for people: its form, its settings, and what each workspace holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, TypedDict

from cursus.core.workspace.overview import WorkspaceRow, workspace_rows
from cursus.errors import CursusError, FileError, UnknownWorkspace
from cursus.model.finding import Finding
from cursus.model.workspace import ComponentKind, Layer
from cursus.registry.catalog import StepCatalog
from cursus.validation.workspace.settings_file import find_settings, read_settings
from cursus.validation.workspace.structure import developer_info
from cursus.workspace import layout
from cursus.workspace.health import check
from cursus.workspace.index import WorkspaceIndex


class WorkspaceDescription(WorkspaceRow):
    """One workspace.

    :param created: the date in ``workspace.toml``.
    :param kinds: kind -> number of components.
    :param modules: Python files in builders, contracts and scripts.
    :param last_modified: of the workspace's package, ISO 8601 in UTC.
    :param pipelines: names of its pipelines.
    :param data_manifest: the file, when there is one.
    """

    created: str | None
    kinds: dict[str, int]
    modules: int
    last_modified: str | None
    pipelines: list[str]
    data_manifest: str | None


class RootDescription(TypedDict):
    """A workspace root.

    :param form: ``multiple`` or ``single`` (the root is itself the one workspace).
    :param config_file: the file with settings, when there is one.
    :param config: these settings; None also when the file is broken, which is then a finding.
    :param pipelines: names of the pipelines of the whole team.
    :param findings: of the root and of every workspace described.
    """

    workspace_root: str
    form: str
    has_shared: bool
    config_file: str | None
    config: dict[str, Any] | None
    pipelines: list[str]
    workspaces: list[WorkspaceDescription]
    findings: list[dict[str, Any]]


def describe(catalog: StepCatalog, workspace_id: str | None = None) -> RootDescription:
    """The root with all its workspaces, or with the one of that id.

    :raises UnknownWorkspace: there is none of that id.
    """
    index, tree = catalog.index, catalog.index.tree
    rows = [row for row in workspace_rows(catalog) if workspace_id in (None, row["workspace"])]
    if workspace_id is not None and not rows:
        known = [w.id for w in tree.workspaces if w.layer is not Layer.CORE]
        raise UnknownWorkspace(workspace_id, known, index.root)
    path, config, problem = _settings(index.root)
    described = [_described(index, row) for row in rows]
    general = [] if workspace_id else [f for f in tree.findings if f.workspace not in {r["workspace"] for r in rows}]
    return RootDescription(
        workspace_root=str(index.root),
        form="single" if tree.single else "multiple",
        has_shared=any(w.layer is Layer.SHARED for w in tree.workspaces),
        config_file=None if path is None else str(path),
        config=config,
        pipelines=[p.name for p in tree.pipelines if p.workspace is None],
        workspaces=described,
        findings=[f.to_json() for f in (*problem, *general)] + [f for row in rows for f in row["findings"]],
    )


def _described(index: WorkspaceIndex, row: WorkspaceRow) -> WorkspaceDescription:
    workspace = index.workspace(row["workspace"])
    info = developer_info(workspace)
    kinds = Counter(component.kind for component in index.tree.components[workspace.id])
    manifest = layout.data_manifest_path(workspace)
    health = [f.to_json() for f in check(index, workspace.id)]
    row["findings"] += [finding for finding in health if finding not in row["findings"]]
    return WorkspaceDescription(
        **row,
        created=_created(index, workspace.id),
        kinds={kind.value: kinds[kind] for kind in ComponentKind},
        modules=info.module_count,
        last_modified=info.last_modified,
        pipelines=[p.name for p in index.tree.pipelines if p.workspace == workspace.id],
        data_manifest=str(manifest) if manifest.is_file() else None,
    )


def _created(index: WorkspaceIndex, workspace_id: str) -> str | None:
    try:
        created = index.settings(workspace_id).get("created")
    except FileError:
        return None  # a finding of the workspace already
    return None if created is None else str(created)


def _settings(root: Path) -> tuple[Path | None, dict[str, Any] | None, tuple[Finding, ...]]:
    try:
        path = find_settings(root)
        return path, None if path is None else read_settings(path).model_dump(), ()
    except CursusError as error:
        return error.file, None, (Finding.from_error(error),)
