"""The analysis against counts made another way, on graphs of every kind."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.api.dag import WorkspaceAwareDAG

NAMES = "abcdefghijkl"
EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=40)
OWNERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", "y", "z"]), min_size=1)


def graph(owners: dict[str, str], edges: set[tuple[str, str]]) -> WorkspaceAwareDAG:
    dag = WorkspaceAwareDAG("/root")
    for name, owner in owners.items():
        dag.add_workspace_step(name, owner, f"Type{ord(name) % 3}")
    for edge in sorted(edges):
        dag.add_edge(*edge)
    return dag


@given(OWNERS, EDGES)
def test_every_number_is_counted_on_the_graph(owners: dict[str, str], edges: set[tuple[str, str]]) -> None:
    dag = graph(owners, edges)
    found = dag.analyze_workspace_complexity()
    nodes = {*owners, *(end for edge in edges for end in edge)}
    into, out = Counter(t for _, t in edges), Counter(s for s, _ in edges)
    assert found["basic_metrics"] == {
        "node_count": len(nodes),
        "edge_count": len(edges),
        "developer_count": len(set(owners.values())),
        "step_type_count": len({ord(name) % 3 for name in owners}),
    }
    measured = found["complexity_metrics"]
    assert measured["average_dependencies"] == pytest.approx(len(edges) / len(nodes))
    assert (measured["max_fan_in"], measured["max_fan_out"]) == (
        max(into.values(), default=0),
        max(out.values(), default=0),
    )
    owned = [(s, t) for s, t in edges if s in owners and t in owners]
    crossing = [(s, t) for s, t in owned if owners[s] != owners[t]]
    assert measured["cross_workspace_ratio"] == pytest.approx(len(crossing) / len(owned) if owned else 0)
    assert found["developer_analysis"] == {
        who: {
            "step_count": sum(owner == who for owner in owners.values()),
            "step_types": sorted({f"Type{ord(n) % 3}" for n, owner in owners.items() if owner == who}),
            "cross_workspace_dependencies": sum(owners[t] == who for _, t in crossing),
            "cross_workspace_dependents": sum(owners[s] == who for s, _ in crossing),
        }
        for who in sorted(set(owners.values()))
    }


@given(OWNERS, EDGES)
def test_the_critical_path_is_a_longest_chain(owners: dict[str, str], edges: set[tuple[str, str]]) -> None:
    acyclic = {(a, b) for a, b in edges if a < b}
    measured = graph(owners, acyclic).analyze_workspace_complexity()["complexity_metrics"]
    chain = measured["critical_path"]
    assert len(chain) == measured["longest_path"]
    assert all(pair in acyclic for pair in pairwise(chain))
    longest: dict[str, int] = {}
    for name in reversed(NAMES):
        longest[name] = 1 + max((longest[b] for a, b in acyclic if a == name), default=0)
    present = {*owners, *(end for edge in acyclic for end in edge)}
    assert measured["longest_path"] == max(longest[name] for name in present)


@given(OWNERS, EDGES)
def test_every_recommendation_names_steps(owners: dict[str, str], edges: set[tuple[str, str]]) -> None:
    dag = graph(owners, edges)
    for text in dag.analyze_workspace_complexity()["recommendations"]:
        assert any(f"'{node}'" in text or f"{node} ->" in text for node in dag.nodes), text


def test_recommendations() -> None:
    dag = graph(dict.fromkeys("abcdefghijkl", "x"), set(pairwise(NAMES)))
    (text,) = dag.analyze_workspace_complexity()["recommendations"]
    assert text == "12 steps run one after the other, from 'a' to 'l'."
    joined = graph({}, {(name, "l") for name in "abcdef"}).analyze_workspace_complexity()["recommendations"]
    assert joined == ["'l' depends on 6 steps; consider a step before it that joins some of them."]
    crossing = graph({"a": "x", "b": "y"}, {("a", "b")}).analyze_workspace_complexity()["recommendations"]
    assert crossing == ["Most dependencies cross workspaces; agree on the contracts of: a -> b."]


def test_an_empty_graph() -> None:
    found = WorkspaceAwareDAG("/root").analyze_workspace_complexity()
    assert set(found["basic_metrics"].values()) == {0}
    assert found["recommendations"] == []
