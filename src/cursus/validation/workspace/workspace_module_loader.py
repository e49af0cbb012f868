"""The classes of one developer's steps: from the own workspace first, then the shared one, then the core."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypedDict

from cursus.errors import ModuleLoadError, UsageError, did_you_mean
from cursus.model.step import StepEntry
from cursus.model.workspace import ComponentKind, fold
from cursus.registry.catalog import StepCatalog
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.names import UnknownName, camel_case, canonical_name
from cursus.validation.alignment.file_resolver import KINDS
from cursus.validation.workspace.workspace_file_resolver import DeveloperWorkspaceFileResolver
from cursus.workspace import layout
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.loader import ModuleLoader, importable


class LoaderInfo(TypedDict):
    """What a loader loads from."""

    workspace_mode: bool
    workspace_root: str | None
    developer_id: str | None
    enable_shared_fallback: bool
    developer_workspace_exists: bool
    shared_workspace_exists: bool
    cache_modules: bool
    developer_paths: list[str]
    shared_paths: list[str]


class WorkspaceModuleLoader:
    """Loads builders, contracts and any other module of a workspace into this process.

    Modules of two developers never meet, however they are called; an edited file is loaded again. Loading runs the
    developer's code: for looking only, use the file resolver or the index.

    :param workspace_root: folder that holds ``developers/`` and ``shared/``, or is itself a workspace; without one the
        bundled steps are loaded.
    :param developer_id: whose modules; without one those of the shared workspace.
    :param enable_shared_fallback: whether the shared workspace is used for what the own one lacks.
    :param cache_modules: False loads a module and what it imports from the workspace anew on every call.
    :raises NoWorkspaceRoot: the root does not exist or holds no workspaces (a ``ValueError``).
    :raises UnknownWorkspace: the developer does not exist (a ``ValueError``).
    """

    _known_rows: tuple[list[tuple[str, int, int]], Mapping[str, StepEntry]] | None

    def __init__(
        self,
        workspace_root: str | Path | None = None,
        developer_id: str | None = None,
        enable_shared_fallback: bool = True,
        cache_modules: bool = True,
    ) -> None:
        self.cache_modules = cache_modules
        self.file_resolver = DeveloperWorkspaceFileResolver(workspace_root, developer_id, enable_shared_fallback)
        self._core_files = DeveloperWorkspaceFileResolver()
        self._start()

    @property
    def workspace_mode(self) -> bool:
        """False when the bundled steps are loaded."""
        return self.file_resolver.workspace_mode

    @property
    def workspace_root(self) -> Path | None:
        """The root, absolute; None without one."""
        return self.file_resolver.workspace_root

    @property
    def developer_id(self) -> str | None:
        """Whose modules are loaded."""
        return self.file_resolver.developer_id

    @property
    def enable_shared_fallback(self) -> bool:
        """Whether the shared workspace is used for what the own one lacks."""
        return self.file_resolver.enable_shared_fallback

    @property
    def developer_paths(self) -> list[str]:
        """Where absolute imports of the own workspace start."""
        own = self.file_resolver.workspace
        return [] if own is None or not self.workspace_mode else [str(layout.source_root(own))]

    @property
    def shared_paths(self) -> list[str]:
        """Where absolute imports of the shared workspace start."""
        shared = self.file_resolver.shared
        return [] if shared is None else [str(layout.source_root(shared))]

    def load_builder_class(
        self, step_name: str, builder_module_name: str | None = None, builder_class_name: str | None = None
    ) -> Any:
        """The step's builder class, None when no layer has a builder file for the step.

        :param builder_module_name: file name without ``.py``, when it is not the one the step name gives.
        :param builder_class_name: the class, when it is not the one of the registry row or the naming convention
            (``<Step>StepBuilder`` or ``<Step>Builder``).
        :raises ModuleLoadError: the file is there but does not load, or has no such class.
        """
        path = self._path(ComponentKind.BUILDER, step_name, builder_module_name)
        row = self._row(step_name)
        wanted = [row.builder_step_name] if row else []
        return self._member(path, step_name, builder_class_name, wanted, ("StepBuilder", "Builder"))

    def load_contract_class(
        self, step_name: str, contract_module_name: str | None = None, contract_class_name: str | None = None
    ) -> Any:
        """The step's contract: the class ``<Step>Contract``, or the object a module binds to ``<STEP>_CONTRACT``.

        :param contract_module_name: file name without ``.py``, when it is not the one the step name gives.
        :param contract_class_name: the name in the module, when it is not the one of the convention.
        :return: None when no layer has a contract file for the step.
        :raises ModuleLoadError: the file is there but does not load, or has no such name.
        """
        path = self._path(ComponentKind.CONTRACT, step_name, contract_module_name)
        return self._member(path, step_name, contract_class_name, [], ("Contract", "ScriptContract"))

    def load_module_from_file(self, module_file: str | Path, module_name: str | None = None) -> Any:
        """The module in a file of the workspace, None when there is no such file.

        :param module_name: its ``__name__``, when it is to have another than its place gives it.
        :raises ModuleLoadError: it does not load, or lies outside the workspace, its fallback and the core.
        """
        path = Path(module_file)
        if not path.exists() and not path.is_symlink():
            return None
        return self._load(path, module_name)

    def workspace_path_context(
        self, include_developer: bool = True, include_shared: bool | None = None
    ) -> AbstractContextManager[list[str]]:
        """A context in which ``import cursus_dev.…`` works as in the workspace; yields what was added to ``sys.path``.

        ``sys.path`` and ``sys.modules`` are restored at the end. One thread at a time is inside.

        :param include_shared: None means as ``enable_shared_fallback`` says.
        """
        with_shared = self.enable_shared_fallback if include_shared is None else include_shared
        folders = (self.developer_paths if include_developer else []) + (self._all_shared() if with_shared else [])
        return importable([Path(folder) for folder in folders])

    def discover_workspace_modules(self, module_type: str) -> dict[str, list[str]]:
        """Modules of a kind, by file name without ``.py``, sorted: under ``developer:<id>`` and ``shared``.

        :param module_type: ``builders``, ``configs``, ``contracts``, ``specs`` or ``scripts``.
        :raises UsageError: another kind.
        """
        kind = KINDS.get(module_type)
        if kind is None or kind is ComponentKind.INTERFACE:
            known = [key for key, value in KINDS.items() if value is not ComponentKind.INTERFACE]
            raise UsageError(
                f"'{module_type}' is not a kind of module.{did_you_mean(module_type, known)}",
                hint=f"One of: {', '.join(known)}",
            )
        report = self.file_resolver.get_available_files_report()
        found: dict[str, list[str]] = {}
        for label, key in ((f"developer:{self.developer_id}", module_type), ("shared", f"shared_{module_type}")):
            if key in report and (label == "shared" or self.developer_id is not None):
                found[label] = sorted(Path(name).stem for name in report[key]["discovered_files"])
        return found

    def clear_cache(self) -> None:
        """Forget every module and file name; the next call looks and loads again."""
        self.file_resolver.refresh_cache()
        self._loader.forget()
        self._known_rows = None

    def invalidate_cache_for_step(self, step_name: str) -> None:
        """Forget the modules of one step, and those that used them."""
        self.file_resolver.refresh_cache()
        for kind in ComponentKind:
            path = None if kind is ComponentKind.INTERFACE else self._path(kind, step_name, None)
            if path is not None:
                self._loader.forget(path)

    def switch_developer(self, developer_id: str) -> None:
        """Load another developer's modules from now on.

        :raises UnknownWorkspace: there is no such developer; nothing has changed then.
        """
        self.file_resolver.switch_developer(developer_id)
        self._start()

    def get_workspace_info(self) -> LoaderInfo:
        """What this loader loads from."""
        return {
            **self.file_resolver.get_workspace_info(),
            "cache_modules": self.cache_modules,
            "developer_paths": self.developer_paths,
            "shared_paths": self.shared_paths,
        }

    def _start(self) -> None:
        shared = self.file_resolver.shared
        own = self.file_resolver.workspace or shared or layout.core_workspace()
        self._loader = ModuleLoader(own, shared=shared)
        self._known_rows = None

    def _all_shared(self) -> list[str]:
        if self.workspace_root is None:
            return []
        return self.shared_paths or [str(layout.source_root(layout.shared_workspace(self.workspace_root)))]

    def _load(self, path: Path, name: str | None = None) -> Any:
        if not self.cache_modules:
            self._loader.forget()
        return self._loader.load(path, name)

    def _path(self, kind: ComponentKind, step: str, module: str | None) -> Path | None:
        """The file of one kind: own, shared, core."""
        # File names are cheap to look up and may have changed, as the files may.
        self.file_resolver.refresh_cache()
        for files in (self.file_resolver, self._core_files):
            found = files.find_module_file(kind, module) if module else files.find_file(kind, step)
            if found is not None:
                return Path(found)
        return None

    def _member(
        self, path: Path | None, step: str, given: str | None, wanted: list[str], suffixes: tuple[str, ...]
    ) -> Any:
        if path is None:
            return None
        module = self._load(path)
        names = [given] if given else wanted
        for name in names:
            if hasattr(module, name):
                return getattr(module, name)
        expected = {fold(step + suffix): rank for rank, suffix in enumerate(suffixes)}
        members = {name: value for name, value in vars(module).items() if not name.startswith("__")}
        by_convention = [] if given else sorted((expected[fold(n)], n) for n in members if fold(n) in expected)
        if by_convention:
            return members[by_convention[0][1]]
        looked_for = given or (wanted[0] if wanted else f"{camel_case(step)}{suffixes[0]}")
        raise ModuleLoadError(
            workspace=self._owner(path),
            file=path,
            line=None,
            cause=f"it defines no '{looked_for}'.{did_you_mean(looked_for, members)}",
        )

    def _owner(self, path: Path) -> str:
        workspaces = [w for w in (self.file_resolver.workspace, self.file_resolver.shared) if w is not None]
        return next((w.id for w in workspaces if path.is_relative_to(w.root)), layout.core_workspace().id)

    def _row(self, step: str) -> StepEntry | None:
        """The registry row of a step, as this workspace sees it."""
        rows = self._rows()
        try:
            return rows[canonical_name(step, rows)]
        except UnknownName:
            return None

    def _rows(self) -> Mapping[str, StepEntry]:
        if self.workspace_root is None:
            return CORE_ROWS
        stamp = self._stamp()
        if self._known_rows is None or self._known_rows[0] != stamp:
            catalog = StepCatalog(WorkspaceIndex(self.workspace_root))
            self._known_rows = (stamp, catalog.rows(self._loader.workspace.id))
        return self._known_rows[1]

    def _stamp(self) -> list[tuple[str, int, int]]:
        """Changes when a file that states registry rows does; reading the whole tree for each class would be slow."""
        workspaces = [w for w in (self.file_resolver.workspace, self.file_resolver.shared) if w is not None]
        files = [layout.overlay_path(w) for w in workspaces]
        for workspace in workspaces:
            folder = layout.kind_dir(workspace, ComponentKind.INTERFACE)
            files += sorted(folder.iterdir()) if folder.is_dir() else []
        states = [(str(path), path.stat()) for path in files if path.is_file()]
        return [(name, state.st_mtime_ns, state.st_size) for name, state in states]
