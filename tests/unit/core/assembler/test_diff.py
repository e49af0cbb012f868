from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.assembler.diff import ABSENT, Change, Difference, StepState, compare_steps, diff, differences
from cursus.model.expression import Get
from cursus.model.pipeline import Parameter
from cursus.model.plan import Binding, BindingReason, CodeBundle, ExternalInput, PipelinePlan, PlannedStep
from cursus.model.step import NodeType, Spec

DIGEST = "a" * 64


def step(name: str, *sources: str, **more: Any) -> PlannedStep:
    request = {
        "ProcessingInputs": [
            {"InputName": "code", "S3Input": {"S3Uri": f"s3://b/code/{DIGEST}/sourcedir.tar.gz"}},
            *({"InputName": s, "S3Input": {"S3Uri": Get(f"Steps.{s}.Out")}} for s in sources),
        ],
        "Environment": {"LABEL": "x"},
    }
    given: dict[str, Any] = {
        "name": name,
        "workspace": "one",
        "step": name.title(),
        "type": "Processing",
        "job_type": None,
        "contract": None,
        "spec": Spec(name.title(), NodeType.INTERNAL, (), ()),
        "request": request,
        "environment": {"LABEL": "x"},
        "depends_on": tuple(sources),
        "code": CodeBundle(DIGEST, "run.py", {}),
        "code_uri": f"s3://b/code/{DIGEST}/sourcedir.tar.gz",
    }
    return PlannedStep(**(given | more))


def plan(*steps: PlannedStep, **more: Any) -> PipelinePlan:
    bindings = tuple(
        Binding(s.name, source, source, "out", BindingReason.NAME, 1.0) for s in steps for source in s.depends_on
    )
    return PipelinePlan("p", steps, bindings, **more)


@pytest.fixture
def chain() -> PipelinePlan:
    """a -> b -> c, and d on its own."""
    return plan(step("a"), step("b", "a"), step("c", "b"), step("d"))


def replaced(whole: PipelinePlan, name: str, **values: Any) -> PipelinePlan:
    steps = tuple(dataclasses.replace(s, **values) if s.name == name else s for s in whole.steps)
    return dataclasses.replace(whole, steps=steps)


def kinds(found: Any) -> dict[str, str]:
    return {s.step: s.change.value for s in found.steps}


def test_the_same_plan_is_no_difference_also_through_a_file(chain: PipelinePlan) -> None:
    for other in (chain, chain.to_json(), json.loads(json.dumps(chain.to_json()))):
        found = diff(chain, other)
        assert found.empty
        assert found.unchanged == ("a", "b", "c", "d")
        assert diff(other, chain).empty


def test_a_change_is_direct_where_it_is_and_through_inputs_behind_it(chain: PipelinePlan) -> None:
    request = copy.deepcopy(dict(chain.step("a").request)) | {"Environment": {"LABEL": "y"}}
    found = diff(chain, replaced(chain, "a", environment={"LABEL": "y"}, request=request))
    assert kinds(found) == {"a": "changed", "b": "through-inputs", "c": "through-inputs"}
    assert found.unchanged == ("d",)
    a, b, c = found.steps
    assert a.what == (Difference("environment.LABEL", "x", "y"),)
    assert (b.what, b.through, c.through) == ((), ("a",), ("b",))
    assert found.counts == {"added": 0, "removed": 0, "changed": 1, "through-inputs": 2, "unchanged": 1}


def test_changed_code_is_told_once(chain: PipelinePlan) -> None:
    other = "b" * 64
    request = json.loads(json.dumps(chain.to_json()["steps"][0]["request"]).replace(DIGEST, other))
    new = replaced(
        chain,
        "a",
        code=CodeBundle(other, "run.py", {}),
        code_uri=f"s3://b/code/{other}/sourcedir.tar.gz",
        request=request,
    )
    assert diff(chain, new).steps[0].what == (Difference("code.digest", DIGEST, other),)


def test_added_and_removed(chain: PipelinePlan) -> None:
    new = plan(step("x"), step("a"), step("b", "a", "x"), step("c", "b"))
    found = diff(chain, new)
    assert kinds(found) == {"x": "added", "b": "changed", "c": "through-inputs", "d": "removed"}
    assert [s.step for s in found.steps] == ["x", "b", "c", "d"]
    assert found.steps[1].through == ("x",)
    back = diff(new, chain)
    assert kinds(back) == {"b": "changed", "c": "through-inputs", "d": "added", "x": "removed"}


