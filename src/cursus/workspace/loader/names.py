"""The names loaded modules carry: ``<this package>.<folder of the workspace>.<module>``.

The folder is spelled out in the name, so the name alone is enough to find the module again in another process.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote

from cursus.model.workspace import Workspace
from cursus.workspace import layout

HOME = "cursus.workspace.loader"
_SHARED_MARK = ":"


def package_name(workspace: Workspace, shared: Workspace | None) -> str:
    """The package name of a workspace that falls back to ``shared``."""
    folders = [_quoted(str(w.root)) for w in (workspace, shared) if w is not None]
    return f"{HOME}.{_SHARED_MARK.join(folders)}"


def split(name: str) -> tuple[str, str] | None:
    """``(package name, module inside it)`` of a loaded module's name; None for any other name."""
    start = f"{HOME}./"
    if not name.startswith(start):
        return None
    folder, _, local = name[len(HOME) + 1 :].partition(".")
    return f"{HOME}.{folder}", local


def workspaces(package: str) -> tuple[Workspace, Workspace | None]:
    """The workspace, and the one it falls back to, that a package name stands for."""
    own, _, shared = package[len(HOME) + 1 :].partition(_SHARED_MARK)
    return _workspace(Path(unquote(own))), _workspace(Path(unquote(shared))) if shared else None


def standalone(relative: Path, name: str | None = None) -> str:
    """The local name of a file that is loaded by itself: it is not in the package, or ``name`` is asked for."""
    return "@" + _quoted(relative.as_posix()) + ("" if name is None else "=" + _quoted(name))


def standalone_file(local: str) -> Path | None:
    """The file behind such a name, relative to the workspace; None for a module of the package."""
    return Path(unquote(local[1:].partition("=")[0])) if local.startswith("@") else None


def given_name(local: str) -> str | None:
    """The full name a file loaded by itself was to have, or None."""
    return unquote(local.partition("=")[2]) or None if local.startswith("@") else None


def _quoted(path: str) -> str:
    return quote(path, safe="/").replace(".", "%2E")


def _workspace(folder: Path) -> Workspace:
    candidates = (
        layout.developer_workspace(folder.parent.parent, folder.name),
        layout.shared_workspace(folder.parent),
    )
    return next((w for w in candidates if w.root == folder), layout.single_workspace(folder))
