"""The published assembler: a graph and config objects in, a plan out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.assembler.dag_pipeline import Composition, NodeSource
from cursus.core.assembler.plan import make_plan
from cursus.core.assembler.problems import Problems
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.config_files import ConfigFile
from cursus.core.base.tagged import encode_model
from cursus.errors import ConfigurationError, UsageError, did_you_mean
from cursus.model.pipeline import Pipeline
from cursus.model.plan import PipelinePlan
from cursus.model.workspace import CORE_ID
from cursus.registry.catalog import StepCatalog
from cursus.registry.distributed.context import get_workspace_context
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import core_workspace
from cursus.workspace.root import find_root


class PipelineAssembler:
    """Assembles a pipeline of a graph and one config for each of its nodes.

    :param dag: the nodes and edges. A node without an owner is named after its step, with ``_<job type>`` where it has
        one, and is looked up in ``workspace``.
    :param config_map: node -> its config.
    :param workspace_root: the root that holds the workspaces; that of a workspace graph when not given.
    :param workspace: where nodes without an owner are looked up; the current workspace, else the core, when not given.
    :param role: role of every job, instead of the configs'.
    :param sagemaker_session: kept as an attribute; assembling is offline and does not use it.
    """

    def __init__(
        self,
        dag: PipelineDAG | None = None,
        config_map: Mapping[str, BasePipelineConfig] | None = None,
        *,
        workspace_root: str | Path | None = None,
        workspace: str | None = None,
        role: str | None = None,
        sagemaker_session: Any = None,
    ) -> None:
        self.dag = dag
        self.config_map = dict(config_map or {})
        self.workspace_root = workspace_root
        self.workspace = workspace
        self.role = role
        self.sagemaker_session = sagemaker_session

    def assemble(self, pipeline_name: str | None = None) -> PipelinePlan:
        """The plan of the pipeline.

        :param pipeline_name: else the name that the configs agree on.
        :raises UsageError: there is no graph.
        :raises ConfigurationError: a node without a config, or a config without a node or of another step's class.
        :raises CursusError: as :func:`~cursus.core.assembler.plan.make_plan`.
        """
        if self.dag is None:
            raise UsageError("There is no graph to assemble.", hint="Give PipelineAssembler a dag.")
        for key in sorted(self.config_map.keys() - set(self.dag.nodes)):
            raise ConfigurationError(
                f"There is a config for '{key}', which is not a node of the graph.{did_you_mean(key, self.dag.nodes)}",
                hint=f"The nodes: {', '.join(sorted(self.dag.nodes))}",
                step=key,
            )
        configs = ConfigFile(
            types={node: type(config).__name__ for node, config in self.config_map.items()},
            shared={},
            specific={node: encode_model(config) for node, config in self.config_map.items()},
        )
        composition = compose(
            self.dag,
            configs if self.config_map or not isinstance(self.dag, WorkspaceAwareDAG) else None,
            workspace_root=self.workspace_root,
            workspace=self.workspace,
            role=self.role,
        )
        return make_plan(resolved_pipeline(composition, pipeline_name)[0], composition.catalog)


def compose(
    dag: PipelineDAG,
    configs: ConfigFile | None,
    *,
    workspace_root: str | Path | None = None,
    workspace: str | None = None,
    role: str | None = None,
) -> Composition:
    """A graph with its configs over the workspaces it takes its steps from.

    :raises NoWorkspaceRoot: a workspace is needed and there is no root.
    """
    own_root = dag.workspace_root if isinstance(dag, WorkspaceAwareDAG) else None
    where = workspace or get_workspace_context() or CORE_ID
    return Composition(dag, open_catalog(workspace_root or own_root, where), configs, where, role)


def open_catalog(workspace_root: str | Path | None, workspace: str = CORE_ID) -> StepCatalog:
    """The steps below a root; without a root and with nothing but the core in demand, those of the core.

    :raises NoWorkspaceRoot: there is no root.
    """
    if workspace_root is None and workspace == CORE_ID:
        return StepCatalog(WorkspaceIndex(core_workspace().root, cache=False))
    return StepCatalog(WorkspaceIndex(find_root(None if workspace_root is None else Path(workspace_root))))


def resolved_pipeline(composition: Composition, name: str | None) -> tuple[Pipeline, dict[str, NodeSource]]:
    """The pipeline of a composition and what each of its nodes was resolved to.

    :param name: its name, else the one that its configs agree on.
    :raises CursusError: what cannot be resolved; several things as ``SeveralProblems``.
    """
    problems = Problems(Pipeline(name or "", (), ()))
    sources = composition.sources(problems)
    problems.refuse()
    if not sources:
        raise UsageError("The graph has no node, so there is nothing to assemble.")
    return composition.pipeline(name or _agreed_name(composition, sources), sources), sources


def _agreed_name(composition: Composition, sources: Mapping[str, NodeSource]) -> str:
    shared = composition.shared()
    names = sorted(
        {
            BasePipelineConfig.from_values({**shared, **source.node.config}, node=node).pipeline_name
            for node, source in sources.items()
        }
    )
    if len(names) > 1:
        raise ConfigurationError(
            f"The configs give the pipeline different names: {', '.join(names)}.", hint="Give pipeline_name."
        )
    return names[0]
