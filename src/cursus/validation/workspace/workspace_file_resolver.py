"""The files of one developer's steps, with the shared workspace as fallback."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from cursus.errors import NoWorkspaceRoot, UnknownWorkspace
from cursus.model.workspace import SINGLE_ID, ComponentKind, Layer, Workspace
from cursus.validation.alignment.file_resolver import KINDS, FilesReport, FlexibleFileResolver, Folder
from cursus.workspace import layout
from cursus.workspace.names import check_workspace_id
from cursus.workspace.root import absolute, is_multi_root, is_root
from cursus.workspace.scan import scan


class ResolverInfo(TypedDict):
    """What a resolver looks at."""

    workspace_mode: bool
    workspace_root: str | None
    developer_id: str | None
    enable_shared_fallback: bool
    developer_workspace_exists: bool
    shared_workspace_exists: bool


class DeveloperWorkspaceFileResolver(FlexibleFileResolver):
    """Finds the files of a developer's steps: in the own workspace first, then in the shared one.

    The attributes ``contracts_dir``, ``specs_dir``, ``builders_dir``, ``scripts_dir``, ``configs_dir``,
    ``interfaces_dir`` and the same with ``shared_`` in front are the folders, None where there is no such workspace.

    :param workspace_root: folder that holds ``developers/`` and ``shared/``, or is itself a workspace. Without one the
        bundled steps are looked at, and nothing else.
    :param developer_id: whose steps; without one only the shared workspace is looked at.
    :param enable_shared_fallback: whether the shared workspace is looked at when the own one lacks a file.
    :param directories: further ``base_directories`` that replace the workspace's own folder of a kind.
    :raises NoWorkspaceRoot: the root does not exist or holds no workspaces (a ``ValueError``).
    :raises UnknownWorkspace: the developer does not exist (a ``ValueError``).
    :raises InvalidWorkspaceId: the developer id is not a safe folder name (a ``ValueError``).
    """

    contracts_dir: Path | None
    specs_dir: Path | None
    builders_dir: Path | None
    scripts_dir: Path | None
    configs_dir: Path | None
    interfaces_dir: Path | None
    shared_contracts_dir: Path | None
    shared_specs_dir: Path | None
    shared_builders_dir: Path | None
    shared_scripts_dir: Path | None
    shared_configs_dir: Path | None
    shared_interfaces_dir: Path | None

    def __init__(
        self,
        workspace_root: str | Path | None = None,
        developer_id: str | None = None,
        enable_shared_fallback: bool = True,
        **directories: str | Path,
    ) -> None:
        self.workspace_mode = workspace_root is not None
        self.workspace_root = None if workspace_root is None else _checked_root(workspace_root)
        self.enable_shared_fallback = enable_shared_fallback and self.workspace_mode
        self._directories = directories
        self._use(developer_id)

    @property
    def workspace(self) -> Workspace | None:
        """The own workspace; None when only shared is looked at."""
        return self._own

    @property
    def shared(self) -> Workspace | None:
        """The fallback; None when it is off, absent or the own one."""
        return self._shared

    def switch_developer(self, developer_id: str) -> None:
        """Look at another developer's steps.

        :raises UnknownWorkspace: there is no such developer; nothing has changed then.
        """
        self._use(developer_id)

    def list_available_developers(self) -> list[str]:
        """Ids of the developers of the root, sorted; empty without a root."""
        return [w.id for w in self._workspaces() if w.layer is Layer.DEVELOPER]

    def get_workspace_info(self) -> ResolverInfo:
        """What this resolver looks at."""
        shared = None if self.workspace_root is None else layout.shared_workspace(self.workspace_root)
        return {
            "workspace_mode": self.workspace_mode,
            "workspace_root": None if self.workspace_root is None else str(self.workspace_root),
            "developer_id": self.developer_id,
            "enable_shared_fallback": self.enable_shared_fallback,
            "developer_workspace_exists": self.developer_id is not None and self._own is not None,
            "shared_workspace_exists": shared is not None and shared.steps_dir.is_dir(),
        }

    def get_available_files_report(self) -> dict[str, FilesReport]:
        """What every folder holds, by kind; the shared workspace's folders under ``shared_<kind>``."""
        report: dict[str, FilesReport] = {}
        for prefix, workspace in (("", self._own), ("shared_", self._shared)):
            for key, kind in KINDS.items():
                if workspace is not None:
                    report[prefix + key] = self._report(self._folder(workspace, kind))
        return report

    def _use(self, developer_id: str | None) -> None:
        own = self._own_workspace(developer_id)
        shared = None
        if self.enable_shared_fallback and self.workspace_root is not None:
            shared = layout.shared_workspace(self.workspace_root)
        self._own = own
        self._shared = shared if shared and shared.steps_dir.is_dir() and _is_inside(shared.root) else None
        self.developer_id = own.id if own is not None and self.workspace_mode else None
        directories: dict[str, Any] = {} if own is None else {key: layout.kind_dir(own, k) for key, k in KINDS.items()}
        super().__init__(directories | self._directories)
        for key, kind in KINDS.items():
            base = self.base_directories.get(key)
            setattr(self, f"{key}_dir", None if base is None else Path(base))
            setattr(self, f"shared_{key}_dir", self._shared and layout.kind_dir(self._shared, kind))

    def _own_workspace(self, developer_id: str | None) -> Workspace | None:
        if self.workspace_root is None:
            return layout.core_workspace()
        if not is_multi_root(self.workspace_root):
            if developer_id in (None, SINGLE_ID):
                return layout.single_workspace(self.workspace_root)
        elif developer_id is None:
            return None
        elif _is_inside(layout.developer_workspace(self.workspace_root, check_workspace_id(developer_id)).root):
            return layout.developer_workspace(self.workspace_root, developer_id)
        raise UnknownWorkspace(str(developer_id), self.list_available_developers(), self.workspace_root)

    def _workspaces(self) -> tuple[Workspace, ...]:
        return () if self.workspace_root is None else scan(self.workspace_root).workspaces

    def _folder(self, workspace: Workspace, kind: ComponentKind) -> Folder:
        if workspace is self._own:
            given = self._directories.get(layout.KIND_FOLDERS[kind])
            if given is not None:
                return Folder(Path(given), kind, Path(given))
        return Folder(layout.kind_dir(workspace, kind), kind, workspace.root)

    def _layers(self, kind: ComponentKind) -> list[Folder]:
        return [self._folder(w, kind) for w in (self._own, self._shared) if w is not None]


def _is_inside(folder: Path) -> bool:
    """Whether the folder is there and not a link to somewhere else."""
    return folder.is_dir() and folder.resolve() == folder.parent.resolve() / folder.name


def _checked_root(workspace_root: str | Path) -> Path:
    root = absolute(Path(workspace_root))
    if not root.exists():
        raise NoWorkspaceRoot(root, "it does not exist")
    if not is_root(root):
        raise NoWorkspaceRoot(root, f"it holds neither {layout.DEVELOPERS}/ nor {layout.SHARED}/")
    return root
