"""What a workspace root lacks, and facts about its developers; nothing is opened but ``workspace.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cursus.errors import FileError
from cursus.model.finding import Finding, Severity
from cursus.model.workspace import ComponentKind, Layer, Workspace
from cursus.validation.workspace.workspace_models import DeveloperInfo
from cursus.workspace import layout, scaffold
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
    index = WorkspaceIndex(root, cache=False)
    own = [w for w in index.tree.workspaces if w.layer is not Layer.CORE]
    issues = [_sentence(f) for f in index.tree.findings if strict or _is_structural(f)]
    for workspace in own:
        try:
            index.settings(workspace.id)
        except FileError as error:
            issues.append(f"{workspace.id}: {error.message}")
    if strict:
        if not any(w.layer is Layer.DEVELOPER for w in own):
            issues.append(f"There is no developer workspace in {root}.")
        issues += [f"{w.id}: {name} is missing." for w in own for name in _missing(w)]
    return issues


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


def _is_structural(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR or finding.code == "not-a-workspace"


def _missing(workspace: Workspace) -> Iterator[str]:
    """What is missing and git would keep: empty folders may vanish in a clone, and ``.gitignore`` is a courtesy."""
    for name in scaffold.missing(workspace):
        path = workspace.root / name
        if path.suffix and not path.name.startswith("."):
            yield name


def _sentence(finding: Finding) -> str:
    return f"{finding.workspace}: {finding.message}" if finding.workspace else finding.message
