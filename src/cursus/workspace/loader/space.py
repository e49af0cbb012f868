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
from types import ModuleType

from cursus.model.workspace import SINGLE_ID, Workspace
from cursus.workspace import layout
from cursus.workspace.loader import completion, names, session
from cursus.workspace.loader.importing import Import
from cursus.workspace.loader.making import compiled, new_module
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
    uses: dict[tuple[Space, str], Loaded] = field(default_factory=dict)
    missed: set[tuple[Space, str]] = field(default_factory=set)

    def uses_are_current(self) -> bool:
        """Whether everything this module used is what would be used now."""
        return all(space._modules.get(name) is used for (space, name), used in self.uses.items())


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

    def load(self, local: str, *, check: bool = False) -> ModuleType | None:
        """The module, executed if it was not yet; None when neither this workspace nor its fallback has it.

        Whatever the module raises comes out as it is.

        :param check: execute again what has changed since, and what used that.
        """
        with session.session(self, check=check):
            loaded = self._load(local)
        return None if loaded is None else loaded.module

    def clear(self) -> None:
        """Drop every module of this workspace; the next load runs them again."""
        with session.exclusive():
            for local in list(self._modules):
                self._drop(local)

    def forget(self, local: str) -> None:
        """Drop one module; what used it is found out of date when it is loaded next."""
        with session.exclusive():
            self._drop(local)

    # Freshness.

    def _outdated(self, local: str, loaded: Loaded) -> bool:
        if self.place(local) != loaded.place or (loaded.source and not loaded.source.unchanged()):
            return True
        return any(space.has(name) for space, name in loaded.missed)

    def _up_to_date(self, local: str, loaded: Loaded) -> Loaded | None:
        """The module if its file and everything it used are as they were, else None: then it has to run again.

        Each module is looked at once in a load, and one that runs is never taken away from those it has reached.
        """
        checked = session.checked()
        if checked is None or loaded in checked:
            return loaded
        reached = self._reached(local, loaded, checked)
        for space, name, each in reached:
            if space._outdated(name, each):
                space._drop(name)
        again = True
        while again:
            again = False
            for space, name, each in reached:
                if space._modules.get(name) is each and not each.uses_are_current():
                    space._drop(name)
                    again = True
        checked.update(each for _, _, each in reached)
        return self._modules.get(local)

    def _reached(self, local: str, loaded: Loaded, skipped: set[Loaded]) -> list[tuple[Space, str, Loaded]]:
        """The module and all that it used, directly or not, and that is still there."""
        skipped = skipped | set(session.running())
        found: dict[Loaded, tuple[Space, str, Loaded]] = {}
        pending = [(self, local, loaded)]
        while pending:
            space, name, each = pending.pop()
            if each not in found and each not in skipped and space._modules.get(name) is each:
                found[each] = (space, name, each)
                pending += [(s, n, used) for (s, n), used in each.uses.items()]
        return list(found.values())

    def _drop(self, local: str) -> None:
        loaded = self._modules.pop(local, None)
        if loaded is None:
            return
        name = self.full_name(local)
        session.discard(name, loaded.module)
        parent, _, child = local.rpartition(".")
        package = self._modules.get(parent) if local else None
        if package and vars(package.module).get(child) is loaded.module:
            delattr(package.module, child)

    # Loading.

    def _load(self, local: str) -> Loaded | None:
        known = self._modules.get(local)
        loaded = (known and self._up_to_date(local, known)) or self._load_new(local)
        users = session.running()
        user = users[-1] if users else None
        if user is not None and user is not loaded:
            if loaded is None:
                user.missed.add((self, local))
            else:
                user.uses[self, local] = loaded
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
            loaded.uses[self, parent] = package
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
        loaded = Loaded(found.module, None, None, ready=found.ready, uses={(fallback, local): found})
        self._modules[local] = loaded
        sys.modules[self.full_name(local)] = found.module
        return loaded

    def _execute(self, local: str, place: Place, parent: str | None) -> Loaded:
        name = self.full_name(local)
        if place.file is not None and not inside(place.file, self.workspace.root):
            raise ImportError(f"{place.file} is a link that leads outside the workspace", path=str(place.file))
        source, content = read(place.file) if place.file else (None, b"")
        package = "" if parent is None else self.full_name(parent)
        module = new_module(name, place, package, Restorer(self, local), self._builtins)
        loaded = Loaded(module, place, source)
        self._modules[local] = loaded
        sys.modules[name] = loaded.module
        running = session.running()
        running.append(loaded)
        try:
            if place.file:
                exec(compiled(content, place.file), vars(loaded.module))  # noqa: S102 - this is what loading is
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
