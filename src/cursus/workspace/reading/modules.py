"""Which file of a workspace a dotted module name means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.model.workspace import Layer, Workspace
from cursus.workspace import layout

Bindings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Module:
    """One module of one workspace, with the bindings read off it."""

    workspace: Workspace
    path: Path
    dotted: str
    bindings: Bindings

    def absolute(self, module: str, level: int) -> str | None:
        """The absolute name of an imported module; None when a relative import climbs out of the package."""
        if level == 0:
            return module
        parts = self.dotted.split(".")
        package = parts if self.path.name == "__init__.py" else parts[:-1]
        if level > len(package):
            return None
        return ".".join([*package[: len(package) - level + 1], *([module] if module else [])])


class Modules:
    """The modules one workspace can import from: its own, then the shared ones; the core's by their own name.

    :param read: gives the bindings of a file; raises ``FileError`` when it is broken.
    """

    def __init__(
        self,
        workspace: Workspace,
        shared: Workspace | None,
        core: Workspace,
        read: Callable[[Workspace, Path], Bindings],
    ) -> None:
        self._layers = {
            layout.PACKAGE: [workspace, *([shared] if shared and shared.id != workspace.id else [])],
            layout.CORE_PACKAGE: [core],
        }
        if workspace.layer is Layer.CORE:
            self._layers[layout.PACKAGE] = []
        self._read = read
        self._found: dict[str, Module | None] = {}

    def at(self, workspace: Workspace, path: Path) -> Module:
        """The module in a file."""
        dotted = layout.module_name(workspace, path) or path.stem
        return Module(workspace, path, dotted, self._read(workspace, path))

    def find(self, dotted: str) -> Module | None:
        """The module of that absolute name, or None when no layer has it.

        :raises FileError: it is there and broken.
        """
        if dotted not in self._found:
            self._found[dotted] = self._locate(dotted)
        return self._found[dotted]

    def is_folder(self, dotted: str) -> bool:
        """Whether a name is a package, be it one without ``__init__.py``."""
        return any(folder.is_dir() for _, folder in self._places(dotted))

    def is_inside(self, dotted: str) -> bool:
        """Whether a name belongs to the workspace's or the core's package at all."""
        return any(dotted == package or dotted.startswith(package + ".") for package in self._layers)

    def _locate(self, dotted: str) -> Module | None:
        for workspace, base in self._places(dotted):
            for path in (base.with_name(base.name + layout.PYTHON_SUFFIX), base / "__init__.py"):
                if path.is_file():
                    return Module(workspace, path, dotted, self._read(workspace, path))
        return None

    def _places(self, dotted: str) -> Iterator[tuple[Workspace, Path]]:
        """Where the module could be, without suffix; own before shared."""
        for package, layers in self._layers.items():
            if dotted == package or dotted.startswith(package + "."):
                for workspace in layers:
                    yield workspace, layout.source_root(workspace).joinpath(*dotted.split("."))
