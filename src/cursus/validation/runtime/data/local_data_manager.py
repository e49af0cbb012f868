"""The published view of a workspace's local test data."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from cursus.model.workspace import Workspace
from cursus.workspace.data_manifest import DataManifest, read_data_manifest
from cursus.workspace.layout import data_manifest_path, developer_workspace, single_workspace
from cursus.workspace.names import check_workspace_id


class DataSummary(TypedDict):
    """What :meth:`LocalDataManager.get_workspace_data_summary` returns."""

    workspace_root: str | None
    manifest_path: str
    manifest_exists: bool
    total_scripts: int
    total_workspace_scripts: int
    total_files: int
    missing_files: list[str]
    scripts: dict[str, list[str]]
    developers: dict[str, list[str]]


class LocalDataManager:
    """Finds local data by what ``data/data_manifest.yaml`` says. Only reads; a missing manifest says nothing.

    :param workspace_dir: a workspace's folder (``developers/<id>``).
    :param workspace_root: the root, needed to ask for other developers' data.
    """

    def __init__(self, workspace_dir: str | Path, workspace_root: str | Path | None = None) -> None:
        self.workspace_dir = Path(workspace_dir)
        self.workspace_root = None if workspace_root is None else Path(workspace_root)
        self.manifest_path = data_manifest_path(single_workspace(self.workspace_dir))

    def get_data_for_script(self, script_name: str, developer_id: str | None = None) -> dict[str, str] | None:
        """Logical name -> path of a script's local data, or None when no manifest lists the script.

        With a developer and a root the developer's own manifest is asked first; in each manifest the entries for
        ``<developer>:<script>`` win over those for the script.

        :param script_name: the script's file name, with or without ``.py``.
        :raises InvalidWorkspaceId: ``developer_id`` is not a safe name.
        :raises FileError: a manifest is broken, or names what is not there.
        """
        for path, workspace in self._places(developer_id):
            manifest = read_data_manifest(path, workspace)
            entries = None if manifest is None else manifest.entries(script_name, developer_id)
            if manifest is not None and entries is not None:
                return {name: str(manifest.existing(script_name, name, e)) for name, e in sorted(entries.items())}
        return None

    def get_workspace_data_summary(self) -> DataSummary:
        """What this workspace's manifest lists, and which of it is not there.

        :raises FileError: the manifest is broken.
        """
        manifest = read_data_manifest(self.manifest_path) or DataManifest(self.manifest_path)
        entries = [
            e for group in (*manifest.scripts.values(), *manifest.workspace_scripts.values()) for e in group.values()
        ]
        developers: dict[str, list[str]] = {}
        for developer, script in sorted(manifest.workspace_scripts):
            developers.setdefault(developer, []).append(script)
        return DataSummary(
            workspace_root=None if self.workspace_root is None else str(self.workspace_root),
            manifest_path=str(self.manifest_path),
            manifest_exists=self.manifest_path.exists(),
            total_scripts=len(manifest.scripts),
            total_workspace_scripts=len(manifest.workspace_scripts),
            total_files=len(entries),
            missing_files=sorted({str(e.path) for e in entries if not e.path.exists()}),
            scripts={script: sorted(names) for script, names in sorted(manifest.scripts.items())},
            developers=developers,
        )

    def _places(self, developer_id: str | None) -> list[tuple[Path, str | None]]:
        places: list[tuple[Path, str | None]] = []
        if developer_id is not None and self.workspace_root is not None:
            workspace: Workspace = developer_workspace(self.workspace_root, check_workspace_id(developer_id))
            places.append((data_manifest_path(workspace), developer_id))
        if all(path.absolute() != self.manifest_path.absolute() for path, _ in places):
            places.append((self.manifest_path, None))
        return places
