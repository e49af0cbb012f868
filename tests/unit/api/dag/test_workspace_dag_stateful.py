"""Random operation sequences against a model that is nothing but sets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cursus.api.dag import WorkspaceAwareDAG

NAMES = st.sampled_from("abcde")
PORTS = st.sampled_from([None, "p", "q"])


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.dag = WorkspaceAwareDAG("/root")
        self.nodes: set[str] = set()
        self.owners: dict[str, str] = {}
        self.wanted: dict[str, set[str]] = {}
        self.edges: dict[tuple[str, str], set[tuple[str | None, str | None]]] = {}

    def _appear(self, name: str) -> None:
        if name not in self.nodes:
            self.nodes.add(name)
            for step, wanted in self.wanted.items():
                if name in wanted and (name, step) not in self.edges:
                    self.edges[name, step] = {(None, None)}

    @rule(name=NAMES)
    def add_node(self, name: str) -> None:
        self.dag.add_node(name)
        self._appear(name)

    @rule(source=NAMES, to=NAMES, output=PORTS, into=PORTS)
    def add_edge(self, source: str, to: str, output: str | None, into: str | None) -> None:
        self.dag.add_edge(source, to, output, into)
        self.edges.setdefault((source, to), set()).add((output, into))
        self._appear(source)
        self._appear(to)
        if to in self.owners:
            self.wanted[to].add(source)

    @rule(name=NAMES, owner=st.sampled_from("xy"), wanted=st.lists(NAMES, max_size=3))
    def add_step(self, name: str, owner: str, wanted: list[str]) -> None:
        if name in self.owners:
            return
        self.dag.add_workspace_step(name, owner, "T", {"of": [owner]}, wanted)
        self._appear(name)
        self.owners[name] = owner
        self.wanted[name] = set(wanted) | {s for s, t in self.edges if t == name}
        for dependency in wanted:
            if dependency in self.nodes:
                self.edges.setdefault((dependency, name), set()).add((None, None))

    @rule(name=NAMES)
    def remove_step(self, name: str) -> None:
        assert self.dag.remove_workspace_step(name) == (name in self.owners)
        if name in self.owners:
            self._forget(name)

    @rule(name=NAMES)
    def remove_node(self, name: str) -> None:
        assert self.dag.remove_node(name) == (name in self.nodes)
        if name in self.nodes:
            self._forget(name)

    def _forget(self, name: str) -> None:
        self.nodes.discard(name)
        self.owners.pop(name, None)
        self.wanted.pop(name, None)
        for wanted in self.wanted.values():
            wanted.discard(name)
        self.edges = {pair: ports for pair, ports in self.edges.items() if name not in pair}

    @rule(source=NAMES, to=NAMES)
    def remove_edge(self, source: str, to: str) -> None:
        assert self.dag.remove_edge(source, to) == ((source, to) in self.edges)
        if self.edges.pop((source, to), None) is not None and to in self.owners:
            self.wanted[to].discard(source)

    @rule()
    def replace_by_clone(self) -> None:
        self.dag = self.dag.clone()

    @precondition(lambda self: self.nodes == self.owners.keys())
    @rule()
    def round_trip(self) -> None:
        self.dag = WorkspaceAwareDAG.from_workspace_config(self.dag.to_workspace_pipeline_config("p"))

    @rule()
    def merge_into_an_empty_one(self) -> None:
        empty = WorkspaceAwareDAG("/root")
        empty.merge_workspace_dag(self.dag)
        self.dag = empty

    @rule(data=st.data())
    def merge_another(self, data: st.DataObject) -> None:
        """Another graph, of other steps, comes in; they may wait for steps of this one, and these for them."""
        free = sorted(set("abcde") - self.owners.keys())
        if not free:
            return
        other = WorkspaceAwareDAG("/root")
        steps = data.draw(st.lists(st.sampled_from(free), unique=True, max_size=2))
        wanted = {name: data.draw(st.lists(NAMES, max_size=2)) for name in steps}
        for name in steps:
            other.add_workspace_step(name, "z", "T", {}, wanted[name])
        joins = data.draw(st.lists(st.tuples(NAMES, NAMES, PORTS, PORTS), max_size=2))
        for join in joins:
            other.add_edge(*join)
        arriving = {pair: set(other.get_ports(*pair)) for pair in other.edges}
        self.dag.merge_workspace_dag(other)
        self._arrive(arriving, other.nodes, wanted)

    def _arrive(
        self, arriving: dict[tuple[str, str], set[Any]], nodes: list[str], wanted: dict[str, list[str]]
    ) -> None:
        for pair, ports in arriving.items():
            self.edges.setdefault(pair, set()).update(ports)
        for node in nodes:
            self._appear(node)
        for source, target in arriving:
            if target in self.owners:
                self.wanted[target].add(source)
        for name, own in wanted.items():
            self.owners[name] = "z"
            self.wanted[name] = {*own, *(s for s, t in self.edges if t == name)}
            for dependency in self.nodes.intersection(own):
                self.edges.setdefault((dependency, name), {(None, None)})

    @precondition(lambda self: bool(self.owners))
    @rule()
    def merge_of_what_is_there_is_refused(self) -> None:
        before = (self.dag.get_workspace_summary(), self.dag.port_edges())
        with pytest.raises(ValueError, match="Steps in both graphs") as caught:
            self.dag.merge_workspace_dag(self.dag.clone())
        assert all(name in str(caught.value) for name in self.owners)
        assert (self.dag.get_workspace_summary(), self.dag.port_edges()) == before

    @rule()
    def a_change_of_a_clone_is_its_own(self) -> None:
        clone = self.dag.clone()
        for node in list(clone.nodes):
            clone.remove_node(node)
        assert clone.port_edges() == ()

    @invariant()
    def agrees(self) -> None:
        dag = self.dag
        assert set(dag.nodes) == self.nodes
        assert len(dag.nodes) == len(self.nodes)
        assert set(dag.edges) == self.edges.keys()
        assert len(dag.edges) == len(self.edges)
        for (source, target), ports in self.edges.items():
            assert set(dag.get_ports(source, target)) == ports
        for node in self.nodes:
            assert sorted(dag.adj_list[node]) == sorted(t for s, t in self.edges if s == node)
            assert sorted(dag.reverse_adj[node]) == sorted(s for s, t in self.edges if t == node)
        assert {n: s["developer_id"] for n, s in dag.workspace_steps.items()} == self.owners
        for name, wanted in self.wanted.items():
            step = dag.get_workspace_step(name)
            assert step is not None
            assert set(step["dependencies"]) == wanted
            assert len(step["dependencies"]) == len(wanted)
        missing = {d for wanted in self.wanted.values() for d in wanted} - self.nodes
        assert dag.missing_dependencies().keys() == missing
        assert dag.validate_workspace_dependencies()["valid"] == (not missing and dag.find_cycle() is None)


TestWorkspaceAwareDAG = Machine.TestCase
TestWorkspaceAwareDAG.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
