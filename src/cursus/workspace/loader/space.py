"""One workspace's modules: executing them, keeping them, and knowing when they are out of date.

A module is known by its *local* name, without the package: ``steps.configs.config_x_step``; the package itself is
``""``. Modules the workspace lacks are taken from the shared workspace's own space, so a shared module is one module,
whoever imports it, and never sees a developer's files.
"""

from __future__ import annotations

import builtins
import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from cursus.model.workspace import SINGLE_ID, Workspace
from cursus.workspace import layout
from cursus.workspace.loader import completion, names, session
from cursus.workspace.loader.importing import Import
from cursus.workspace.loader.places import Place, find, inside, package_of
from cursus.workspace.loader.restorer import Restorer
from cursus.workspace.loader.source import Source, read


@dataclass(eq=False, slots=True)
class Loaded:
    """A module with what it was made from and what it took from others while it ran."""

    module: ModuleType
    place: Place | None
    source: Source | None
    ready: bool = False
    uses: list[tuple[Space, str, Loaded]] = field(default_factory=list)
    missed: set[tuple[Space, str]] = field(default_factory=set)


class Space:
    """The modules of one workspace in this process; get it from :func:`space_of`."""

    def __init__(self, workspace: Workspace, shared: Workspace | None) -> None:
        self.workspace = workspace
        self.name = names.package_name(workspace, shared)
        self.fallback = None if shared is None else space_of(shared)
        self.held = 0
        # A project that is itself the workspace may hold other packages, which are libraries to it.
        single = workspace.id == SINGLE_ID
        self._grounds = str(layout.package_dir(workspace) if single else workspace.root) + os.sep
        self._modules: dict[str, Loaded] = {}
        self._fresh: list[Loaded] = []
        self._builtins = {**vars(builtins), "__import__": Import(self)}

    # What a session asks.

    def present(self) -> Iterator[tuple[str, ModuleType]]:
        """Full name and module of everything loaded here or in the fallback."""
        for local, loaded in self._modules.items():
            if names.given_name(local) is None:  # such a name may be that of a library
                yield self.full_name(local), loaded.module
        if self.fallback:
            yield from self.fallback.present()

    def owns(self, name: str, module: object) -> bool:
        """Whether an entry of ``sys.modules`` comes from this workspace's folder or its fallback's."""
        if self.fallback and self.fallback.owns(name, module):
            return True
        if (parts := names.split(name)) is not None:
            return parts[0] == self.name
        file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        return isinstance(file, str) and "site-packages" not in file and file.startswith(self._grounds)

    def finish(self) -> None:
        """Complete what was loaded since the last time."""
        fresh, self._fresh = self._fresh, []
        for loaded in fresh:
            completion.complete(loaded.module)
        if self.fallback:
            self.fallback.finish()

    # What imports and the loader ask.

    def full_name(self, local: str) -> str:
        """The name in ``sys.modules``."""
        return names.given_name(local) or (f"{self.name}.{local}" if local else self.name)

    def place(self, local: str) -> Place | None:
        """Where a module of this workspace is; None when the workspace itself has none of that name."""
        return find(self.workspace, local)

    def has(self, local: str) -> bool:
        """Whether there is a file for the module now, here or in the fallback."""
        return self.place(local) is not None or (self.fallback is not None and self.fallback.has(local))

    def knows(self, local: str) -> bool:
        """Whether a module of that local name was loaded."""
        return local in self._modules

    def loaded(self, local: str) -> ModuleType | None:
        """The module if it is loaded and complete and no module runs that depends on it from now on, else None."""
        loaded = self._modules.get(local)
        return loaded.module if loaded and loaded.ready and not session.running() else None

    def together(self) -> AbstractContextManager[None]:
        """A context in which several loads count as one."""
        return session.session(self)

    def load(self, local: str) -> ModuleType | None:
        """The module, executed if it was not yet; None when neither this workspace nor its fallback has it.

        Whatever the module raises comes out as it is.
        """
        with session.session(self):
            loaded = self._load(local)
        return None if loaded is None else loaded.module

    def refresh(self) -> None:
        """Drop every module whose file changed, appeared or went, and every module that used one of those."""
        with session.exclusive() as busy:
            if busy:
                return
            if self.fallback:
                self.fallback.refresh()
            for local, loaded in list(self._modules.items()):
                if self._outdated(local, loaded):
                    self._drop(local)
            self._drop_users()

    def clear(self) -> None:
        """Drop every module of this workspace; the next load runs them again."""
        with session.exclusive():
            for local in list(self._modules):
                self._drop(local)

    def forget(self, local: str) -> None:
        """Drop one module and every module that used it."""
        with session.exclusive():
            self._drop(local)
            self._drop_users()

    # Freshness.

    def _outdated(self, local: str, loaded: Loaded) -> bool:
        if self.place(local) != loaded.place or (loaded.source and not loaded.source.unchanged()):
            return True
        return any(space.has(name) for space, name in loaded.missed)

    def _drop_users(self) -> None:
        again = True
        while again:
            again = False
            for local, loaded in list(self._modules.items()):
                if any(space._modules.get(name) is not used for space, name, used in loaded.uses):
                    self._drop(local)
                    again = True

    def _drop(self, local: str) -> None:
        loaded = self._modules.pop(local, None)
        if loaded is None:
            return
        name = self.full_name(local)
        if sys.modules.get(name) is loaded.module:
            del sys.modules[name]
        parent, _, child = local.rpartition(".")
        package = self._modules.get(parent) if local else None
        if package and vars(package.module).get(child) is loaded.module:
            delattr(package.module, child)

    # Loading.

    def _load(self, local: str) -> Loaded | None:
        loaded = self._modules.get(local) or self._load_new(local)
        users = session.running()
        user = users[-1] if users else None
        if user is not None and user is not loaded:
            if loaded is None:
                user.missed.add((self, local))
            else:
                user.uses.append((self, local, loaded))
        return loaded

    def _load_new(self, local: str) -> Loaded | None:
        alone = names.standalone_file(local)
        if alone is not None:
            parent, child = package_of(self.workspace, self.workspace.root / alone), ""
        else:
            parent, _, child = local.rpartition(".") if local else (None, "", "")
        package = None if parent is None else self._load(parent)
        if parent is not None and (package is None or not hasattr(package.module, "__path__")):
            return None
        if local in self._modules:  # the package has imported it meanwhile
            return self._modules[local]
        place = self.place(local)
        loaded = self._borrow(local) if place is None else self._execute(local, place, parent)
        if loaded is not None and package is not None and parent is not None:
            loaded.uses.append((self, parent, package))
            if child:
                setattr(package.module, child, loaded.module)
        return loaded

    def _borrow(self, local: str) -> Loaded | None:
        """The shared workspace's module under this workspace's name."""
        fallback = self.fallback if names.standalone_file(local) is None else None
        found = fallback._load(local) if fallback else None
        if fallback is None or found is None:
            return None
        # Not ready while the module itself still runs, as in a circular import.
        loaded = Loaded(found.module, None, None, ready=found.ready, uses=[(fallback, local, found)])
        self._modules[local] = loaded
        sys.modules[self.full_name(local)] = found.module
        return loaded

    def _execute(self, local: str, place: Place, parent: str | None) -> Loaded:
        name = self.full_name(local)
        if place.file is not None and not inside(place.file, self.workspace.root):
            raise ImportError(f"{place.file} is a link that leads outside the workspace", path=str(place.file))
        source, content = read(place.file) if place.file else (None, b"")
        loaded = Loaded(self._new_module(local, place, parent), place, source)
        self._modules[local] = loaded
        sys.modules[name] = loaded.module
        running = session.running()
        running.append(loaded)
        try:
            if place.file:
                exec(_compiled(content, place.file), vars(loaded.module))  # noqa: S102 - this is what loading is
        except BaseException:
            self._drop(local)
            raise
        finally:
            running.pop()
        # A module may have put another one in its own place.
        replacement = sys.modules.get(name)
        if isinstance(replacement, ModuleType):
            loaded.module = replacement
        loaded.ready = True
        self._fresh.append(loaded)
        return loaded

    def _new_module(self, local: str, place: Place, parent: str | None) -> ModuleType:
        name = self.full_name(local)
        module = ModuleType(name)
        loader = Restorer(self, local)
        spec = ModuleSpec(name, loader, origin=None if place.file is None else str(place.file))
        module.__package__ = "" if parent is None else self.full_name(parent)
        if place.folder is not None:
            spec.submodule_search_locations = [str(place.folder)]
            module.__path__ = [str(place.folder)]
            module.__package__ = name
        if place.file is not None:
            spec.has_location = True
            module.__file__ = str(place.file)
        module.__spec__, module.__loader__ = spec, loader
        vars(module)["__builtins__"] = self._builtins
        return module


def _compiled(content: bytes, file: Path) -> CodeType:
    try:
        return compile(content, str(file), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, SyntaxError) and error.filename:
            raise
        # Zero bytes, or nesting too deep for the parser: say which file it was.
        raise SyntaxError(str(error) or "too deeply nested", (str(file), 1, 1, None)) from error


# Pickled classes are found by name, so one workspace has one set of modules in a process. It lives as long as a loader
# or anything loaded refers to it.
_SPACES: weakref.WeakValueDictionary[str, Space] = weakref.WeakValueDictionary()


def space_of(workspace: Workspace, shared: Workspace | None = None) -> Space:
    """The space of a workspace that falls back to ``shared``."""
    if shared is not None and shared.root == workspace.root:
        shared = None
    name = names.package_name(workspace, shared)
    with session.exclusive():
        space = _SPACES.get(name)
        if space is None:
            space = _SPACES[name] = Space(workspace, shared)
        return space
