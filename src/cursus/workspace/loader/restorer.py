"""The import-system loader of a workspace's modules, for whoever imports one by its full name (pickle does)."""

from __future__ import annotations

import sys
from importlib.abc import Loader
from types import ModuleType
from typing import Protocol


class Loads(Protocol):
    """What the modules come from."""

    def load(self, local: str) -> ModuleType | None:
        """The module, or None when there is none."""


class Restorer(Loader):
    """Hands out the module that was loaded, instead of executing it a second time."""

    def __init__(self, space: Loads, local: str) -> None:
        self._space = space
        self._local = local

    def exec_module(self, module: ModuleType) -> None:
        """Put the loaded module in the place of the new, empty one."""
        name = module.__name__
        loaded = self._space.load(self._local)
        if loaded is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        # The import system takes the module from here afterwards.
        sys.modules[name] = loaded
