"""A pipeline graph whose steps belong to developers' workspaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cursus.api.dag.analysis import OwnedGraph, analyze, summarize, validate
from cursus.api.dag.base_dag import PipelineDAG
from cursus.api.dag.shapes import (
    ComplexityAnalysis,
    DependencyValidation,
    ExecutionStep,
    PipelineStepConfig,
    WorkspacePipelineConfig,
    WorkspaceStep,
    WorkspaceSummary,
)

#: Where ``global_config`` carries the ports of edges, which step definitions have no field for.
EDGE_PORTS = "edge_ports"


@dataclass
class _Owned:
    """A workspace step; ``dependencies`` also names steps that are not in the graph (yet)."""

    developer_id: str
    step_type: str
    config_data: dict[str, Any]
    dependencies: dict[str, None]


class WorkspaceAwareDAG(PipelineDAG):
    """A graph in which a step has a developer, a type and a config.

    A step may name dependencies that are not there: the graph can be shown, :meth:`validate_workspace_dependencies`
    reports them, and the edge appears when the missing step is added.

    :param workspace_root: the root that holds the developers' workspaces; not read.
    :param nodes: further nodes, without an owner.
    :param edges: edges between ``nodes``.
    :raises KeyError: an edge names a node that is not in ``nodes``.
    """

    def __init__(
        self,
        workspace_root: str | Path,
        nodes: Iterable[str] | None = None,
        edges: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        self.workspace_root = str(workspace_root)
        self.global_config: dict[str, Any] = {}
        self._owned: dict[str, _Owned] = {}
        self._awaited: dict[str, dict[str, None]] = {}
        super().__init__(nodes, edges)

    @property
    def workspace_steps(self) -> dict[str, WorkspaceStep]:
        """The workspace steps by name, as copies."""
        return {name: self._step(name) for name in self._owned}

    def add_node(self, node: str) -> None:
        """Add a node, and the edges to the steps that have been waiting for it."""
        super().add_node(node)
        for dependent in self._awaited.pop(node, ()):
            super().add_edge(node, dependent)

    def add_edge(self, source: str, target: str, output: str | None = None, input: str | None = None) -> None:  # noqa: A002 - published name
        """Add an edge as :meth:`PipelineDAG.add_edge` does; it becomes a dependency of a workspace step."""
        self._awaited.get(source, {}).pop(target, None)
        super().add_edge(source, target, output, input)
        if target in self._owned:
            self._owned[target].dependencies[source] = None

    def remove_edge(self, source: str, target: str) -> bool:
        """Remove the edge, and the dependency of a workspace step with it; False when there was none."""
        removed = super().remove_edge(source, target)
        if removed and target in self._owned:
            self._owned[target].dependencies.pop(source, None)
        return removed

    def remove_node(self, node: str) -> bool:
        """Remove the node, its edges and, when it is a workspace step, all that is known of it."""
        if not super().remove_node(node):
            return False
        self._owned.pop(node, None)
        for owned in self._owned.values():
            owned.dependencies.pop(node, None)
        for missing in list(self._awaited):
            self._awaited[missing].pop(node, None)
            if not self._awaited[missing]:
                del self._awaited[missing]
        return True

    def add_workspace_step(
        self,
        step_name: str,
        developer_id: str,
        step_type: str,
        config_data: Mapping[str, Any] | None = None,
        dependencies: Iterable[str] | None = None,
    ) -> None:
        """Add a step of a developer; a node of that name without owner becomes it.

        :raises ValueError: an identifier is empty, or there is a workspace step of that name.
        """
        for field, value in (("step_name", step_name), ("developer_id", developer_id), ("step_type", step_type)):
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"{field} must be a non-empty string")
        if step_name in self._owned:
            owner = self._owned[step_name].developer_id
            raise ValueError(f"Step '{step_name}' is already in the graph, as a step of '{owner}'.")
        self.add_node(step_name)
        before = dict.fromkeys(self.reverse_adj[step_name])
        self._owned[step_name] = _Owned(developer_id, step_type, deepcopy(dict(config_data or {})), before)
        self._depend(step_name, dependencies or ())

    def remove_workspace_step(self, step_name: str) -> bool:
        """Remove a workspace step without a trace, in other steps' dependencies too; False when there is none."""
        return step_name in self._owned and self.remove_node(step_name)

    def get_workspace_step(self, step_name: str) -> WorkspaceStep | None:
        """A copy of what is known of a workspace step, or None when there is none of that name."""
        return self._step(step_name) if step_name in self._owned else None

    def get_developers(self) -> list[str]:
        """The developers with a step here, sorted."""
        return sorted({owned.developer_id for owned in self._owned.values()})

    def get_steps_by_developer(self, developer_id: str) -> list[str]:
        """Names of a developer's steps, in the order they were added."""
        return [name for name, owned in self._owned.items() if owned.developer_id == developer_id]

    def get_steps_by_type(self, step_type: str) -> list[str]:
        """Names of the steps of one type, in the order they were added."""
        return [name for name, owned in self._owned.items() if owned.step_type == step_type]

    def missing_dependencies(self) -> dict[str, list[str]]:
        """Dependencies that are not in the graph, with the steps that name them."""
        return {missing: list(dependents) for missing, dependents in sorted(self._awaited.items()) if dependents}

    def validate_workspace_dependencies(self) -> DependencyValidation:
        """Whether every dependency is there and the graph has no cycle; and which dependencies cross workspaces."""
        return validate(self._graph())

    def get_workspace_summary(self) -> WorkspaceSummary:
        """Steps, edges, developers and types counted, with the validation."""
        return summarize(self._graph())

    def analyze_workspace_complexity(self) -> ComplexityAnalysis:
        """Measures of the graph, and recommendations that name the steps they are about."""
        return analyze(self._graph())

    def get_execution_order(self) -> list[ExecutionStep]:
        """The steps in the order they may run.

        :raises CycleError: (a ``ValueError``) there is a cycle.
        """
        ordered: list[ExecutionStep] = []
        for index, name in enumerate(self.topological_sort()):
            owned = self._owned.get(name)
            ordered.append(
                {
                    "step_name": name,
                    "developer_id": owned.developer_id if owned else None,
                    "step_type": owned.step_type if owned else "Unknown",
                    "dependencies": list(owned.dependencies) if owned else self.get_dependencies(name),
                    "execution_index": index,
                }
            )
        return ordered

    def to_workspace_pipeline_config(self, pipeline_name: str) -> WorkspacePipelineConfig:
        """The graph as a workspace pipeline definition; ports of edges stand in ``global_config['edge_ports']``.

        :raises ValueError: the name is empty, or there are nodes without an owner, which a definition cannot hold.
        """
        if not isinstance(pipeline_name, str) or not pipeline_name.strip():
            raise ValueError("pipeline_name must be a non-empty string")
        plain = sorted(node for node in self.nodes if node not in self._owned)
        if plain:
            raise ValueError(f"These nodes belong to no workspace and have no place in the config: {', '.join(plain)}.")
        global_config = deepcopy(self.global_config)
        ports = [
            {"source": edge.source, "target": edge.target, "output": edge.output, "input": edge.input}
            for edge in self.port_edges()
            if self.get_ports(edge.source, edge.target) != [(None, None)]
        ]
        if ports:
            global_config[EDGE_PORTS] = ports
        return {
            "pipeline_name": pipeline_name,
            "workspace_root": self.workspace_root,
            "steps": [self._step_config(name) for name in self._owned],
            "global_config": global_config,
        }

    @classmethod
    def from_workspace_config(cls, workspace_config: Mapping[str, Any] | Any) -> Self:
        """The graph of a workspace pipeline definition, given as a mapping or as the model.

        :raises ValueError: a key is missing, an identifier is empty or a step name repeated.
        """
        config = workspace_config if isinstance(workspace_config, Mapping) else workspace_config.model_dump()
        try:
            dag = cls(config["workspace_root"])
            steps = [dict(step) for step in config["steps"]]
            for step in steps:
                dag.add_workspace_step(
                    step["step_name"], step["developer_id"], step["step_type"], step.get("config_data")
                )
        except KeyError as error:
            raise ValueError(f"The workspace config has no {error.args[0]!r}.") from error
        stated = dict(config.get("global_config") or {})
        ports = stated.pop(EDGE_PORTS, ())
        dag.global_config = deepcopy(stated)
        declared = {(d, step["step_name"]) for step in steps for d in step.get("dependencies") or ()}
        for edge in ports:
            if (edge["source"], edge["target"]) not in declared:
                raise ValueError(f"{EDGE_PORTS} joins {edge['source']} -> {edge['target']}, which is no dependency.")
            dag.add_edge(edge["source"], edge["target"], edge["output"], edge["input"])
        for step in steps:
            present = set(dag.reverse_adj[step["step_name"]])
            wanted = list(step.get("dependencies") or ())
            dag._owned[step["step_name"]].dependencies = dict.fromkeys(wanted)
            dag._depend(step["step_name"], [d for d in wanted if d not in present])
        return dag

    def clone(self) -> Self:
        """An independent deep copy."""
        copy = super().clone()
        copy._owned = deepcopy(self._owned)
        copy._awaited = deepcopy(self._awaited)
        copy.global_config = deepcopy(self.global_config)
        return copy

    def merge_workspace_dag(self, other_dag: WorkspaceAwareDAG) -> None:
        """Add the steps, nodes and edges of another graph.

        :raises ValueError: a step is in both, or the roots differ; nothing is changed then.
        """
        clashes = sorted(self._owned.keys() & other_dag._owned.keys())
        if clashes:
            raise ValueError(f"Steps in both graphs: {', '.join(clashes)}.")
        if Path(self.workspace_root) != Path(other_dag.workspace_root):
            raise ValueError(
                f"The graphs belong to different workspace roots: {self.workspace_root}, {other_dag.workspace_root}."
            )
        arriving = other_dag.port_edges()
        for edge in arriving:  # what a step waits for comes with its own ports
            self._awaited.get(edge.source, {}).pop(edge.target, None)
        for node in other_dag.nodes:
            self.add_node(node)
        for edge in arriving:
            self.add_edge(edge.source, edge.target, edge.output, edge.input)
        for name, owned in other_dag._owned.items():
            before = dict.fromkeys(self.reverse_adj[name])
            self._owned[name] = _Owned(owned.developer_id, owned.step_type, deepcopy(owned.config_data), before)
            self._depend(name, [d for d in owned.dependencies if d not in before])
        self.global_config = {**deepcopy(other_dag.global_config), **self.global_config}

    def _depend(self, step: str, dependencies: Iterable[str]) -> None:
        for dependency in dependencies:
            self._owned[step].dependencies[dependency] = None
            if dependency in self.adj_list:
                self.add_edge(dependency, step)
            else:
                self._awaited.setdefault(dependency, {})[step] = None

    def _step(self, name: str) -> WorkspaceStep:
        view = self._view(name)
        view["config_data"] = deepcopy(view["config_data"])
        return view

    def _view(self, name: str) -> WorkspaceStep:
        owned = self._owned[name]
        return {
            "step_name": name,
            "developer_id": owned.developer_id,
            "step_type": owned.step_type,
            "config_data": owned.config_data,
            "dependencies": list(owned.dependencies),
        }

    def _step_config(self, name: str) -> PipelineStepConfig:
        step = self._step(name)
        return {
            "step_name": name,
            "developer_id": step["developer_id"],
            "step_type": step["step_type"],
            "config_data": step["config_data"],
            "workspace_root": self.workspace_root,
            "dependencies": step["dependencies"],
        }

    def _graph(self) -> OwnedGraph:
        # Nothing that is counted changes a config or hands one out, so none is copied.
        steps = {name: self._view(name) for name in self._owned}
        return OwnedGraph(self, self.workspace_root, steps, self.missing_dependencies())

    def _empty_copy(self) -> Self:
        return type(self)(self.workspace_root)
