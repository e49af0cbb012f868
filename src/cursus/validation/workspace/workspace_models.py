"""The published models of workspace management."""

from __future__ import annotations

from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field


class WorkspaceConfig(BaseModel):
    """Settings of a workspace root.

    :param workspace_root: the root; in a file, as seen from the file's folder, which is also the default there.
    :param developer_id: whose workspace is meant when none is named.
    :param enable_shared_fallback: whether the shared workspace is used for what a developer's lacks.
    :param cache_modules: whether a loaded module is kept until it changes.
    :param auto_create_structure: whether the workspace of ``developer_id`` is made when it is asked for and absent.
    :param validation_settings: options of ``ValidationConfig`` for this root.
    """

    model_config = ConfigDict(extra="forbid")

    workspace_root: str = Field(min_length=1)
    developer_id: str | None = None
    enable_shared_fallback: bool = True
    cache_modules: bool = True
    auto_create_structure: bool = False
    validation_settings: dict[str, Any] = Field(default_factory=dict)


class DeveloperInfo(BaseModel):
    """One developer's workspace.

    ``has_…`` tells whether the folder of that kind is there; ``module_count`` is the number of Python files in
    builders, contracts and scripts, package files not counted; ``last_modified`` is the time of the latest change to a
    file of the workspace's package, ISO 8601 in UTC, None without files.
    """

    model_config = ConfigDict(extra="forbid")

    developer_id: str
    workspace_path: str
    has_builders: bool = False
    has_contracts: bool = False
    has_specs: bool = False
    has_scripts: bool = False
    has_configs: bool = False
    module_count: int = Field(default=0, ge=0)
    last_modified: str | None = None


class WorkspaceInfo(BaseModel):
    """A workspace root. The single form counts as one developer, ``default``."""

    model_config = ConfigDict(extra="forbid")

    workspace_root: str
    has_shared: bool = False
    developers: list[DeveloperInfo] = Field(default_factory=list)
    total_developers: int = Field(default=0, ge=0)
    total_modules: int = Field(default=0, ge=0)
    config_file: str | None = None

    @property
    def workspaces(self) -> dict[str, DeveloperInfo]:
        """The developers by id."""
        return {info.developer_id: info for info in self.developers}


class DeveloperRow(TypedDict):
    """One developer in a summary."""

    developer_id: str
    module_count: int
    has_builders: bool
    has_contracts: bool
    has_specs: bool
    has_scripts: bool
    has_configs: bool


class WorkspaceSummary(TypedDict):
    """A workspace root in short."""

    workspace_root: str
    has_shared: bool
    total_developers: int
    total_modules: int
    config_file: str | None
    developers: list[DeveloperRow]