def test_a_new_input_is_told_once(chain: PipelinePlan) -> None:
    b = diff(chain, plan(step("a"), step("b", "a", "d"), step("c", "b"), step("d"))).steps[0]
    assert b.what == (Difference("inputs.d", ABSENT, "d.out"), Difference("depends_on", ["a"], ["a", "d"]))


def test_data_from_outside_and_parameters(chain: PipelinePlan) -> None:
    fed = dataclasses.replace(chain, external_inputs=(ExternalInput("d", "raw", "s3://x"),))
    found = diff(fed, dataclasses.replace(chain, external_inputs=(ExternalInput("d", "raw", Get("Parameters.P")),)))
    assert found.steps[0].what == (Difference("inputs.raw", "s3://x", {"Get": "Parameters.P"}),)
    given = dataclasses.replace(chain, parameters=(Parameter("P", "Integer", 1), Parameter("Q", "String")))
    other = dataclasses.replace(chain, parameters=(Parameter("P", "Integer", 2),), description="new")
    assert [d.to_json() for d in diff(given, other).pipeline] == [
        {"path": "description", "before": "", "after": "new"},
        {"path": "parameters.P.default", "before": 1, "after": 2},
        {"path": "parameters.Q", "before": {"type": "String", "default": None}},
    ]


def test_why_an_input_was_bound_is_no_difference(chain: PipelinePlan) -> None:
    bindings = tuple(
        dataclasses.replace(b, reason=BindingReason.EXPLICIT, score=0.5, detail="x") for b in chain.bindings
    )
    assert diff(chain, dataclasses.replace(chain, bindings=bindings)).empty


def test_a_reference_in_a_request_feeds_a_step_though_nothing_is_bound(chain: PipelinePlan) -> None:
    new = replaced(chain, "a", environment={})
    unbound = [dataclasses.replace(p, bindings=()) for p in (chain, new)]
    assert kinds(diff(*unbound)) == {"a": "changed", "b": "through-inputs", "c": "through-inputs"}


def test_lists_are_compared_by_name_or_as_a_whole() -> None:
    before = {"in": [{"Name": "x", "v": 1}, {"Name": "y", "v": 1}], "args": ["a", "b"]}
    after = {"in": [{"Name": "y", "v": 2}, {"Name": "x", "v": 1}], "args": ["a"]}
    assert list(differences(before, after)) == [
        Difference("in[y].v", 1, 2),
        Difference("args", ["a", "b"], ["a"]),
    ]
    twice = {"in": [{"Name": "x", "v": 1}, {"Name": "x", "v": 2}]}
    assert [d.path for d in differences(before, twice)] == ["in", "args"]


def test_null_is_a_value_and_one_is_not_true() -> None:
    assert list(differences({"a": None, "b": 1}, {"b": True})) == [
        Difference("a", None, ABSENT),
        Difference("b", 1, True),
    ]
    assert Difference("a", None, ABSENT).to_json() == {"path": "a", "before": None}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["Name", "a", "b"]), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_two_values_differ_exactly_when_something_is_told(before: Any, after: Any) -> None:
    def told(a: Any, b: Any) -> set[str]:
        return {d.path for d in differences(a, b)}

    assert not told(before, before)
    assert told(before, after) == told(after, before)
    if json.dumps(before, sort_keys=True) != json.dumps(after, sort_keys=True) and not _named_lists(before, after):
        assert told(before, after)


def _named_lists(*values: Any) -> bool:
    """Lists of named entries may be reordered without a difference."""
    return any('"Name"' in json.dumps(v) for v in values)


EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14)


@given(EDGES, st.sets(st.integers(0, 7)))
def test_what_is_reached_is_what_lies_downstream(edges: list[tuple[int, int]], changed: set[int]) -> None:
    sources = {n: {a for a, b in edges if b == n and a < b} for n in range(8)}
    before = {str(n): StepState({"v": 0}, frozenset(map(str, s))) for n, s in sources.items()}
    after = {
        name: StepState({"v": 1}, state.sources) if int(name) in changed else state for name, state in before.items()
    }
    expected: set[int] = set()
    for n in range(8):
        if n in changed or sources[n] & expected:
            expected.add(n)
    steps, unchanged = compare_steps(before, after)
    assert {int(s.step) for s in steps} == expected
    assert {int(n) for n in unchanged} == set(range(8)) - expected
    assert {int(s.step) for s in steps if s.change is Change.CHANGED} == changed
