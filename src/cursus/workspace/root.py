"""Where the workspaces are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cursus.errors import NoWorkspaceRoot
from cursus.workspace import layout

ROOT_VARIABLE = "CURSUS_WORKSPACE_ROOT"
FALLBACK = "developer_workspaces"


def is_root(path: Path) -> bool:
    """True when ``path`` holds ``developers/`` or ``shared/``, or is itself a workspace (the single form)."""
    return is_multi_root(path) or layout.single_workspace(path).steps_dir.is_dir()


def is_multi_root(path: Path) -> bool:
    """True when ``path`` holds ``developers/`` or ``shared/``."""
    return layout.developers_dir(path).is_dir() or layout.shared_workspace(path).root.is_dir()


def find_root(
    explicit: Path | None = None, *, cwd: Path | None = None, environ: Mapping[str, str] | None = None
) -> Path:
    """The workspace root, absolute: ``explicit`` > ``CURSUS_WORKSPACE_ROOT`` > nearest ancestor of the working
    directory that is a root > ``developer_workspaces`` in the working directory.

    From inside a developer's folder the root around it is found, not that folder as a single workspace.

    :raises NoWorkspaceRoot: none of them is a root; one named explicitly or in the environment is never passed over.
    """
    base = absolute(cwd or Path.cwd())
    if explicit is not None:
        return _checked(base / explicit, "named explicitly")
    named = (os.environ if environ is None else environ).get(ROOT_VARIABLE)
    if named:
        return _checked(base / named, f"named by {ROOT_VARIABLE}")
    for folder in (base, *base.parents):
        if is_multi_root(folder) and not _belongs_to_a_root(folder):
            return folder
        if is_root(folder) and not _belongs_to_a_root(folder):
            return folder
    fallback = base / FALLBACK
    if is_root(fallback):
        return fallback
    raise NoWorkspaceRoot(base, f"neither it, nor a folder above it, nor {FALLBACK}/ in it holds workspaces")


def root_for_creation(
    explicit: Path | None = None, *, cwd: Path | None = None, environ: Mapping[str, str] | None = None
) -> Path:
    """Where a new workspace goes: as :func:`find_root`, but what is named, and the fallback, need not exist yet.

    :raises NoWorkspaceRoot: what is named is not a folder, or holds a single workspace.
    """
    base = absolute(cwd or Path.cwd())
    named = (os.environ if environ is None else environ).get(ROOT_VARIABLE)
    given = explicit if explicit is not None else Path(named) if named else None
    if given is None:
        try:
            root = find_root(cwd=base, environ={})
        except NoWorkspaceRoot:
            root = base / FALLBACK
    else:
        root = absolute(base / given)
    if root.exists() and not root.is_dir():
        raise NoWorkspaceRoot(root, "it is not a folder")
    if root.is_dir() and is_root(root) and not is_multi_root(root):
        raise NoWorkspaceRoot(root, "it is a single workspace itself and cannot hold others")
    return root


def absolute(path: Path) -> Path:
    """``path`` made absolute and free of ``..``, with links left as they are."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - Path.absolute keeps '..', resolve follows links


def _belongs_to_a_root(folder: Path) -> bool:
    """Whether ``folder`` is the folder of a workspace of a root further up."""
    if layout.developers_dir(folder.parent.parent) == folder.parent and folder.parent.name:
        return layout.single_workspace(folder).steps_dir.is_dir()
    return layout.shared_workspace(folder.parent).root == folder and layout.single_workspace(folder).steps_dir.is_dir()


def _checked(path: Path, how: str) -> Path:
    path = absolute(path)
    if not path.exists():
        raise NoWorkspaceRoot(path, f"it does not exist ({how})")
    if not path.is_dir():
        raise NoWorkspaceRoot(path, f"it is not a folder ({how})")
    if not is_root(path):
        raise NoWorkspaceRoot(path, f"it holds neither {layout.DEVELOPERS}/ nor {layout.SHARED}/ ({how})")
    return path
