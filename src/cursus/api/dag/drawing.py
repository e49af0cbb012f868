"""A graph as text: a tree for people, Mermaid for pages, DOT for Graphviz. A graph with a cycle can be drawn too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from cursus.api.dag.base_dag import PipelineDAG
from cursus.model.pipeline import Edge

Groups = Mapping[str, Sequence[str]]

_MERMAID_SIGNS = frozenset('#&"<>`\n')


def tree_text(dag: PipelineDAG, labels: Mapping[str, str]) -> str:
    """One line for each node, below a node it depends on; a node met again is a line that ends in ``(above)``.

    :param labels: node -> what is written after its name.
    """
    drawing = _Tree(dag, labels)
    return "\n".join(drawing.lines())


def mermaid_text(dag: PipelineDAG, labels: Mapping[str, str], groups: Groups) -> str:
    """A Mermaid flow chart.

    :param groups: heading -> the nodes drawn together under it.
    """
    ids = {node: f"n{number}" for number, node in enumerate(dag.nodes)}
    lines = ["flowchart LR"]
    for number, (heading, nodes) in enumerate(groups.items()):
        lines.append(f'  subgraph g{number}["{_mermaid(heading)}"]')
        lines += [f'    {ids[node]}["{_mermaid(node, labels.get(node))}"]' for node in nodes]
        lines.append("  end")
    grouped = {node for nodes in groups.values() for node in nodes}
    lines += [f'  {ids[node]}["{_mermaid(node, labels.get(node))}"]' for node in dag.nodes if node not in grouped]
    for edge in dag.port_edges():
        ports = ports_text(edge)
        arrow = f'-- "{_mermaid(ports)}" -->' if ports else "-->"
        lines.append(f"  {ids[edge.source]} {arrow} {ids[edge.target]}")
    return "\n".join(lines)


def dot_text(dag: PipelineDAG, labels: Mapping[str, str], groups: Groups, name: str) -> str:
    """A directed graph in Graphviz's language, called ``name``; otherwise as :func:`mermaid_text`."""
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR;", "  node [shape=box];"]
    for number, (heading, nodes) in enumerate(groups.items()):
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(heading)};"]
        lines += [f"    {_dot_node(node, labels)}" for node in nodes]
        lines.append("  }")
    grouped = {node for nodes in groups.values() for node in nodes}
    lines += [f"  {_dot_node(node, labels)}" for node in dag.nodes if node not in grouped]
    for edge in dag.port_edges():
        ports = ports_text(edge)
        label = f" [label={_quoted(ports)}]" if ports else ""
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)}{label};")
    return "\n".join([*lines, "}"])


def ports_text(edge: Edge) -> str:
    """The ports an edge names: ``out -> in``, ``out ->`` or ``-> in``; empty when it names none."""
    if edge.output is None and edge.input is None:
        return ""
    return " ".join(part for part in (edge.output, "->", edge.input) if part)


class _Tree:
    """One drawing of one tree; without recursion, as a chain may be as long as it likes."""

    def __init__(self, dag: PipelineDAG, labels: Mapping[str, str]) -> None:
        self.dag = dag
        self.labels = labels
        self.drawn: set[str] = set()
        self.ports: dict[tuple[str, str], list[str]] = defaultdict(list)
        for edge in dag.port_edges():
            if text := ports_text(edge):
                self.ports[edge.source, edge.target].append(text)

    def lines(self) -> Iterator[str]:
        """Every line, from the nodes that depend on nothing; what only a cycle leads to comes last."""
        starts = sorted(node for node in self.dag.nodes if not self.dag.reverse_adj[node])
        for start in [*starts, *sorted(self.dag.nodes)]:
            if start not in self.drawn:
                yield from self._below(start)

    def _below(self, start: str) -> Iterator[str]:
        waiting = [(start, "", "", "")]
        while waiting:
            node, before, branch, ports = waiting.pop()
            again = node in self.drawn
            parts = [f"{before}{branch}{node}", self.labels.get(node, ""), ports, "(above)" if again else ""]
            yield "  ".join(part for part in parts if part)
            if again:
                continue
            self.drawn.add(node)
            indent = before + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
            after = sorted(self.dag.adj_list[node], reverse=True)
            for position, child in enumerate(after):
                told = ", ".join(self.ports[node, child])
                waiting.append((child, indent, "├─ " if position else "└─ ", f"[{told}]" if told else ""))


def _mermaid(text: str, more: str | None = None) -> str:
    """Text inside the quotes of a Mermaid label, whose character references start with ``#``."""
    parts = [part for part in (text, more) if part]
    return "<br/>".join("".join(f"#{ord(c)};" if c in _MERMAID_SIGNS else c for c in part) for part in parts)


def _dot_node(node: str, labels: Mapping[str, str]) -> str:
    text = "\n".join(part for part in (node, labels.get(node)) if part)
    return f"{_quoted(node)} [label={_quoted(text)}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
