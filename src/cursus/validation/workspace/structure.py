"""What is wrong with a workspace root, and facts about its developers; nothing of them is run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cursus.errors import CursusError
from cursus.model.finding import Finding
from cursus.model.workspace import ComponentKind, Workspace
from cursus.validation.workspace.settings_file import find_settings, read_settings
from cursus.validation.workspace.workspace_models import DeveloperInfo
from cursus.workspace import health, layout
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import is_root

#: Kinds whose Python files are counted as modules.
_MODULES = (ComponentKind.BUILDER, ComponentKind.CONTRACT, ComponentKind.SCRIPT)


def structure_issues(root: Path, *, strict: bool) -> list[str]:
    """What is wrong with a root, one sentence each, in stable order.

    Plain: the root is one, every folder of a developer is a workspace, nothing leads outside, every ``workspace.toml``
    can be read. Strict also: there is a developer, names follow the naming, and no folder or file is missing.
    """
    if not root.is_dir():
        return [f"Workspace root does not exist: {root}"]
    if not is_root(root):
        return [f"{root} holds neither {layout.DEVELOPERS}/ nor {layout.SHARED}/."]
    found = health.structure(WorkspaceIndex(root, cache=False), strict=strict)
    return [_sentence(finding) for finding in found if strict or health.is_structural(finding)]


def health_findings(
    index: WorkspaceIndex, workspace_id: str | None = None, *, strict: bool = False
) -> tuple[Finding, ...]:
    """What is wrong with one workspace, or with the root, its settings and all workspaces.

    :raises UnknownWorkspace: there is no such folder.
    :raises UsageError: the workspace is the bundled one.
    """
    found = health.check(index, workspace_id, strict=strict)
    if workspace_id is not None:
        return found
    try:
        path = find_settings(index.root)
        if path is not None:
            read_settings(path)
    except CursusError as error:
        return tuple(sorted((*found, Finding.from_error(error)), key=Finding.sort_key))
    return found


def developer_info(workspace: Workspace) -> DeveloperInfo:
    """What is in a developer's workspace."""
    has = {kind: layout.kind_dir(workspace, kind).is_dir() for kind in ComponentKind}
    return DeveloperInfo(
        developer_id=workspace.id,
        workspace_path=str(workspace.root),
        has_builders=has[ComponentKind.BUILDER],
        has_contracts=has[ComponentKind.CONTRACT],
        has_specs=has[ComponentKind.SPEC],
        has_scripts=has[ComponentKind.SCRIPT],
        has_configs=has[ComponentKind.CONFIG],
        module_count=sum(1 for kind in _MODULES for _ in _modules(layout.kind_dir(workspace, kind))),
        last_modified=_last_modified(layout.package_dir(workspace)),
    )


def _modules(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in folder.iterdir() if p.suffix == ".py" and p.name != "__init__.py" and p.is_file())


def _last_modified(folder: Path) -> str | None:
    # Links and compiled files say nothing about when somebody worked here.
    files = (p for p in folder.rglob("*") if p.suffix != ".pyc" and not p.is_symlink() and p.is_file())
    times = [path.stat().st_mtime for path in files]
    return datetime.fromtimestamp(max(times), UTC).isoformat() if times else None


def _sentence(finding: Finding) -> str:
    return f"{finding.workspace}: {finding.message}" if finding.workspace else finding.message
