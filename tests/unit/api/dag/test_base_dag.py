from __future__ import annotations

import graphlib
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.api.dag import CycleError, PipelineDAG
from cursus.model.pipeline import Edge

NAMES = st.sampled_from("abcdefg")
EDGES = st.lists(st.tuples(NAMES, NAMES), max_size=20)


def test_constructor_and_published_attributes() -> None:
    dag = PipelineDAG(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "b")])
    assert dag.nodes == ["a", "b", "c"]
    assert dag.edges == [("a", "b"), ("b", "c")]
    assert dag.adj_list == {"a": ["b"], "b": ["c"], "c": []}
    assert dag.reverse_adj == {"a": [], "b": ["a"], "c": ["b"]}
    assert dag.get_dependencies("c") == ["b"]
    assert dag.topological_sort() == ["a", "b", "c"]


def test_edge_to_undeclared_node_is_a_key_error_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"'trian'.*Did you mean 'train'"):
        PipelineDAG(["split", "train"], [("split", "trian")])


def test_add_edge_adds_missing_ends_and_ignores_repeats() -> None:
    dag = PipelineDAG()
    dag.add_edge("a", "b")
    dag.add_edge("a", "b")
    assert dag.nodes == ["a", "b"]
    assert dag.edges == [("a", "b")]


def test_an_edge_carries_ports() -> None:
    dag = PipelineDAG()
    dag.add_edge("A", "B", output="processed_data", input="input_path")
    dag.add_edge("A", "B", output="stats", input="stats")
    dag.add_edge("A", "B", output="stats", input="stats")
    assert dag.edges == [("A", "B")]
    assert dag.get_ports("A", "B") == [("processed_data", "input_path"), ("stats", "stats")]
    assert dag.port_edges() == (Edge("A", "B", "processed_data", "input_path"), Edge("A", "B", "stats", "stats"))
    assert dag.get_ports("B", "A") == []


def test_unknown_node() -> None:
    with pytest.raises(KeyError, match="no node 'x'"):
        PipelineDAG(["a"]).get_dependencies("x")


def test_order_does_not_depend_on_the_order_of_addition() -> None:
    pairs = [("c", "d"), ("a", "d"), ("b", "c")]
    orders = {
        tuple(PipelineDAG(nodes, edges).topological_sort())
        for nodes in itertools.permutations("abcd")
        for edges in itertools.permutations(pairs)
    }
    assert orders == {("a", "b", "c", "d")}


def test_cycle_is_named_and_the_shortest() -> None:
    dag = PipelineDAG("abcde", [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("c", "b"), ("d", "e")])
    assert dag.find_cycle() == ["b", "c", "b"]
    with pytest.raises(ValueError, match="b -> c -> b") as caught:
        dag.topological_sort()
    assert isinstance(caught.value, CycleError)
    assert caught.value.cycle == ("b", "c", "b")


def test_a_node_that_waits_for_itself() -> None:
    dag = PipelineDAG(["a"], [("a", "a")])
    assert dag.find_cycle() == ["a", "a"]
    assert dag.remove_node("a")
    assert (dag.nodes, dag.edges, dag.adj_list) == ([], [], {})


def test_remove_edge_and_node() -> None:
    dag = PipelineDAG("abc", [("a", "b"), ("b", "c")])
    assert dag.remove_edge("a", "b")
    assert not dag.remove_edge("a", "b")
    assert dag.remove_node("b")
    assert not dag.remove_node("b")
    assert (dag.nodes, dag.edges) == (["a", "c"], [])
    assert dag.adj_list == {"a": [], "c": []}


def test_clone_is_independent() -> None:
    dag = PipelineDAG("ab")
    dag.add_edge("a", "b", output="x", input="y")
    copy = dag.clone()
    copy.add_edge("b", "c")
    assert dag.nodes == ["a", "b"]
    assert copy.get_ports("a", "b") == [("x", "y")]


@given(EDGES)
def test_sorts_exactly_when_the_standard_library_does(edges: list[tuple[str, str]]) -> None:
    dag = PipelineDAG("abcdefg", edges)
    reference = graphlib.TopologicalSorter({node: dag.get_dependencies(node) for node in dag.nodes})
    try:
        reference.prepare()
    except graphlib.CycleError:
        cycle = dag.find_cycle()
        assert cycle is not None
        assert cycle[0] == cycle[-1]
        assert all(pair in dag.edges for pair in itertools.pairwise(cycle))
        assert len(cycle) - 1 == _girth(dag)
        with pytest.raises(CycleError):
            dag.topological_sort()
    else:
        assert dag.find_cycle() is None
        order = dag.topological_sort()
        assert sorted(order) == sorted(dag.nodes)
        assert all(order.index(a) < order.index(b) for a, b in dag.edges)


@given(EDGES, st.randoms())
def test_cycle_and_order_do_not_depend_on_the_order_of_edges(edges: list[tuple[str, str]], random: object) -> None:
    shuffled = list(edges)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = PipelineDAG("abcdefg", edges), PipelineDAG("gfedcba", shuffled)
    assert one.find_cycle() == two.find_cycle()
    if one.find_cycle() is None:
        assert one.topological_sort() == two.topological_sort()


def _girth(dag: PipelineDAG) -> int:
    """Length of a shortest cycle, by walking."""
    for length in range(1, len(dag.nodes) + 1):
        for start in dag.nodes:
            reached = {start}
            for _ in range(length):
                reached = {after for node in reached for after in dag.adj_list[node]}
            if start in reached:
                return length
    raise AssertionError("no cycle")


def test_a_long_ring_and_a_long_chain_are_quick() -> None:
    names = [f"n{i:05}" for i in range(5000)]
    chain = PipelineDAG(names, itertools.pairwise(names))
    assert chain.topological_sort() == names
    chain.add_edge(names[-1], names[0])
    started = time.process_time()
    cycle = chain.find_cycle()
    assert cycle is not None
    assert len(cycle) == 5001
    assert time.process_time() - started < 2
