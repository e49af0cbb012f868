"""Bind outputs to inputs. Pure: the same bindings whatever order nodes, edges and dictionaries come in.

In this order, and one output to one input of a consumer:

1. a port that the edge names;
2. the same name, then a declared alias, from a source the input accepts;
3. the best score, and only when it is clearly the best (:data:`~cursus.core.deps.scoring.MARGIN`) and more than the
   types speaks for it: its name, a keyword, or that the edge brings nothing else.

Only an explicit port brings data from a step that the input does not list among its compatible sources.

Required inputs come before optional ones. What is not clear is an error that shows the candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cursus.core.deps.consumer import Consumer
from cursus.core.deps.errors import Candidate, UnknownNode
from cursus.core.deps.offer import Source
from cursus.core.deps.scoring import REQUIRED_MINIMUM, accepts_source, gate, score
from cursus.errors import PipelineError
from cursus.model.pipeline import Edge
from cursus.model.plan import Binding
from cursus.model.step import Dependency, Spec


@dataclass(frozen=True)
class Wiring:
    """What could be bound, and everything that could not; both in stable order."""

    bindings: tuple[Binding, ...]
    errors: tuple[PipelineError, ...]


def wire(
    specs: Mapping[str, Spec],
    edges: Sequence[Edge],
    external: Mapping[str, Collection[str]],
    step_names: Mapping[str, str],
) -> tuple[Binding, ...]:
    """The bindings of a pipeline, by consumer and input.

    Only outputs of nodes with an edge into a consumer can feed it; an edge that names ports serves only these.

    :param specs: node -> ports of its step.
    :param external: node -> inputs that are fed from outside.
    :param step_names: node -> canonical step name.
    :raises UnsatisfiedInput: a required input is left open.
    :raises AmbiguousInput: two outputs fit an input about equally well, or it is fed twice.
    :raises UnknownPort: an edge names a port its step does not have.
    :raises UnusedPort: an edge names an output that no open input takes.
    :raises TypeClash: ports that are named, or that match by name, are of different types.
    :raises UnknownNode: an edge names a node that is not in ``specs``.
    """
    wiring = diagnose(specs, edges, external, step_names)
    if wiring.errors:
        raise wiring.errors[0]
    return wiring.bindings


def diagnose(
    specs: Mapping[str, Spec],
    edges: Sequence[Edge],
    external: Mapping[str, Collection[str]],
    step_names: Mapping[str, str],
) -> Wiring:
    """As :func:`wire`, with every error instead of the first one raised."""
    bindings: list[Binding] = []
    errors: list[PipelineError] = []
    incoming: dict[str, list[Edge]] = defaultdict(list)
    for edge in sorted(set(edges), key=edge_key):
        unknown = [node for node in (edge.source, edge.target) if node not in specs]
        if unknown:
            errors.append(UnknownNode(edge.text, unknown[0], sorted(specs), edge.line))
        else:
            incoming[edge.target].append(edge)
    sources = {node: Source(node, step_names.get(node, spec.step_type), spec) for node, spec in specs.items()}
    for node in sorted(specs):
        consumer = Consumer(sources[node], set(external.get(node, ())))
        consumer.bind([(edge, sources[edge.source]) for edge in incoming[node]])
        if consumer.open_required():
            beyond = _not_downstream(node, sources, incoming)
            consumer.refuse_open(partial(_elsewhere, sources=beyond))
        bindings += consumer.bindings.values()
        errors += consumer.errors
    return Wiring(tuple(sorted(bindings, key=lambda b: (b.step, b.input))), tuple(errors))


def edge_key(edge: Edge) -> tuple[str, str, str, str, int]:
    """An order of edges that does not depend on how they were written down."""
    return (edge.target, edge.input or "", edge.source, edge.output or "", edge.line or 0)


def _not_downstream(node: str, sources: Mapping[str, Source], incoming: Mapping[str, Sequence[Edge]]) -> list[Source]:
    """The sources that ``node`` has no edge from and that do not themselves wait for it."""
    behind: dict[str, list[str]] = defaultdict(list)
    for target, edges in incoming.items():
        for edge in edges:
            behind[edge.source].append(target)
    seen, queue = {node}, [node]
    while queue:
        for after in behind[queue.pop()]:
            if after not in seen:
                seen.add(after)
                queue.append(after)
    joined = {edge.source for edge in incoming.get(node, ())}
    return [sources[name] for name in sorted(sources) if name not in seen | joined]


def _elsewhere(dependency: Dependency, sources: Iterable[Source], most: int = 3) -> list[Candidate]:
    """The best outputs of steps without an edge to the consumer; they only help to write the error."""
    found = []
    for source in sources:
        for output in source.spec.outputs:
            if gate(dependency, output) is not None:
                continue
            total = score(dependency, output, source.step, source.spec.step_type).total
            named = dependency.name in (output.name, *output.aliases)
            if named or (total > REQUIRED_MINIMUM and accepts_source(dependency, source.step, source.spec.step_type)):
                found.append(Candidate(source.node, output.name, total))
    return sorted(found, key=lambda c: (-c.score, c.source, c.output))[:most]
