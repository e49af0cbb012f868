"""A pipeline file as a graph with owners, to be shown, ordered and measured; nothing of it is planned or built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.api.dag import WorkspaceAwareDAG
from cursus.api.dag.drawing import dot_text, mermaid_text, tree_text
from cursus.core.assembler.plan import cycle_of
from cursus.core.assembler.problems import Problems
from cursus.core.workspace.definition_pipeline import definition_from
from cursus.core.workspace.pipeline_file import find_pipeline, load_pipeline
from cursus.errors import CursusError
from cursus.model.finding import Finding
from cursus.model.pipeline import Pipeline
from cursus.model.workspace import reference
from cursus.registry.catalog import StepCatalog
from cursus.registry.visible import NotVisible, find_visible


@dataclass(frozen=True)
class GraphView:
    """A pipeline and its graph.

    :param resolved: node -> ``<workspace>/<Step>`` of the step it means; None for one that is not there or broken.
    :param findings: where its cycle is, and which nodes mean no step.
    """

    pipeline: Pipeline
    dag: WorkspaceAwareDAG
    resolved: dict[str, str | None]
    findings: tuple[Finding, ...]

    @property
    def uses(self) -> dict[str, str]:
        """Node -> its step as written, with the one it means where that is another."""
        told = {}
        for node in self.pipeline.nodes:
            written = reference(node.workspace, node.step) + (f" ({node.job_type})" if node.job_type else "")
            means = self.resolved[node.name]
            same = means in (None, reference(node.workspace, node.step))
            told[node.name] = written if same else f"{written}, from {means}"
        return told

    def tree(self) -> str:
        """As a text tree."""
        return tree_text(self.dag, self.uses)

    def mermaid(self) -> str:
        """As a Mermaid flow chart, the steps of a workspace together."""
        return mermaid_text(self.dag, self.uses, self._groups())

    def dot(self) -> str:
        """In Graphviz's language; as :meth:`mermaid`."""
        return dot_text(self.dag, self.uses, self._groups(), self.pipeline.name)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        waits = {(earlier, node.name) for node in self.pipeline.nodes for earlier in node.depends_on}
        data = {(edge.source, edge.target) for edge in self.pipeline.edges}
        return {
            "pipeline": self.pipeline.name,
            "file": str(self.pipeline.source),
            "owner": self.pipeline.owner,
            "nodes": [
                {
                    "name": node.name,
                    "uses": reference(node.workspace, node.step),
                    "resolved": self.resolved[node.name],
                    "job_type": node.job_type,
                    "dependencies": self.dag.get_dependencies(node.name),
                }
                for node in self.pipeline.nodes
            ],
            "edges": [
                {
                    "source": edge.source,
                    "target": edge.target,
                    "output": edge.output,
                    "input": edge.input,
                    "order_only": (edge.source, edge.target) in waits - data,
                }
                for edge in self.dag.port_edges()
            ],
            "cycle": self.dag.find_cycle(),
        }

    def _groups(self) -> dict[str, list[str]]:
        return {developer: self.dag.get_steps_by_developer(developer) for developer in self.dag.get_developers()}


def view_pipeline(name: str, catalog: StepCatalog) -> GraphView:
    """The graph of a pipeline (see :func:`~cursus.core.workspace.pipeline_file.find_pipeline`).

    One with a cycle, or with steps that are not there, can be seen all the same.

    :raises UnknownPipeline: there is no such pipeline.
    :raises NotVisible: it uses a step that it may not use.
    :raises CursusError: the file is no pipeline file.
    """
    root = catalog.index.root
    pipeline = load_pipeline(find_pipeline(name, catalog.index), root)
    resolved: dict[str, str | None] = {}
    hidden, absent = Problems(pipeline), Problems(pipeline)
    for node in pipeline.nodes:
        resolved[node.name] = None
        try:
            resolved[node.name] = find_visible(catalog, pipeline, node).reference
        except NotVisible as error:
            hidden.add(error, node.name, node.workspace)
        except CursusError as error:
            absent.add(error, node.name, node.workspace)
    hidden.refuse()
    cycle = cycle_of(pipeline)
    errors = [*([] if cycle is None else [cycle]), *absent.errors]
    dag = definition_from(pipeline, Path(root)).to_dag()
    return GraphView(pipeline, dag, resolved, tuple(Finding.from_error(error) for error in errors))
