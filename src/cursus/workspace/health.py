"""Whether workspaces are as they should be; nothing of them is run.

Two depths. Plain: what is there can be used. Strict: also, nothing of the layout is missing, every name follows the
naming, and the data a manifest names is there.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from cursus.errors import CursusError, FileError, UnknownWorkspace, UsageError
from cursus.model.finding import Finding, Severity
from cursus.model.workspace import CORE_ID, SHARED_ID, Layer, Workspace
from cursus.workspace import aside, layout, scaffold
from cursus.workspace.data_manifest import read_data_manifest
from cursus.workspace.index import WorkspaceIndex

_FIX = "cursus workspace health-check {} --fix"
_FIX_ALL = "cursus workspace health-check --fix"
_PACKAGE_FILE = "__init__.py"
_TEXTS = ("owner", "description")


def check(index: WorkspaceIndex, workspace_id: str | None = None, *, strict: bool = False) -> tuple[Finding, ...]:
    """What is wrong with one workspace, or with the root and all of them.

    :raises UnknownWorkspace: there is no such folder.
    :raises UsageError: the workspace is the bundled one.
    """
    found = [*structure(index, workspace_id, strict=strict)]
    for workspace in _usable(index, workspace_id):
        found += _contents(index, workspace, strict=strict)
    if workspace_id is None:
        found += _aside(index.root)
    return tuple(sorted(set(found), key=Finding.sort_key))


def structure(index: WorkspaceIndex, workspace_id: str | None = None, *, strict: bool = False) -> Iterator[Finding]:
    """Findings about folders, names and ``workspace.toml``; no other file is opened.

    :raises UnknownWorkspace: there is no such folder.
    """
    workspaces = targets(index, workspace_id)
    for finding in index.tree.findings:
        if workspace_id in (None, finding.workspace) and (strict or is_structural(finding)):
            yield _with_next_step(finding)
    for workspace in _usable(index, workspace_id):
        yield from _settings(index, workspace)
    if workspace_id is None and not any(w.layer is Layer.DEVELOPER for w in workspaces) and (strict or not workspaces):
        yield Finding(
            "no-workspace",
            Severity.WARNING,
            f"There is no developer workspace in {index.root}.",
            file=index.root,
            hint="cursus workspace create NAME",
        )
    for workspace in workspaces:
        for name in _missing(workspace, strict=strict):
            yield _finding("missing-file", f"{name} is missing.", workspace, Path(name), severity=Severity.WARNING)


def targets(index: WorkspaceIndex, workspace_id: str | None) -> tuple[Workspace, ...]:
    """The workspaces meant; one that is named counts even if it lacks what makes it one.

    :raises UnknownWorkspace: there is no such folder.
    :raises UsageError: the workspace is the bundled one.
    """
    if workspace_id is None:
        return _usable(index, None)
    if workspace_id == CORE_ID:
        raise UsageError(
            "The bundled steps are part of the installation, not of the workspace root.", hint="cursus workspace list"
        )
    with contextlib.suppress(UnknownWorkspace):
        return (index.workspace(workspace_id),)
    refused = [f for f in index.tree.findings if f.workspace == workspace_id]
    if not refused:
        index.workspace(workspace_id)
    half = any(f.code == "not-a-workspace" for f in refused)
    made = (
        layout.shared_workspace(index.root)
        if workspace_id == SHARED_ID
        else layout.developer_workspace(index.root, workspace_id)
    )
    return (made,) if half else ()


def _usable(index: WorkspaceIndex, workspace_id: str | None) -> tuple[Workspace, ...]:
    """The workspaces meant that are there to be looked into."""
    return tuple(
        w for w in index.tree.workspaces if w.layer is not Layer.CORE and (workspace_id is None or w.id == workspace_id)
    )


def is_structural(finding: Finding) -> bool:
    """Whether a finding says that something cannot be used, not only that it should be better."""
    return finding.severity is Severity.ERROR or finding.code == "not-a-workspace"


def _with_next_step(finding: Finding) -> Finding:
    if finding.code != "not-a-workspace":
        return finding
    hint = f"{_FIX.format(finding.workspace)} makes it one"
    if finding.workspace != SHARED_ID:
        hint += f"; or cursus workspace remove {finding.workspace}"
    return replace(finding, hint=hint)


def _missing(workspace: Workspace, *, strict: bool) -> Iterator[str]:
    """Files that are missing and that git would keep: empty folders may vanish in a clone, ``.gitignore`` is a
    courtesy. Plain: only package files of folders that are there.
    """
    for name in scaffold.missing(workspace):
        path = workspace.root / name
        if path.suffix and not path.name.startswith(".") and (strict or _lacks_package_file(path)):
            yield name


def _lacks_package_file(path: Path) -> bool:
    return path.name == _PACKAGE_FILE and path.parent.is_dir()


def _settings(index: WorkspaceIndex, workspace: Workspace) -> Iterator[Finding]:
    try:
        values = index.settings(workspace.id)
    except FileError as error:
        yield Finding.from_error(error)
        return
    path = layout.workspace_toml(workspace)
    wrong = [(key, "a text") for key in _TEXTS if not isinstance(values.get(key, ""), str)]
    if not isinstance(values.get("created", ""), str | date):
        wrong.append(("created", "a date"))
    for key, needed in wrong:
        line = _line_of(path, key)
        yield _finding("invalid-settings", f"{path.name}: '{key}' must be {needed}.", workspace, path, line)


def _line_of(path: Path, key: str) -> int | None:
    # TOML values know no lines; the file has been read before, so it is one that can be.
    lines = path.read_text("utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if re.match(rf"\s*[\"']?{key}[\"']?\s*=", line)), None)


def _contents(index: WorkspaceIndex, workspace: Workspace, *, strict: bool) -> Iterator[Finding]:
    """Whether the registry overlay and the data manifest can be read and, strictly, the data is there."""
    yield from _raised(partial(index.overlay, workspace.id))
    path = layout.data_manifest_path(workspace)
    try:
        manifest = read_data_manifest(path, workspace.id)
    except FileError as error:
        yield Finding.from_error(error)
        return
    if manifest is None or not strict:
        return
    general = [(script, ports) for script, ports in manifest.scripts.items()]
    special = [(f"{w}:{script}", ports) for (w, script), ports in manifest.workspace_scripts.items()]
    for script, ports in (*general, *special):
        for port, entry in ports.items():
            yield from _raised(partial(manifest.existing, script, port, entry))


def _raised(read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except CursusError as error:
        yield Finding.from_error(error)


def _aside(root: Path) -> Iterator[Finding]:
    """What interrupted commands left behind, and the cache."""
    for folder in aside.leftovers(root, aside.REMOVING):
        names = sorted(path.name for path in folder.iterdir())
        taken = [name for name in names if os.path.lexists(layout.developers_dir(root) / name)]
        message = f"A removal was interrupted; {folder.name}/ still holds {', '.join(names) or 'nothing'}."
        hint = f"{_FIX_ALL} puts it back where it was"
        if taken:
            hint = f"There is a new '{taken[0]}' in its place: move or delete {folder} yourself."
        yield Finding("interrupted-removal", Severity.ERROR, message, file=folder, hint=hint)
    for path in leftovers(root):
        message = f"{path.name} was left behind by an interrupted command; it is not needed."
        yield Finding("leftover", Severity.WARNING, message, file=path, hint=_FIX_ALL)
    path = layout.index_path(root)
    why = cache_fault(path)
    if why is not None:
        message = f"The cache cannot be used: {why}. Results are the same without it, only slower."
        yield Finding("unusable-cache", Severity.WARNING, message, file=path, hint=_FIX_ALL)


def leftovers(root: Path) -> tuple[Path, ...]:
    """Files and folders that interrupted commands left behind and nobody needs."""
    return (*aside.leftovers(root, aside.NEW), *aside.leftovers(root, aside.REMOVED), *aside.half_archives(root))


def cache_fault(path: Path) -> str | None:
    """Why the cache's database cannot be used; None when it can, is not there, or is of a newer version."""
    if path.parent.is_symlink():
        return f"{path.parent.name} is a link"
    if path.parent.is_dir() and not os.access(path.parent, os.R_OK | os.X_OK):
        return f"{path.parent.name}/ cannot be read"
    if not os.path.lexists(path):
        return None
    if path.is_symlink() or not path.is_file():
        return f"{path.name} is not a regular file"
    import sqlite3

    try:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return None  # locked by who writes it, or not ours to read: it is passed over, and nothing is wrong with it
    except sqlite3.Error as error:
        return str(error)
    return None if answer == "ok" else str(answer)


def _finding(
    code: str,
    message: str,
    workspace: Workspace,
    path: Path,
    line: int | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    hint = (
        _FIX.format(workspace.id)
        if severity is Severity.WARNING
        else f"Correct {path.name}" + (f" line {line}" if line else "")
    )
    return Finding(code, severity, message, workspace=workspace.id, file=workspace.root / path, line=line, hint=hint)
