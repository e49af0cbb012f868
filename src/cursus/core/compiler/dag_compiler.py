"""The published compiler: a graph and a merged config file in, a SageMaker pipeline definition out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.api.dag import PipelineDAG
from cursus.core.assembler.dag_pipeline import Composition, NodeSource
from cursus.core.assembler.pipeline_assembler import compose, resolved_pipeline
from cursus.core.assembler.plan import make_plan
from cursus.core.base.config_files import read_config_file
from cursus.core.compiler.definition import PipelineDefinition, compile_plan
from cursus.core.compiler.reports import Compatibility, CompilationReport, NodeResolution, ResolutionPreview
from cursus.errors import CursusError
from cursus.model.finding import Finding, Severity
from cursus.model.plan import PipelinePlan
from cursus.model.workspace import reference


def compile_dag_to_pipeline(
    dag: PipelineDAG,
    config_path: str | Path,
    sagemaker_session: Any = None,
    role: str | None = None,
    pipeline_name: str | None = None,
    *,
    workspace_root: str | Path | None = None,
    workspace: str | None = None,
) -> PipelineDefinition:
    """Compile a graph in one call; the parameters and errors are those of :class:`PipelineDAGCompiler`."""
    compiler = PipelineDAGCompiler(
        config_path, sagemaker_session, role, workspace_root=workspace_root, workspace=workspace
    )
    return compiler.compile(dag, pipeline_name)


class PipelineDAGCompiler:
    """Compiles graphs whose nodes are configured by one merged config file. Offline, and the same bytes every time.

    A node of a :class:`~cursus.api.dag.WorkspaceAwareDAG` is its developer's step; any other is named after its step,
    with ``_<job type>`` where it has one, and is looked up in ``workspace``. The config of a node is found by the
    node's name, else by step and job type; nothing else is tried.

    :param config_path: the file, JSON or YAML; None for workspace graphs that carry their configs.
    :param sagemaker_session: kept as an attribute; compiling does not use it.
    :param role: role of every job, instead of the configs'.
    :param workspace_root: the root that holds the workspaces; that of a workspace graph when not given.
    :param workspace: where nodes without an owner are looked up; the current workspace, else the core, when not given.
    :raises FileError: the file cannot be read.
    :raises ConfigurationError: it is not a merged config file.
    """

    def __init__(
        self,
        config_path: str | Path | None,
        sagemaker_session: Any = None,
        role: str | None = None,
        *,
        workspace_root: str | Path | None = None,
        workspace: str | None = None,
    ) -> None:
        self.config_path = None if config_path is None else Path(config_path)
        self.sagemaker_session = sagemaker_session
        self.role = role
        self.workspace_root = workspace_root
        self.workspace = workspace
        self._configs = None if self.config_path is None else read_config_file(self.config_path)

    def compile(self, dag: PipelineDAG, pipeline_name: str | None = None) -> PipelineDefinition:
        """The definition of the graph's pipeline.

        :param pipeline_name: else the name that the configs agree on.
        :raises ConfigurationError: a node without a config; the error lists the configs there are.
        :raises DefinitionError: SageMaker would refuse the definition.
        :raises CursusError: as :func:`~cursus.core.assembler.plan.make_plan`; several problems at once are one
            ``SeveralProblems`` with a finding for each.
        """
        return compile_plan(self._plan(self._composition(dag), pipeline_name)[0])

    def compile_with_report(
        self, dag: PipelineDAG, pipeline_name: str | None = None
    ) -> tuple[PipelineDefinition, CompilationReport]:
        """The definition, and how it came about; errors as of :meth:`compile`."""
        composition = self._composition(dag)
        plan, sources = self._plan(composition, pipeline_name)
        compiled = compile_plan(plan)
        report = CompilationReport(
            pipeline_name=compiled.name,
            nodes=tuple(_resolution(sources[step.name], composition) for step in plan.steps),
            bindings=plan.bindings,
            findings=(*self._unused(sources), *compiled.findings),
            sha256=hashlib.sha256(compiled.definition().encode()).hexdigest(),
        )
        return compiled, report

    def preview_resolution(self, dag: PipelineDAG) -> ResolutionPreview:
        """Which step, config and files each node means, in the graph's order. Nothing is built, no workspace code runs.

        :raises NoWorkspaceRoot: there is no root to look in.
        """
        composition = self._composition(dag)
        nodes = []
        for name in dag.nodes:
            try:
                nodes.append(_resolution(composition.source(name), composition))
            except CursusError as error:
                nodes.append(NodeResolution(name, None, finding=Finding.from_error(error)))
        return ResolutionPreview(tuple(nodes))

    def validate_dag_compatibility(self, dag: PipelineDAG) -> Compatibility:
        """Everything that keeps the graph from being compiled, as findings; unused configs as warnings.

        It is judged by compiling it.
        """
        try:
            _, report = self.compile_with_report(dag, None if self._configs else "unnamed")
        except CursusError as error:
            stated: tuple[Finding, ...] = getattr(error, "findings", ())
            return Compatibility(stated or (Finding.from_error(error),))
        return Compatibility(report.findings)

    def _composition(self, dag: PipelineDAG) -> Composition:
        return compose(dag, self._configs, workspace_root=self.workspace_root, workspace=self.workspace, role=self.role)

    def _plan(self, composition: Composition, name: str | None) -> tuple[PipelinePlan, Mapping[str, NodeSource]]:
        pipeline, sources = resolved_pipeline(composition, name)
        return make_plan(pipeline, composition.catalog), sources

    def _unused(self, sources: Mapping[str, NodeSource]) -> tuple[Finding, ...]:
        """A warning for each config of the file that no node is built from."""
        used = {source.config_key for source in sources.values()}
        return tuple(
            Finding(
                code="unused-config",
                severity=Severity.WARNING,
                message=f"The config '{key}' belongs to no node of the graph.",
                file=self.config_path,
                hint="Remove it, or add the node.",
            )
            for key in sorted(self._configs.types if self._configs else ())
            if key not in used
        )


def _resolution(source: NodeSource, composition: Composition) -> NodeResolution:
    index = composition.catalog.index
    files = {
        kind.value: reference(c.workspace, c.path.relative_to(index.workspace(c.workspace).root).as_posix())
        for kind, c in sorted(source.step.components.items())
    }
    return NodeResolution(
        node=source.node.name,
        reference=source.step.reference,
        job_type=source.node.job_type,
        config_key=source.config_key,
        config_class=source.config_class,
        files=files,
    )
