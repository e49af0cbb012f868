"""Where a workspace's modules are on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cursus.model.workspace import Workspace
from cursus.workspace import layout
from cursus.workspace.loader import names


@dataclass(frozen=True, slots=True)
class Place:
    """A module's file, a package's folder, or both; a folder without ``__init__.py`` is a package too."""

    file: Path | None
    folder: Path | None = None


def find(workspace: Workspace, local: str) -> Place | None:
    """The place of a module by its local name; None when the workspace has none."""
    outside = names.standalone_file(local)
    if outside is not None:
        path = workspace.root / outside
        return Place(path) if path.is_file() else None
    parts = local.split(".") if local else []
    if any(not part or os.sep in part or "\0" in part for part in parts):
        return None
    # Asked for every module at every load: strings are several times faster here than paths.
    base = os.path.join(layout.package_dir(workspace), *parts)  # noqa: PTH118
    init = os.path.join(base, "__init__.py")  # noqa: PTH118
    if os.path.isfile(init):  # noqa: PTH113
        return Place(Path(init), Path(base))
    if parts and os.path.isfile(f"{base}.py"):  # noqa: PTH113
        return Place(Path(f"{base}.py"))
    return Place(None, Path(base)) if os.path.isdir(base) else None  # noqa: PTH112


def package_of(workspace: Workspace, path: Path) -> str | None:
    """The local name of the package a file lies in; None for a file outside the workspace's package."""
    package = layout.package_dir(workspace)
    if not path.is_relative_to(package):
        return None
    return ".".join(path.parent.relative_to(package).parts)


def inside(path: Path, folder: Path) -> bool:
    """Whether the file, with all links followed, lies in the folder."""
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
