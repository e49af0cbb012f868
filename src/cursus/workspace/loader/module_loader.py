"""The loader: a workspace's modules on request, with errors that name file, line and cause."""

from __future__ import annotations

import importlib
import traceback
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from cursus.errors import ModuleLoadError, did_you_mean
from cursus.model.workspace import Layer, Workspace
from cursus.workspace import layout
from cursus.workspace.layout import PACKAGE
from cursus.workspace.loader import names, session
from cursus.workspace.loader.places import find, inside, package_of
from cursus.workspace.loader.space import Space, space_of
from cursus.workspace.root import absolute


class ModuleLoader:
    """Loads modules of one workspace; those it lacks come from ``shared``, the core's by ordinary import.

    Loaders of the same workspace share their modules, and a module is loaded again when its file, or a file of the
    workspace it imported, has changed.

    :param workspace: whose modules.
    :param shared: where ``cursus_dev`` modules are looked for that the workspace does not have.
    """

    def __init__(self, workspace: Workspace, *, shared: Workspace | None = None) -> None:
        self.workspace = replace(workspace, root=absolute(workspace.root))
        if shared is not None:
            shared = replace(shared, root=absolute(shared.root))
        self._core = layout.core_workspace()
        self._space: Space | None = None
        if workspace.layer is not Layer.CORE:
            self._space = space_of(self.workspace, shared)

    @property
    def package(self) -> str:
        """The package name under which this workspace's modules are known in the process."""
        return layout.CORE_PACKAGE if self._space is None else self._space.name

    def load(self, path: Path, name: str | None = None) -> ModuleType:
        """The module in ``path``.

        :param path: a Python file of the workspace, of its shared workspace or of the core.
        :param name: the module's ``__name__``, if it is to have another than its place in the workspace gives it; such
            a module is one of its own and its classes cannot be pickled.
        :raises ModuleLoadError: the file is absent, outside, or fails; names workspace, file, line and cause.
        """
        path = absolute(path)
        try:
            module = self._find_and_load(path, name)
        except ModuleLoadError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            raise self._failure(path, error) from error
        return module

    def load_symbol(self, path: Path, name: str) -> Any:
        """What the module binds to ``name``.

        :raises ModuleLoadError: as for :meth:`load`, or the module has no such name.
        """
        module = self.load(path)
        try:
            return getattr(module, name)
        except AttributeError:
            cause = f"it defines no '{name}'.{did_you_mean(name, [n for n in vars(module) if not n.startswith('__')])}"
            raise ModuleLoadError(
                workspace=self._workspace_at(path).id, file=absolute(path), line=None, cause=cause
            ) from None

    def active(self) -> AbstractContextManager[None]:
        """A context in which the loaded modules stay in ``sys.modules``.

        Needed around workspace code that looks its own module up there while it runs: ``inspect.getsource``,
        ``typing.get_type_hints``, dataclasses defined inside functions.
        """
        return nullcontext() if self._space is None else session.presence(self._space)

    def forget(self, path: Path | None = None) -> None:
        """Drop the module of one file with all that used it, or every module; the next load runs them again."""
        if self._space is None:
            return
        if path is None:
            self._space.clear()
            return
        for space in self._spaces():
            local = _local_name(space, absolute(path))
            if local is not None:
                space.forget(local)

    def _spaces(self) -> list[Space]:
        return [s for s in (self._space, self._space.fallback if self._space else None) if s is not None]

    def _find_and_load(self, path: Path, name: str | None) -> ModuleType:
        if not path.is_file():
            raise FileNotFoundError("there is no such file" if not path.exists() else "it is not a file")
        for space in self._spaces():
            local = _local_name(space, path, name)
            if local is not None:
                module = space.load(local, check=True)
                if module is None:
                    raise ImportError("a package above it is not one")
                return module
        dotted = layout.module_name(self._core, path) if inside(path, self._core.root) else None
        if dotted is None:
            raise ImportError(f"it lies outside the workspace '{self.workspace.id}'")
        return importlib.import_module(dotted)

    def _failure(self, path: Path, error: BaseException) -> ModuleLoadError:
        """The error at the deepest place inside a workspace that led to it."""
        file, line = path, None
        for frame, number in traceback.walk_tb(error.__traceback__):
            if self._is_ours(code := Path(frame.f_code.co_filename)):
                file, line = code, number
        if isinstance(error, SyntaxError) and error.filename and self._is_ours(Path(error.filename)):
            file, line = Path(error.filename), error.lineno
        cause = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        if isinstance(error, SyntaxError):
            cause = f"{type(error).__name__}: {error.msg}"
        for space in self._spaces():
            cause = cause.replace(space.name, PACKAGE)
        return ModuleLoadError(workspace=self._workspace_at(file).id, file=file, line=line, cause=cause)

    def _is_ours(self, file: Path) -> bool:
        folders = [self._core.root, *(s.workspace.root for s in self._spaces())]
        return "site-packages" not in file.parts and any(file.is_relative_to(folder) for folder in folders)

    def _workspace_at(self, file: Path) -> Workspace:
        workspaces = [self.workspace, *(s.workspace for s in self._spaces()), self._core]
        return next((w for w in workspaces if file.is_relative_to(w.root)), self.workspace)


def _local_name(space: Space, path: Path, name: str | None = None) -> str | None:
    """The local name of a file of the space's workspace; None for a file that lies elsewhere.

    :raises ImportError: the file is a link that leads outside.
    """
    workspace = space.workspace
    if not path.is_relative_to(workspace.root):
        real_root, real = workspace.root.resolve(), path.resolve()
        if not real.is_relative_to(real_root):
            return None
        path = workspace.root / real.relative_to(real_root)
    elif not inside(path, workspace.root):
        raise ImportError("it is a link that leads outside the workspace")
    parent = package_of(workspace, path)
    if parent is not None and name is None and path.suffix == ".py":
        local = parent if path.name == "__init__.py" else f"{parent}.{path.stem}" if parent else path.stem
        place = find(workspace, local)
        if place is not None and place.file == path:
            return local
    return names.standalone(path.relative_to(workspace.root), name)
