"""The dictionaries that :class:`~cursus.core.workspace.registry.WorkspaceComponentRegistry` promises, key by key."""

from __future__ import annotations

from typing import TypedDict


class ComponentEntry(TypedDict, total=False):
    """A component as published: a script has ``file_path``, the others ``class_name`` and ``module_file``.

    ``visibility`` says who may use its step; None when its ``workspace.toml`` does not tell.
    """

    developer_id: str
    step_name: str
    class_name: str | None
    module_file: str
    file_path: str
    step_type: str
    visibility: str | None


class DiscoverySummary(TypedDict):
    """Counts over one discovery."""

    total_components: int
    developers: list[str]
    step_types: list[str]


class DiscoveredComponents(TypedDict):
    """What :meth:`WorkspaceComponentRegistry.discover_components` returns, each list by ``<developer>:<step>``."""

    builders: dict[str, ComponentEntry]
    configs: dict[str, ComponentEntry]
    contracts: dict[str, ComponentEntry]
    specs: dict[str, ComponentEntry]
    scripts: dict[str, ComponentEntry]
    summary: DiscoverySummary


class DeveloperComponents(TypedDict):
    """Components of one workspace counted by kind, and what is broken in it."""

    layer: str
    steps: int
    builders: int
    configs: int
    contracts: int
    specs: int
    scripts: int
    findings: int


class RegistrySummary(TypedDict):
    """What :meth:`WorkspaceComponentRegistry.get_workspace_summary` returns; ``step_types`` counts steps by type."""

    workspace_root: str
    total_developers: int
    has_shared: bool
    total_steps: int
    total_components: int
    step_types: dict[str, int]
    developers: dict[str, DeveloperComponents]
