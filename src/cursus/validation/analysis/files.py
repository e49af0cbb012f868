"""All Python files of a workspace's package, components or not."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cursus.model.workspace import Workspace
from cursus.workspace.layout import PYTHON_SUFFIX, package_dir


def python_files(workspace: Workspace) -> tuple[Path, ...]:
    """Regular ``.py`` files below the package folder, sorted, without hidden ones; links are not followed.

    What is refused (a link out of the workspace, a pipe named ``x.py``) is reported by the scan where it matters.
    """
    found: list[Path] = []
    for folder, folders, names in os.walk(package_dir(workspace), followlinks=False):
        folders[:] = sorted(f for f in folders if f != "__pycache__" and not f.startswith("."))
        base = Path(folder)
        paths = (base / n for n in sorted(names) if n.endswith(PYTHON_SUFFIX) and not n.startswith("."))
        found.extend(p for p in paths if _is_plain(p))
    return tuple(found)


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
