"""The dictionaries that :class:`~cursus.api.dag.workspace_dag.WorkspaceAwareDAG` promises, key by key."""

from __future__ import annotations

from typing import Any, TypedDict


class WorkspaceStep(TypedDict):
    """A step and whose it is; ``dependencies`` in the order they were declared."""

    step_name: str
    developer_id: str
    step_type: str
    config_data: dict[str, Any]
    dependencies: list[str]


class CrossDependency(TypedDict):
    """A step that depends on one of another workspace."""

    dependent_step: str
    dependent_developer: str
    dependency_step: str
    dependency_developer: str


class DependencyStats(TypedDict):
    """Dependencies counted: all, and those between steps with owners."""

    total_dependencies: int
    cross_workspace_count: int
    intra_workspace_count: int


class DependencyValidation(TypedDict):
    """What :meth:`validate_workspace_dependencies` returns; ``valid`` is True without errors."""

    valid: bool
    errors: list[str]
    warnings: list[str]
    cross_workspace_dependencies: list[CrossDependency]
    dependency_stats: DependencyStats


class DeveloperStats(TypedDict):
    """A developer's part of the graph, for the summary."""

    step_count: int
    steps: list[str]
    step_types: list[str]


class WorkspaceSummary(TypedDict):
    """What :meth:`get_workspace_summary` returns; ``step_type_stats`` counts steps by type."""

    workspace_root: str
    total_steps: int
    total_edges: int
    developers: list[str]
    developer_stats: dict[str, DeveloperStats]
    step_type_stats: dict[str, int]
    dependency_validation: DependencyValidation


class ExecutionStep(TypedDict):
    """One step in execution order; a node without owner has None and ``Unknown``."""

    step_name: str
    developer_id: str | None
    step_type: str
    dependencies: list[str]
    execution_index: int


class BasicMetrics(TypedDict):
    """Counts."""

    node_count: int
    edge_count: int
    developer_count: int
    step_type_count: int


class ComplexityMetrics(TypedDict):
    """Measures of the graph; ``longest_path`` is 0 and ``critical_path`` empty when there is a cycle."""

    average_dependencies: float
    max_fan_in: int
    max_fan_out: int
    longest_path: int
    critical_path: list[str]
    cross_workspace_ratio: float


class DeveloperAnalysis(TypedDict):
    """A developer's steps, and their dependencies on others (out) and of others on them (in)."""

    step_count: int
    step_types: list[str]
    cross_workspace_dependencies: int
    cross_workspace_dependents: int


class ComplexityAnalysis(TypedDict):
    """What :meth:`analyze_workspace_complexity` returns."""

    basic_metrics: BasicMetrics
    complexity_metrics: ComplexityMetrics
    developer_analysis: dict[str, DeveloperAnalysis]
    recommendations: list[str]


class PipelineStepConfig(TypedDict):
    """One step of a workspace pipeline definition."""

    step_name: str
    developer_id: str
    step_type: str
    config_data: dict[str, Any]
    workspace_root: str
    dependencies: list[str]


class WorkspacePipelineConfig(TypedDict):
    """What :meth:`to_workspace_pipeline_config` returns and ``WorkspacePipelineDefinition`` accepts."""

    pipeline_name: str
    workspace_root: str
    steps: list[PipelineStepConfig]
    global_config: dict[str, Any]
