from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.validation.runtime.scheduler import Scheduler, State


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, set[str]]:
    nodes = [f"n{i}" for i in range(draw(st.integers(1, 9)))]
    return {node: draw(st.sets(st.sampled_from(nodes[:i]))) if i else set() for i, node in enumerate(nodes)}


@given(graphs(), st.data())
def test_everything_ends_and_nothing_starts_early(graph: dict[str, set[str]], data: st.DataObject) -> None:
    scheduler = Scheduler(graph)
    active: list[str] = []
    good: set[str] = set()
    bad: set[str] = set()
    while not scheduler.finished:
        ready = scheduler.ready()
        assert ready or active
        if ready and (not active or data.draw(st.booleans())):
            node = data.draw(st.sampled_from(ready))
            assert graph[node] <= good
            scheduler.start(node)
            active.append(node)
            continue
        node = data.draw(st.sampled_from(active))
        active.remove(node)
        if data.draw(st.booleans()):
            good.add(node)
            assert all(scheduler.state(n) is State.WAITING and graph[n] <= good for n in scheduler.done(node))
        else:
            bad.add(node)
            bad.update(scheduler.failed(node))
    assert good | bad == set(graph)
    assert not good & bad
    for node in bad:
        state = scheduler.state(node)
        assert state is State.FAILED or (state is State.SKIPPED and graph[node] & bad)
    assert all(graph[node] <= good for node in good)


def test_order_of_the_mapping_breaks_ties() -> None:
    assert Scheduler({"b": [], "a": [], "c": ["a"]}).ready() == ("b", "a")


def test_misuse_is_refused() -> None:
    scheduler = Scheduler({"a": [], "b": ["a"]})
    with pytest.raises(ValueError, match="'b' is not ready"):
        scheduler.start("b")
    with pytest.raises(ValueError, match="'a' is not active"):
        scheduler.done("a")


@pytest.mark.parametrize(
    ("graph", "text"),
    [({"a": ["x"]}, "'x', which is not a node"), ({"a": ["b"], "b": ["a"], "c": []}, "a cycle among a, b")],
)
def test_impossible_graphs(graph: dict[str, list[str]], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Scheduler(graph)
