"""The ``__import__`` that a workspace's modules have.

``cursus_dev`` and relative imports mean the workspace of the importing module, at import time and inside functions
called much later; everything else is the interpreter's business.
"""

from __future__ import annotations

import builtins
import importlib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Protocol

from cursus.workspace.layout import PACKAGE


class Space(Protocol):
    """The modules of the importing module's workspace."""

    name: str

    def load(self, local: str) -> ModuleType | None:
        """The module of that local name, or None."""

    def loaded(self, local: str) -> ModuleType | None:
        """The module if it is loaded and complete and no module runs that depends on it from now on, else None."""

    def knows(self, local: str) -> bool:
        """Whether a module of that local name was loaded."""

    def together(self) -> Any:
        """A context in which several loads count as one."""


class Import:
    """``__import__`` for the modules of one workspace."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._importlib = self._by_name()

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - the interpreter's own parameter names
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import, as the import statement does."""
        package = self._package(globals) if level else None
        if package is not None:
            local, start = _resolve(package, name, level), package
        elif level == 0 and (name == PACKAGE or name.startswith(f"{PACKAGE}.")):
            local, start = name[len(PACKAGE) + 1 :], ""
        else:
            found = builtins.__import__(name, globals, locals, fromlist or (), level)
            return self._importlib if found is importlib else found
        bound = local if fromlist else _resolve(start, name.partition(".")[0], level) if level else ""
        # A function that runs later imports what is there without waiting for other threads' loads.
        module = self._space.loaded(bound) if self._space.loaded(local) is not None else None
        if module is not None and all(name != "*" and hasattr(module, name) for name in fromlist or ()):
            return module
        with self._space.together():
            module = self._module(local)
            self._submodules(module, local, fromlist or ())
            return self._module(bound)

    def _by_name(self) -> ModuleType:
        """``importlib`` as the workspace's modules see it: its ``import_module`` knows what ``cursus_dev`` means."""

        def import_module(name: str, package: str | None = None) -> ModuleType:
            """Import a module by its absolute name, or by a relative one seen from ``package``."""
            if name == PACKAGE or name.startswith(f"{PACKAGE}."):
                return self(name, fromlist=("__name__",))
            return importlib.import_module(name, package)

        seen = ModuleType(importlib.__name__, importlib.__doc__)
        vars(seen).update({"import_module": import_module, "__getattr__": lambda name: getattr(importlib, name)})
        return seen

    def _package(self, importer: Mapping[str, Any] | None) -> str | None:
        """The local name of the importing module's package; None when it is not of this workspace."""
        package = (importer or {}).get("__package__")
        if not isinstance(package, str) or not (package + ".").startswith(self._space.name + "."):
            return None
        return package[len(self._space.name) + 1 :]

    def _module(self, local: str) -> ModuleType:
        module = self._space.load(local)
        if module is None:
            name = f"{PACKAGE}.{local}" if local else PACKAGE
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return module

    def _submodules(self, module: ModuleType, local: str, fromlist: Sequence[str]) -> None:
        """Load what ``from package import name`` names and the package does not have as an attribute."""
        if not fromlist or not hasattr(module, "__path__"):
            return
        names = list(fromlist)
        if "*" in names:
            names = [n for n in names if n != "*"] + [n for n in getattr(module, "__all__", ()) if isinstance(n, str)]
        for name in names:
            child = f"{local}.{name}" if local else name
            if not hasattr(module, name) or self._space.knows(child):
                self._space.load(child)


def _resolve(package: str, name: str, level: int) -> str:
    """The local name a relative import means."""
    parts = package.split(".") if package else []
    if level - 1 > len(parts):
        raise ImportError("attempted relative import beyond top-level package")
    kept = parts[: len(parts) - level + 1]
    return ".".join([*kept, *filter(None, [name])])
