"""Which file of a workspace an import statement means."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cursus.model.facts import Import
from cursus.model.workspace import Workspace
from cursus.workspace.layout import PACKAGE, PYTHON_SUFFIX, module_name, source_root


@dataclass(frozen=True, slots=True)
class Target:
    """What an import means inside ``cursus_dev``.

    :param dotted: absolute dotted name, ``cursus_dev.steps.scripts.x``; None when a relative import climbs out.
    """

    dotted: str | None

    @property
    def inside(self) -> bool:
        """Whether it stays within the package."""
        return self.dotted is not None


def package_of(folder: Path, workspace: Workspace) -> tuple[str, ...] | None:
    """The package that relative imports in the files of a folder start from; None outside the workspace's package."""
    name = module_name(workspace, folder / "__init__.py")
    return None if name is None else tuple(filter(None, name.split(".")))


def target_of(statement: Import, package: tuple[str, ...] | None) -> Target | None:
    """The module of the workspace's package that is meant, or None when the import is of something else.

    A relative import in a file outside the package is not judged either.

    :param package: of the file, see :func:`package_of`.
    """
    if statement.level == 0:
        own = statement.module == PACKAGE or statement.module.startswith(PACKAGE + ".")
        return Target(statement.module) if own else None
    if package is None:
        return None
    kept = package[: len(package) - statement.level + 1]
    if statement.level > len(package):
        return Target(None)
    return Target(".".join([*kept, *filter(None, [statement.module])]))


@lru_cache(maxsize=4096)
def _root_of(workspace: Workspace) -> str:
    return str(source_root(workspace))


def exists(workspace: Workspace, dotted: str) -> bool:
    """Whether the workspace has a module or package of that name."""
    base = f"{_root_of(workspace)}/{dotted.replace('.', '/')}"
    return os.path.isfile(base + PYTHON_SUFFIX) or os.path.isdir(base)  # noqa: PTH112, PTH113 - for every import
