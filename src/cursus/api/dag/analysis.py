"""What a workspace graph says about itself: validation, summary, complexity. Every number is counted on the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cursus.api.dag.algorithms import longest_path
from cursus.api.dag.base_dag import PipelineDAG
from cursus.api.dag.shapes import (
    ComplexityAnalysis,
    CrossDependency,
    DependencyValidation,
    DeveloperAnalysis,
    DeveloperStats,
    WorkspaceStep,
    WorkspaceSummary,
)
from cursus.errors import did_you_mean

#: Above these, a recommendation is made.
MANY_DEPENDENCIES = 5
MANY_DEPENDENTS = 5
LONG_CHAIN = 10
HIGH_CROSS_RATIO = 0.5


@dataclass(frozen=True)
class OwnedGraph:
    """A graph and what is known of its steps.

    :param missing: dependencies that are not in the graph, with the steps that name them.
    """

    dag: PipelineDAG
    workspace_root: str
    steps: Mapping[str, WorkspaceStep]
    missing: Mapping[str, Sequence[str]]

    @property
    def developers(self) -> list[str]:
        """Sorted."""
        return sorted({step["developer_id"] for step in self.steps.values()})


def validate(graph: OwnedGraph) -> DependencyValidation:
    """See :meth:`WorkspaceAwareDAG.validate_workspace_dependencies`."""
    dag, steps = graph.dag, graph.steps
    errors = [
        f"Step '{dependent}' of '{steps[dependent]['developer_id']}' depends on '{missing}', which is not in the "
        f"graph.{did_you_mean(missing, dag.nodes)}"
        for missing, dependents in graph.missing.items()
        for dependent in dependents
    ]
    cycle = dag.find_cycle()
    if cycle is not None:
        errors.append(f"Circular dependencies: {' -> '.join(cycle)}")
    owners = {name: step["developer_id"] for name, step in steps.items()}
    owned = [(source, target) for source, target in dag.edges if source in owners and target in owners]
    crossing = [(source, target) for source, target in owned if owners[source] != owners[target]]
    unowned = sorted(node for node in dag.nodes if node not in owners)
    warnings = [f"These nodes belong to no workspace: {', '.join(unowned)}."] if unowned and steps else []
    if crossing and len(crossing) / len(owned) > HIGH_CROSS_RATIO:
        warnings.append(f"{len(crossing)} of {len(owned)} dependencies cross from one workspace to another.")
    cross: list[CrossDependency] = [
        {
            "dependent_step": target,
            "dependent_developer": owners[target],
            "dependency_step": source,
            "dependency_developer": owners[source],
        }
        for source, target in crossing
    ]
    missing_count = sum(len(dependents) for dependents in graph.missing.values())
    return {
        "valid": not errors,
        "errors": errors,
        "warnings": warnings,
        "cross_workspace_dependencies": cross,
        "dependency_stats": {
            "total_dependencies": len(dag.edges) + missing_count,
            "cross_workspace_count": len(crossing),
            "intra_workspace_count": len(owned) - len(crossing),
        },
    }


def summarize(graph: OwnedGraph) -> WorkspaceSummary:
    """See :meth:`WorkspaceAwareDAG.get_workspace_summary`."""
    dag, steps = graph.dag, graph.steps
    names: dict[str, list[str]] = {developer: [] for developer in graph.developers}
    for name, step in steps.items():
        names[step["developer_id"]].append(name)
    stats: dict[str, DeveloperStats] = {
        developer: {
            "step_count": len(own),
            "steps": own,
            "step_types": sorted({steps[name]["step_type"] for name in own}),
        }
        for developer, own in names.items()
    }
    types = Counter(step["step_type"] for step in steps.values())
    return {
        "workspace_root": graph.workspace_root,
        "total_steps": len(dag.nodes),
        "total_edges": len(dag.edges),
        "developers": graph.developers,
        "developer_stats": stats,
        "step_type_stats": dict(sorted(types.items())),
        "dependency_validation": validate(graph),
    }


def analyze(graph: OwnedGraph) -> ComplexityAnalysis:
    """See :meth:`WorkspaceAwareDAG.analyze_workspace_complexity`."""
    dag, steps = graph.dag, graph.steps
    cyclic = dag.find_cycle() is not None
    chain = [] if cyclic else longest_path(dag.adj_list, dag.topological_sort())
    validation = validate(graph)
    stats = validation["dependency_stats"]
    owned_edges = stats["cross_workspace_count"] + stats["intra_workspace_count"]
    return {
        "basic_metrics": {
            "node_count": len(dag.nodes),
            "edge_count": len(dag.edges),
            "developer_count": len(graph.developers),
            "step_type_count": len({step["step_type"] for step in steps.values()}),
        },
        "complexity_metrics": {
            "average_dependencies": len(dag.edges) / len(dag.nodes) if dag.nodes else 0.0,
            "max_fan_in": max((len(before) for before in dag.reverse_adj.values()), default=0),
            "max_fan_out": max((len(after) for after in dag.adj_list.values()), default=0),
            "longest_path": len(chain),
            "critical_path": chain,
            "cross_workspace_ratio": stats["cross_workspace_count"] / owned_edges if owned_edges else 0.0,
        },
        "developer_analysis": _by_developer(graph, validation["cross_workspace_dependencies"]),
        "recommendations": _recommendations(dag, validation, chain),
    }


def _by_developer(graph: OwnedGraph, crossing: list[CrossDependency]) -> dict[str, DeveloperAnalysis]:
    out = Counter(c["dependent_developer"] for c in crossing)
    into = Counter(c["dependency_developer"] for c in crossing)
    types: dict[str, list[str]] = {developer: [] for developer in graph.developers}
    for step in graph.steps.values():
        types[step["developer_id"]].append(step["step_type"])
    return {
        developer: {
            "step_count": len(own),
            "step_types": sorted(set(own)),
            "cross_workspace_dependencies": out[developer],
            "cross_workspace_dependents": into[developer],
        }
        for developer, own in types.items()
    }


def _recommendations(dag: PipelineDAG, validation: DependencyValidation, chain: list[str]) -> list[str]:
    found = [f"Correct this first: {error}" for error in validation["errors"]]
    for node in sorted(dag.nodes):
        before, after = len(dag.reverse_adj[node]), len(dag.adj_list[node])
        if before > MANY_DEPENDENCIES:
            found.append(f"'{node}' depends on {before} steps; consider a step before it that joins some of them.")
        if after > MANY_DEPENDENTS:
            found.append(f"{after} steps depend on '{node}'; a change of its outputs reaches all of them.")
        if not before and not after and len(dag.nodes) > 1:
            found.append(f"'{node}' is connected to no other step; connect it or take it out.")
    if len(chain) > LONG_CHAIN:
        found.append(f"{len(chain)} steps run one after the other, from '{chain[0]}' to '{chain[-1]}'.")
    stats = validation["dependency_stats"]
    owned_edges = stats["cross_workspace_count"] + stats["intra_workspace_count"]
    if owned_edges and stats["cross_workspace_count"] / owned_edges > HIGH_CROSS_RATIO:
        pairs = sorted(
            {f"{c['dependency_step']} -> {c['dependent_step']}" for c in validation["cross_workspace_dependencies"]}
        )
        found.append(f"Most dependencies cross workspaces; agree on the contracts of: {', '.join(pairs)}.")
    return found
