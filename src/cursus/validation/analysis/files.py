"""All Python files of a workspace's package, components or not."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cursus.model.workspace import Workspace
from cursus.workspace.layout import PYTHON_SUFFIX, package_dir


def python_files(workspace: Workspace) -> tuple[Path, ...]:
    """Regular ``.py`` files below the package folder, sorted, without hidden ones; links are not followed.

    What is refused (a link out of the workspace, a pipe named ``x.py``) is reported by the scan where it matters.
    """
    found: list[Path] = []
    waiting = [str(package_dir(workspace))]
    while waiting:
        folder = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            base = Path(folder)
            for entry in entries:
                name = entry.name
                if name.startswith(".") or name == "__pycache__":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif name.endswith(PYTHON_SUFFIX) and entry.is_file(follow_symlinks=False):
                    found.append(base / name)
    return tuple(sorted(found, key=str))
