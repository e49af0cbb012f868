"""The graph of a pipeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from cursus.api.dag.algorithms import order, shortest_cycle
from cursus.api.dag.errors import CycleError
from cursus.errors import did_you_mean
from cursus.model.pipeline import Edge

Ports = tuple[str | None, str | None]

_PLAIN: tuple[Ports, ...] = ((None, None),)


class PipelineDAG:
    """Nodes by name and directed edges, each optionally from a named output to a named input.

    :param nodes: node names; repeats are ignored.
    :param edges: pairs ``(source, target)`` of declared nodes.
    :raises KeyError: an edge names a node that is not in ``nodes``.

    ``nodes``, ``edges``, ``adj_list`` (successors) and ``reverse_adj`` (predecessors) are there to be read; the methods
    change them together.
    """

    def __init__(self, nodes: Iterable[str] | None = None, edges: Iterable[tuple[str, str]] | None = None) -> None:
        self.nodes: list[str] = list(dict.fromkeys(nodes or ()))
        self.edges: list[tuple[str, str]] = []
        self.adj_list: dict[str, list[str]] = {node: [] for node in self.nodes}
        self.reverse_adj: dict[str, list[str]] = {node: [] for node in self.nodes}
        self._ports: dict[tuple[str, str], tuple[Ports, ...]] = {}
        for source, target in edges or ():
            if source not in self.adj_list or target not in self.adj_list:
                node = target if source in self.adj_list else source
                raise KeyError(
                    f"Edge {source} -> {target} names node '{node}', which is not declared."
                    f"{did_you_mean(node, self.nodes)}"
                )
            pair = (source, target)
            if pair not in self._ports:
                self._link(pair, _PLAIN)

    def add_node(self, node: str) -> None:
        """Add a node; one that is already there is left as it is."""
        if node not in self.adj_list:
            self.nodes.append(node)
            self.adj_list[node] = []
            self.reverse_adj[node] = []

    def add_edge(self, source: str, target: str, output: str | None = None, input: str | None = None) -> None:  # noqa: A002 - published name
        """Add an edge and whichever of its ends are missing; a repeat is ignored.

        :param output: the source's output that flows, or None for any.
        :param input: the target's input that it feeds, or None for any.

        The same pair may be joined by several edges with different ports; ``edges`` lists the pair once.
        """
        pair = (source, target)
        ports = self._ports.get(pair)
        if ports is None:
            if source not in self.adj_list:
                self.add_node(source)
            if target not in self.adj_list:
                self.add_node(target)
            self._link(pair, _PLAIN if output is None and input is None else ((output, input),))
        elif (output, input) not in ports:
            self._ports[pair] = (*ports, (output, input))

    def remove_edge(self, source: str, target: str) -> bool:
        """Remove the edge with all its ports; False when there was none."""
        if self._ports.pop((source, target), None) is None:
            return False
        self.edges.remove((source, target))
        self.adj_list[source].remove(target)
        self.reverse_adj[target].remove(source)
        return True

    def remove_node(self, node: str) -> bool:
        """Remove the node and its edges; False when there was none."""
        if node not in self.adj_list:
            return False
        after, before = self.adj_list.pop(node), self.reverse_adj.pop(node)
        for target in after:
            if target != node:
                self.reverse_adj[target].remove(node)
        for source in before:
            if source != node:
                self.adj_list[source].remove(node)
        for pair in [*((node, target) for target in after), *((source, node) for source in before)]:
            self._ports.pop(pair, None)
        self.edges = [pair for pair in self.edges if node not in pair]
        self.nodes.remove(node)
        return True

    def get_dependencies(self, node: str) -> list[str]:
        """The nodes with an edge into ``node``, in the order the edges were added.

        :raises KeyError: there is no such node.
        """
        if node not in self.reverse_adj:
            raise KeyError(f"There is no node '{node}' in the graph.{did_you_mean(node, self.nodes)}")
        return list(self.reverse_adj[node])

    def get_ports(self, source: str, target: str) -> list[Ports]:
        """``(output, input)`` of each edge between two nodes, None where the wiring chooses; empty without edge."""
        return list(self._ports.get((source, target), ()))

    def port_edges(self) -> tuple[Edge, ...]:
        """Every edge with its ports, as the wiring takes them."""
        return tuple(
            Edge(source, target, output, into)
            for source, target in self.edges
            for output, into in self._ports[source, target]
        )

    def find_cycle(self) -> list[str] | None:
        """A shortest cycle as ``[A, B, A]``, or None when there is none."""
        if len(order(self.adj_list, self.reverse_adj)) == len(self.nodes):
            return None
        return shortest_cycle(self.adj_list, self.reverse_adj)

    def topological_sort(self) -> list[str]:
        """Nodes so that each comes after those it depends on; equals by name, whatever order they were added in.

        :raises CycleError: (a ``ValueError``) there is a cycle; the error names the shortest.
        """
        ordered = order(self.adj_list, self.reverse_adj)
        if len(ordered) < len(self.nodes):
            cycle = shortest_cycle(self.adj_list, self.reverse_adj)
            if cycle is not None:
                raise CycleError(cycle)
        return ordered

    def clone(self) -> Self:
        """An independent copy."""
        copy = self._empty_copy()
        copy.nodes = list(self.nodes)
        copy.edges = list(self.edges)
        copy.adj_list = {node: list(after) for node, after in self.adj_list.items()}
        copy.reverse_adj = {node: list(before) for node, before in self.reverse_adj.items()}
        copy._ports = dict(self._ports)
        return copy

    def _link(self, pair: tuple[str, str], ports: tuple[Ports, ...]) -> None:
        source, target = pair
        self._ports[pair] = ports
        self.edges.append(pair)
        self.adj_list[source].append(target)
        self.reverse_adj[target].append(source)

    def _empty_copy(self) -> Self:
        return type(self)()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.nodes)} nodes, {len(self.edges)} edges)"
