"""A pipeline made of components that are named: each may take what those named before it put out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, count

from cursus.core.assembler.errors import SeveralProblems
from cursus.core.assembler.plan import graph, order_of, wire_nodes
from cursus.core.assembler.resolve import ResolvedNode, resolve_nodes
from cursus.core.deps.errors import AmbiguousInput, TypeClash, UnsatisfiedInput, WiringError
from cursus.core.deps.wiring import Wiring, diagnose
from cursus.core.workspace.pipeline_file import EDGE
from cursus.core.workspace.swap import Swap, swapped
from cursus.errors import PipelineError, UsageError
from cursus.model.expression import Get
from cursus.model.pipeline import Edge, Node, Parameter, Pipeline
from cursus.model.plan import Binding, BindingReason
from cursus.registry.catalog import StepCatalog
from cursus.registry.names import camel_case, split_job, words


@dataclass(frozen=True, slots=True)
class Composed:
    """A pipeline put together.

    :param bindings: what feeds what, each with its reason.
    :param opened: (node, input, pipeline parameter) of the required inputs that no component feeds.
    """

    pipeline: Pipeline
    bindings: tuple[Binding, ...]
    opened: tuple[tuple[str, str, str], ...]
    swaps: tuple[Swap, ...] = ()


def compose(
    name: str,
    components: Sequence[str],
    catalog: StepCatalog,
    *,
    owner: str,
    edges: Sequence[str] = (),
    swaps: Sequence[str] = (),
    shared: Mapping[str, str] | None = None,
) -> Composed:
    """The pipeline of these components, with every edge and both its ports written out.

    A component takes from those named before it, and along ``edges``. What it needs and nobody puts out becomes a
    pipeline parameter, the place of the data, given when an execution starts. Optional inputs are fed by name only.

    :param components: ``[<node>=]<workspace>:<Step>``, the step with ``_<job type>`` for a variant.
    :param owner: the workspace the pipeline will belong to, ``shared`` for the team.
    :param edges: as in a pipeline file, ``a -> b`` or ``a.output -> b.input``; they decide what is not clear.
    :param swaps: see :func:`~cursus.core.workspace.swap.swapped`.
    :param shared: config values of every step.
    :raises UsageError: a component or edge is not of its form, or no component is named.
    :raises CursusError: a component is not there, broken, or may not be used; an input is ambiguous.
    """
    nodes = _named([_component(text) for text in components])
    if not nodes:
        raise UsageError("A pipeline needs at least one component.", hint="--components ingest:FlightFeatures")
    pipeline = Pipeline(name, nodes, (), shared=dict(shared or {}), owner=owner)
    pipeline, exchanged = swapped(pipeline, swaps, catalog)
    stated = [_edge(text, {node.name for node in nodes}) for text in edges]
    resolved = resolve_nodes(pipeline, catalog)
    forward = [Edge(a.name, b.name) for a, b in combinations(nodes, 2)]
    wiring = diagnose(
        specs={node: r.spec for node, r in resolved.items()},
        edges=[*forward, *stated],
        external={},
        step_names={node: r.step.name for node, r in resolved.items()},
    )
    opened = tuple(_opened(name, wiring, resolved))
    bindings = tuple(b for b in wiring.bindings if b.reason is not BindingReason.SCORE or _is_required(b, resolved))
    pipeline = _filled(pipeline, bindings, opened)
    # What is written has to hold by itself, without the edges that were only tried.
    again = {name: replace(r, node=node) for (name, r), node in zip(resolved.items(), pipeline.nodes, strict=True)}
    wire_nodes(pipeline, again, order_of(pipeline, graph(pipeline)))
    return Composed(pipeline, bindings, opened, exchanged)


def _opened(name: str, wiring: Wiring, resolved: Mapping[str, ResolvedNode]) -> Iterator[tuple[str, str, str]]:
    """The required inputs that nothing feeds, each with a parameter for it.

    :raises PipelineError: anything else is wrong with the wiring, of inputs that have to be fed or as it was stated.
    """
    wrong: list[PipelineError] = []
    taken: set[str] = set()
    order = {node: position for position, node in enumerate(resolved)}
    for error in sorted(wiring.errors, key=lambda e: order.get(e.step or "", 0)):
        if isinstance(error, UnsatisfiedInput) and error.step:
            words_of = (camel_case("_".join(words(part))) for part in (error.step, error.input))
            yield error.step, error.input, _unique("".join(words_of), taken)
        elif not _may_stay_open(error, resolved):
            wrong.append(error)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else SeveralProblems(name, wrong, None)


def _may_stay_open(error: PipelineError, resolved: Mapping[str, ResolvedNode]) -> bool:
    """Whether the error is of an optional input that nobody asked to feed."""
    if not isinstance(error, AmbiguousInput | TypeClash) or not error.step:
        return False
    return not _needs(resolved[error.step], error)


def _needs(node: ResolvedNode, error: WiringError) -> bool:
    dependency = node.spec.dependency(error.input)
    return dependency is None or dependency.required


def _is_required(binding: Binding, resolved: Mapping[str, ResolvedNode]) -> bool:
    dependency = resolved[binding.step].spec.dependency(binding.input)
    return dependency is not None and dependency.required


def _filled(pipeline: Pipeline, bindings: Sequence[Binding], opened: Sequence[tuple[str, str, str]]) -> Pipeline:
    inputs: dict[str, dict[str, str | Get]] = {}
    for node, port, parameter in opened:
        inputs.setdefault(node, {})[port] = Get(f"Parameters.{parameter}")
    return replace(
        pipeline,
        nodes=tuple(replace(node, inputs=inputs.get(node.name, {})) for node in pipeline.nodes),
        edges=tuple(Edge(b.source, b.step, b.output, b.input) for b in bindings),
        parameters=tuple(Parameter(parameter, "String") for _, _, parameter in opened),
    )


def _component(text: str) -> tuple[str, Node]:
    """The name a component is given, or an empty one, and its node."""
    node, equals, use = text.strip().rpartition("=")
    match = re.fullmatch(r"([^:/=]+)[:/]([^:/=]+)", use)
    if match is None or (equals and not node):
        raise UsageError(
            f"{text!r} is not a component: write <workspace>:<Step>, or <node>=<workspace>:<Step>.",
            hint="--components ingest:FlightFeatures,train=modelling:DelayTraining",
        )
    step, job = split_job(match[2])
    return node, Node(name="", workspace=match[1], step=step, job_type=job)


def _named(components: Sequence[tuple[str, Node]]) -> tuple[Node, ...]:
    """The nodes, named after their steps; those of one step also after their workspace, and numbered after that."""
    given = [name for name, _ in components if name]
    steps = Counter(_step_name(node) for name, node in components if not name)
    taken = set(given)
    twice = sorted(name for name in taken if given.count(name) > 1)
    if twice:
        raise UsageError(f"Two components are called '{twice[0]}'.", hint="Give them different names.")
    nodes = []
    for name, node in components:
        chosen = name
        if not name:
            base = _step_name(node)
            alone = steps[base] == 1 and base not in given
            chosen = _unique(base if alone else f"{base}_{_safe(node.workspace)}", taken, "_")
        nodes.append(replace(node, name=chosen))
    return tuple(nodes)


def _unique(name: str, taken: set[str], join: str = "") -> str:
    """The name, with a number where it is taken; taken from then on."""
    found = next(n for n in chain((name,), (f"{name}{join}{k}" for k in count(2))) if n not in taken)
    taken.add(found)
    return found


def _step_name(node: Node) -> str:
    return "_".join([*words(node.step), *([node.job_type] if node.job_type else [])])


def _safe(workspace: str) -> str:
    return re.sub(r"\W", "_", workspace, flags=re.ASCII)


def _edge(text: str, nodes: set[str]) -> Edge:
    match = EDGE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not an edge.", hint="--edge 'a -> b' or --edge 'a.output -> b.input'")
    for end in (match["source"], match["target"]):
        if end not in nodes:
            raise UsageError(f"'{end}' is no node of this pipeline: {', '.join(sorted(nodes))}.", hint="Correct --edge")
    return Edge(match["source"], match["target"], match["output"], match["input"])
