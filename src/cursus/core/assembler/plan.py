"""Make the plan: order, resolve, wire, build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from cursus.api.dag import PipelineDAG
from cursus.core.assembler.errors import PipelineCycle, SeveralProblems
from cursus.core.assembler.resolve import ResolvedNode, resolve_nodes
from cursus.core.deps.columns import column_clashes
from cursus.core.deps.wiring import diagnose
from cursus.model.finding import Finding, Severity
from cursus.model.pipeline import Pipeline
from cursus.model.plan import Binding, ExternalInput, PipelinePlan
from cursus.registry.catalog import StepCatalog


def make_plan(pipeline: Pipeline, catalog: StepCatalog) -> PipelinePlan:
    """Everything a compile or a run of ``pipeline`` will do.

    :raises UnknownWorkspace, UnknownStep: a node refers to what is not there.
    :raises PipelineError: a cycle, an input that stays open or is ambiguous, a step that cannot be built.
    :raises FileError: a component file that is there but broken.
    """
    # Brings the models of configs, which reading and checking a pipeline do without.
    from cursus.core.assembler.build import build_nodes

    dag = graph(pipeline)
    order = order_of(pipeline, dag)
    resolved = resolve_nodes(pipeline, catalog)
    bindings = wire_nodes(pipeline, resolved, order)
    built, findings = build_nodes(pipeline, resolved, bindings, dag, catalog)
    return PipelinePlan(
        name=pipeline.name,
        description=pipeline.description,
        steps=tuple(built[name] for name in order),
        bindings=bindings,
        external_inputs=tuple(
            ExternalInput(name, key, uri) for name in order for key, uri in sorted(resolved[name].node.inputs.items())
        ),
        parameters=pipeline.parameters,
        shared=pipeline.shared,
        findings=(*findings, *_column_findings(pipeline, resolved, bindings)),
    )


def _column_findings(
    pipeline: Pipeline, resolved: Mapping[str, ResolvedNode], bindings: Sequence[Binding]
) -> Iterator[Finding]:
    """Warnings of tables that the step they go to cannot read; SageMaker would only find out in the job."""
    if not any(r.contract is not None and r.contract.schemas for r in resolved.values()):
        return
    steps = {name: replace(r.step, contract=r.contract, spec=r.spec) for name, r in resolved.items()}
    for clash in column_clashes(steps, bindings):
        yield Finding(
            "pipeline-columns",
            Severity.WARNING,
            clash.told(pipeline.name),
            workspace=clash.consumer.workspace,
            step=clash.binding.step,
            file=pipeline.source,
            line=clash.binding.line_in(pipeline),
            hint=clash.hint,
        )


def graph(pipeline: Pipeline) -> PipelineDAG:
    """The pipeline's nodes and edges, data edges and bare ordering alike."""
    dag = PipelineDAG(sorted(n.name for n in pipeline.nodes), [])
    for edge in pipeline.edges:
        dag.add_edge(edge.source, edge.target)
    for node in pipeline.nodes:
        for earlier in node.depends_on:
            dag.add_edge(earlier, node.name)
    return dag


def cycle_of(pipeline: Pipeline) -> PipelineCycle | None:
    """The shortest cycle of a pipeline with its place, as the error it is; None without one."""
    return _cycle(pipeline, graph(pipeline))


def order_of(pipeline: Pipeline, dag: PipelineDAG) -> list[str]:
    """The nodes in the order they may run.

    :raises PipelineCycle: there is none.
    """
    cycle = _cycle(pipeline, dag)
    if cycle is not None:
        raise cycle
    return dag.topological_sort()


def _cycle(pipeline: Pipeline, dag: PipelineDAG) -> PipelineCycle | None:
    cycle = dag.find_cycle()
    if cycle is None:
        return None
    pairs = set(pairwise(cycle))
    line = min((e.line for e in pipeline.edges if (e.source, e.target) in pairs and e.line), default=None)
    return PipelineCycle(pipeline.name, " -> ".join(cycle), pipeline.source, line)


def wire_nodes(pipeline: Pipeline, resolved: Mapping[str, ResolvedNode], order: Sequence[str]) -> tuple[Binding, ...]:
    """What feeds which input, in the order of the nodes.

    :raises PipelineError: an input stays open or is ambiguous, or an edge is wrong; with its place.
    """
    wiring = diagnose(
        specs={name: r.spec for name, r in resolved.items()},
        edges=pipeline.edges,
        external={name: set(r.node.inputs) for name, r in resolved.items()},
        step_names={name: r.step.name for name, r in resolved.items()},
    )
    for error in wiring.errors:
        node = pipeline.node(error.step or "")
        error.file = error.file or pipeline.source
        if node is not None:
            error.line = error.line or node.line
            error.workspace = error.workspace or resolved[node.name].step.workspace
    if len(wiring.errors) > 1:
        raise SeveralProblems(pipeline.name, wiring.errors, pipeline.source)
    if wiring.errors:
        raise wiring.errors[0]
    position = {name: i for i, name in enumerate(order)}
    return tuple(sorted(wiring.bindings, key=lambda b: (position[b.step], b.input)))
