"""What is known of a tree without running any of it: one scan, and what a file states, read when it is asked for.

The index keeps answers until :meth:`WorkspaceIndex.refresh`, and between processes in a cache that never changes a
result.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cursus.errors import FileError, UnknownWorkspace
from cursus.model.workspace import CORE_ID, Component, ComponentKind, Layer, Workspace
from cursus.workspace import layout
from cursus.workspace.errors import InvalidContract, InvalidSpec
from cursus.workspace.records import Records
from cursus.workspace.root import absolute
from cursus.workspace.scan import Tree, folders, scan

if TYPE_CHECKING:  # each costs some milliseconds, and bringing the index up to date needs none of them
    from cursus.model.facts import ModuleFacts
    from cursus.model.manifest import Manifest, Overlay
    from cursus.model.step import Contract, Opaque, Spec
    from cursus.workspace.indexing import Indexed

#: The kinds of files that state what a step is; all that has to be read to know which steps there are.
STATING = (ComponentKind.CONTRACT, ComponentKind.SPEC, ComponentKind.INTERFACE)
#: The kinds of files that are Python modules.
PYTHON = tuple(kind for kind in ComponentKind if kind is not ComponentKind.INTERFACE)

_T = TypeVar("_T")
_Key = tuple[str, str, str]


class WorkspaceIndex:
    """A workspace root, read statically; may be used from several threads.

    :param root: the workspace root.
    :param cache: whether what was read is kept in ``<root>/.cursus`` between processes.
    """

    def __init__(self, root: Path, *, cache: bool = True) -> None:
        self.root = absolute(root)
        self._records = Records(self.root, cache=cache)
        self._tree: Tree | None = None
        self._answers: dict[_Key, Any] = {}
        self._owners: dict[str, Workspace | None] = {}
        self._lock = threading.RLock()
        #: The time, in nanoseconds, before which nothing that it knows was read.
        self.since = time.time_ns()

    @property
    def tree(self) -> Tree:
        """What the scan found; scanned once."""
        with self._lock:
            if self._tree is None:
                self._tree = scan(self.root)
            return self._tree

    def refresh(self) -> None:
        """Forget what was read, and look again at the next question."""
        with self._lock:
            self.since = time.time_ns()
            self._tree = None
            self._answers.clear()
            self._owners.clear()
            self._records.forget()

    def index_all(self, kinds: Collection[ComponentKind] = tuple(ComponentKind)) -> Indexed | None:
        """Read every step file that is not known yet, on all processors when there are many; None without a cache.

        It changes no answer, only how soon the next ones come.

        :param kinds: only files of these kinds.
        """
        cache = self._records.cache
        if cache is None:
            return None
        from cursus.workspace.indexing import index_folders

        with self._records.lock:
            return index_folders(self._records, cache, folders(self.root, kinds))

    def expect(self, workspace_id: str, kinds: Iterable[ComponentKind] = PYTHON) -> None:
        """Most files of these kinds in a workspace will be asked for soon. It changes no answer, as :meth:`index_all`.

        :raises UnknownWorkspace: there is no such workspace.
        """
        workspace = self.workspace(workspace_id)
        self._records.expect(layout.kind_dir(workspace, kind) for kind in kinds)

    def recall(self, key: str) -> str | None:
        """A text kept under ``key``, perhaps by an earlier process; None when there is none, or no cache."""
        cache = self._records.cache
        if cache is None:
            return None
        with self._records.lock:
            return cache.record(key)

    def keep(self, key: str, text: str) -> None:
        """Keep a text under ``key``, over the one before; it may be lost at any time."""
        cache = self._records.cache
        if cache is not None:
            with self._records.lock:
                cache.keep_record(key, text)

    def save(self) -> None:
        """Write what was read to the cache now; done by itself at exit."""
        self._records.save()

    def workspace(self, workspace_id: str) -> Workspace:
        """The workspace of that id.

        :raises UnknownWorkspace: there is none.
        """
        workspace = self.tree.by_id.get(workspace_id)
        if workspace is not None:
            return workspace
        known = [w.id for w in self.tree.workspaces if w.layer is not Layer.CORE]
        raise UnknownWorkspace(workspace_id, known, self.root)

    def workspace_of(self, path: Path) -> Workspace | None:
        """The workspace a file lies in, or None."""
        folder = os.path.dirname(path)  # noqa: PTH120 - asked of every file
        if folder not in self._owners:
            roots = self.tree.by_root
            self._owners[folder] = next((roots[p] for p in path.parents if p in roots), None)
        return self._owners[folder]

    def module(self, path: Path) -> ModuleFacts:
        """What reading a Python file tells about it.

        :raises FileError: it cannot be read or parsed (``syntax-error`` and others), with line and column.
        """
        from cursus.workspace.reading.rows import decode_facts

        return self._answer("module", str(path), "", lambda: decode_facts(self._record(path)["facts"]))

    def contract(self, component: Component) -> Contract | Opaque:
        """The contract a contract file states, opaque when it has to be loaded to be known.

        :raises FileError: the file is broken, states no contract, or one that cannot be.
        """
        return self._answer("contract", str(component.path), component.step, lambda: self._contract(component))

    def spec(self, component: Component) -> Spec | Opaque:
        """The specification a spec file states, opaque when it has to be loaded to be known.

        :raises FileError: the file is broken, states no specification, or one that cannot be.
        """
        name = f"{component.step}_{component.job}" if component.job else component.step
        return self._answer("spec", str(component.path), name, lambda: self._spec(component, name))

    def manifest(self, component: Component) -> Manifest:
        """A ``.step.yaml`` file.

        :raises FileError: it is not YAML or not a manifest, with the line.
        """
        return self._answer("manifest", str(component.path), "", lambda: self._manifest(component))

    def overlay(self, workspace_id: str) -> Overlay | None:
        """The rows a workspace lays over the core table; None when it has no overlay file.

        :raises FileError: the file is broken or has a row that cannot be used.
        """
        return self._answer("overlay", workspace_id, "", lambda: self._overlay(workspace_id))

    def settings(self, workspace_id: str) -> Mapping[str, Any]:
        """``workspace.toml`` as plain values; empty when there is none.

        :raises FileError: it is not TOML.
        """
        return self._answer("settings", workspace_id, "", lambda: self._settings(workspace_id))

    def owner(self, workspace_id: str) -> str | None:
        """Who owns the workspace, from ``workspace.toml``; None also when that file is broken, see :meth:`settings`."""
        return self._setting(workspace_id, "owner")

    def description(self, workspace_id: str) -> str | None:
        """What the workspace is for; as :meth:`owner`."""
        return self._setting(workspace_id, "description")

    def _answer(self, what: str, of: str, name: str, find: Callable[[], _T]) -> _T:
        """The answer found before, error included, or a new one."""
        key = (what, of, name)
        with self._lock:
            if key not in self._answers:
                try:
                    self._answers[key] = find()
                except FileError as error:
                    self._answers[key] = error.with_traceback(None)
            answer = self._answers[key]
        if isinstance(answer, FileError):
            raise answer.with_traceback(None)
        found: _T = answer
        return found

    def _record(self, path: Path) -> Mapping[str, Any]:
        workspace = self.workspace_of(path)
        return self._records.python(path, self.root if workspace is None else workspace.root, _id(workspace))

    def _bindings(self, workspace: Workspace, path: Path) -> Mapping[str, Any]:
        return self._records.bindings(path, workspace.root, workspace.id)

    def _modules(self, workspace: Workspace) -> Any:
        from cursus.workspace.reading.modules import Modules

        return Modules(workspace, self.tree.shared, self.workspace(CORE_ID), self._bindings)

    def _contract(self, component: Component) -> Contract | Opaque:
        from cursus.workspace.reading.evaluate import Evaluator
        from cursus.workspace.reading.stated import contract_in
        from cursus.workspace.reading.values import Wrong

        workspace = self.workspace(component.workspace)
        modules = self._modules(workspace)
        module = modules.at(workspace, component.path)
        try:
            return contract_in(Evaluator(modules), module, component.step)
        except Wrong as error:
            raise InvalidContract(**_facts_of(error, component)) from None

    def _spec(self, component: Component, name: str) -> Spec | Opaque:
        from cursus.workspace.reading.evaluate import Evaluator
        from cursus.workspace.reading.stated import spec_in
        from cursus.workspace.reading.values import Wrong

        workspace = self.workspace(component.workspace)
        modules = self._modules(workspace)
        module = modules.at(workspace, component.path)
        try:
            return spec_in(Evaluator(modules), module, name)
        except Wrong as error:
            raise InvalidSpec(**_facts_of(error, component)) from None

    def _manifest(self, component: Component) -> Manifest:
        from cursus.workspace.manifest import manifest_from

        boundary = self.workspace(component.workspace).root
        return manifest_from(self._records.yaml(component.path, boundary, component.workspace))

    def _overlay(self, workspace_id: str) -> Overlay | None:
        workspace = self.workspace(workspace_id)
        path = layout.overlay_path(workspace)
        if workspace.layer is Layer.CORE or not (path.exists() or path.is_symlink()):
            return None
        from cursus.workspace.overlay import read_overlay
        from cursus.workspace.reading.evaluate import Evaluator

        modules = self._modules(workspace)
        return read_overlay(workspace_id, modules.at(workspace, path), Evaluator(modules))

    def _settings(self, workspace_id: str) -> Mapping[str, Any]:
        workspace = self.workspace(workspace_id)
        path = layout.workspace_toml(workspace)
        if workspace.layer is Layer.CORE or not (path.exists() or path.is_symlink()):
            return {}
        from cursus.workspace.toml_reader import read_toml

        return read_toml(path, boundary=workspace.root, workspace=workspace_id)

    def _setting(self, workspace_id: str, key: str) -> str | None:
        try:
            value = self.settings(workspace_id).get(key)
        except FileError:
            return None
        return value if isinstance(value, str) and value else None


def _id(workspace: Workspace | None) -> str | None:
    return None if workspace is None else workspace.id


def _facts_of(error: Any, component: Component) -> dict[str, Any]:
    return {
        "message": f"{error.message.rstrip('.')}.",
        "hint": f"cursus validate --workspace {component.workspace}",
        "workspace": component.workspace,
        "step": component.step,
        "file": error.file,
        "line": error.line,
    }
