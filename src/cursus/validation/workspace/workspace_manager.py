"""The published manager: find, check and make workspaces, and get the resolver and loader of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cursus.errors import NoWorkspaceRoot
from cursus.model.workspace import Layer
from cursus.validation.workspace.settings_file import find_settings, read_settings, write_settings
from cursus.validation.workspace.structure import developer_info, structure_issues
from cursus.validation.workspace.workspace_file_resolver import DeveloperWorkspaceFileResolver
from cursus.validation.workspace.workspace_models import (
    DeveloperInfo,
    DeveloperRow,
    WorkspaceConfig,
    WorkspaceInfo,
    WorkspaceSummary,
)
from cursus.validation.workspace.workspace_module_loader import WorkspaceModuleLoader
from cursus.workspace import layout
from cursus.workspace.root import absolute, find_root, is_root
from cursus.workspace.scaffold import create_shared, create_workspace
from cursus.workspace.scan import Tree, scan

__all__ = ["DeveloperInfo", "WorkspaceConfig", "WorkspaceInfo", "WorkspaceManager"]

_DEFAULT_SETTINGS = "workspace.json"


class WorkspaceManager:
    """Finds, checks and makes the workspaces of one root.

    :param workspace_root: the root; it may not exist yet. Without one that of the settings file, else the root found
        as everywhere: ``CURSUS_WORKSPACE_ROOT``, the folders above, ``developer_workspaces``.
    :param config_file: settings; without one those in the root, if it has any.
    :param auto_discover: look at the root at once, so that ``workspace_info`` is set.
    :raises ConfigurationError: the settings file has an unknown setting or a wrong value.
    :raises FileError: the settings file cannot be read.
    """

    def __init__(
        self,
        workspace_root: str | Path | None = None,
        config_file: str | Path | None = None,
        auto_discover: bool = True,
    ) -> None:
        self.config: WorkspaceConfig | None = None
        self.config_file: Path | None = None
        self.workspace_info: WorkspaceInfo | None = None
        self.workspace_root = None if workspace_root is None else absolute(Path(workspace_root))
        if config_file is not None:
            self.load_config(config_file)
        if self.workspace_root is None:
            self.workspace_root = _found_root()
        root = self.workspace_root
        if self.config is None and root is not None and (settings := find_settings(root)) is not None:
            self.load_config(settings)
        if auto_discover and root is not None and is_root(root):
            self.discover_workspaces()

    def discover_workspaces(self, workspace_root: str | Path | None = None) -> WorkspaceInfo:
        """What is in the root now; also kept as ``workspace_info``.

        :raises NoWorkspaceRoot: there is none (a ``ValueError``).
        """
        tree = self._tree(workspace_root)
        developers = [developer_info(w) for w in tree.workspaces if w.layer is Layer.DEVELOPER]
        self.workspace_info = WorkspaceInfo(
            workspace_root=str(tree.root),
            has_shared=any(w.layer is Layer.SHARED for w in tree.workspaces),
            developers=developers,
            total_developers=len(developers),
            total_modules=sum(info.module_count for info in developers),
            config_file=None if self.config_file is None else str(self.config_file),
        )
        return self.workspace_info

    def validate_workspace_structure(
        self, workspace_root: str | Path | None = None, strict: bool = False
    ) -> tuple[bool, list[str]]:
        """Whether the root is laid out as it should be, and one sentence for each thing that is not.

        Plain: the root is one, every folder under ``developers/`` is a workspace, nothing leads outside, every
        ``workspace.toml`` can be read. Strict also: there is a developer, names follow the naming, no file is missing.
        """
        root = self.workspace_root if workspace_root is None else absolute(Path(workspace_root))
        if root is None:
            return False, ["No workspace root was found or named."]
        issues = structure_issues(root, strict=strict)
        return not issues, issues

    def create_developer_workspace(
        self,
        developer_id: str,
        workspace_root: str | Path | None = None,
        create_structure: bool = True,
        **options: Any,
    ) -> Path:
        """Make a developer's workspace, and the root when it is not there yet.

        :param create_structure: False makes only the empty folder.
        :param options: ``template``, ``from_existing`` (id of a workspace to copy), ``owner``, ``description``; see
            :func:`cursus.workspace.scaffold.create_workspace`.
        :return: the workspace's folder.
        :raises InvalidWorkspaceId: the id is not a safe folder name (a ``ValueError``).
        :raises WorkspaceExists: it already exists (a ``ValueError``).
        :raises FileError: it cannot be written.
        """
        root = self._root_to_write(workspace_root)
        original = options.pop("from_existing", None)
        if original is not None:
            options["from_existing"] = self._workspace(root, original)
        path = create_workspace(root, developer_id, structure=create_structure, **options)
        self._made_in(root)
        return path

    def create_shared_workspace(self, workspace_root: str | Path | None = None) -> Path:
        """Make the shared workspace, or add what it lacks; nothing that is there is changed.

        :raises FileError: it cannot be written.
        """
        root = self._root_to_write(workspace_root)
        path = create_shared(root)
        self._made_in(root)
        return path

    def get_file_resolver(self, developer_id: str | None = None, **options: Any) -> DeveloperWorkspaceFileResolver:
        """A file resolver for a developer, by default the one of the settings.

        :param options: further arguments of :class:`DeveloperWorkspaceFileResolver`.
        :raises NoWorkspaceRoot, UnknownWorkspace: the root or the developer does not exist (``ValueError``).
        """
        return DeveloperWorkspaceFileResolver(**self._arguments(developer_id) | options)

    def get_module_loader(self, developer_id: str | None = None, **options: Any) -> WorkspaceModuleLoader:
        """A module loader for a developer, by default the one of the settings.

        :param options: further arguments of :class:`WorkspaceModuleLoader`.
        :raises NoWorkspaceRoot, UnknownWorkspace: the root or the developer does not exist (``ValueError``).
        """
        arguments = self._arguments(developer_id)
        if self.config is not None:
            arguments["cache_modules"] = self.config.cache_modules
        return WorkspaceModuleLoader(**arguments | options)

    def load_config(self, config_file: str | Path) -> WorkspaceConfig:
        """Read settings and use them from now on; their root is used when none was named.

        :raises ConfigurationError: an unknown setting or a wrong value.
        :raises FileError: the file is absent, unreadable or malformed.
        """
        path = absolute(Path(config_file))
        self.config, self.config_file = read_settings(path), path
        if self.workspace_root is None:
            self.workspace_root = Path(self.config.workspace_root)
        return self.config

    def save_config(self, config_file: str | Path | None = None, config: WorkspaceConfig | None = None) -> Path:
        """Write settings and use them from now on.

        :param config_file: by default the file they were read from, else ``workspace.json`` in the root; the suffix
            decides between JSON, YAML and TOML.
        :param config: by default the current settings, or the defaults for the root.
        :raises FileError: the file cannot be written.
        :raises UsageError: it holds more than these settings.
        """
        root = self._root_to_write(None)
        chosen = config or self.config or WorkspaceConfig(workspace_root=str(root))
        path = absolute(Path(config_file)) if config_file is not None else self.config_file or root / _DEFAULT_SETTINGS
        write_settings(path, chosen)
        self.config, self.config_file = chosen, path
        return path

    def list_available_developers(self) -> list[str]:
        """Ids of the developers, sorted.

        :raises NoWorkspaceRoot: there is no root (a ``ValueError``).
        """
        return [w.id for w in self._tree(None).workspaces if w.layer is Layer.DEVELOPER]

    def get_workspace_summary(self) -> WorkspaceSummary:
        """The root in short, as it is now.

        :raises NoWorkspaceRoot: there is no root (a ``ValueError``).
        """
        info = self.discover_workspaces()
        return {
            "workspace_root": info.workspace_root,
            "has_shared": info.has_shared,
            "total_developers": info.total_developers,
            "total_modules": info.total_modules,
            "config_file": info.config_file,
            "developers": [_row(developer) for developer in info.developers],
        }

    def _tree(self, workspace_root: str | Path | None) -> Tree:
        if workspace_root is not None:
            self.workspace_root = absolute(Path(workspace_root))
        # A root that was named is checked here, not at construction: it may have been made meanwhile.
        return scan(find_root(self.workspace_root))

    def _root_to_write(self, workspace_root: str | Path | None) -> Path:
        if workspace_root is not None:
            return absolute(Path(workspace_root))
        if self.workspace_root is None:
            raise NoWorkspaceRoot(Path.cwd(), "no root was named, and none was found here or above")
        return self.workspace_root

    def _made_in(self, root: Path) -> None:
        if self.workspace_root is None:
            self.workspace_root = root
        if root == self.workspace_root and is_root(root):
            self.discover_workspaces()

    def _workspace(self, root: Path, workspace_id: str) -> Any:
        from cursus.workspace.index import WorkspaceIndex

        return WorkspaceIndex(root, cache=False).workspace(workspace_id)

    def _arguments(self, developer_id: str | None) -> dict[str, Any]:
        config = self.config
        root = find_root(self.workspace_root)
        chosen = developer_id or (config.developer_id if config else None)
        if config is not None and config.auto_create_structure and chosen is not None and chosen == config.developer_id:
            workspace = layout.developer_workspace(root, chosen)
            if not workspace.root.exists():
                self.create_developer_workspace(chosen)
        fallback = config.enable_shared_fallback if config else True
        return {"workspace_root": root, "developer_id": chosen, "enable_shared_fallback": fallback}


def _found_root() -> Path | None:
    try:
        return find_root()
    except NoWorkspaceRoot:
        return None


def _row(info: DeveloperInfo) -> DeveloperRow:
    return {
        "developer_id": info.developer_id,
        "module_count": info.module_count,
        "has_builders": info.has_builders,
        "has_contracts": info.has_contracts,
        "has_specs": info.has_specs,
        "has_scripts": info.has_scripts,
        "has_configs": info.has_configs,
    }
