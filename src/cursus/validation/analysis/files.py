"""All Python files of a workspace's package, components or not."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from cursus.model.workspace import Workspace
from cursus.workspace.layout import PYTHON_SUFFIX, package_dir


def python_files(workspace: Workspace, known: Iterable[Path]) -> list[Path]:
    """Regular ``.py`` files below the package folder and those that are known, sorted; links are not followed.

    Hidden ones are left out. What is refused (a link out of the workspace, a pipe named ``x.py``) is reported by the
    scan where it matters.
    """
    found = {str(path): path for path in known}
    waiting = [str(package_dir(workspace))]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith(".") or name == "__pycache__":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif name.endswith(PYTHON_SUFFIX) and entry.path not in found and entry.is_file(follow_symlinks=False):
                    found[entry.path] = Path(entry.path)
    return [found[path] for path in sorted(found)]
