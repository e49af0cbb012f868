"""The meta-path finder that finds loaded modules by their full name, for pickle and ``importlib``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from cursus.workspace.loader import names
from cursus.workspace.loader.restorer import Restorer
from cursus.workspace.loader.space import space_of


class WorkspaceFinder(MetaPathFinder):
    """Knows the names below this package and nothing else."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a workspace's module, or None."""
        parts = names.split(fullname)
        if parts is None:
            return None
        package, local = parts
        space = space_of(*names.workspaces(package))
        if not space.has(local):
            return None
        return ModuleSpec(fullname, Restorer(space, local))


def install() -> None:
    """Put the finder before all others, once: the path finder would find a workspace's files too, as other modules."""
    if not any(isinstance(finder, WorkspaceFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, WorkspaceFinder())
