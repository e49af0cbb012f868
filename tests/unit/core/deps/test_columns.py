"""Columns that one step gives against those another takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cursus.core.deps.columns import column_clash, column_hint, columns
from cursus.model.step import Contract, DependencyType, NodeType, Opaque, Output, Spec, Step, StepEntry

TYPES = st.sampled_from(["int", "float", "str", "bool", "datetime"])
SCHEMAS = st.dictionaries(st.sampled_from("abcdefgh"), TYPES, max_size=8)


def step(workspace: str, ports: Mapping[str, Mapping[str, str]]) -> Step:
    contract = Contract(entry_point="x.py", inputs={}, outputs={}, schemas=ports)
    return replace(made(workspace), contract=contract)


def made(workspace: str) -> Step:
    row = StepEntry("X", "XConfig", "XStepBuilder", "X", "Processing", "")
    return Step(workspace, "X", row, components={}, contract=Opaque(Path("x.py"), 1, "read from a file"), spec=None)


@given(SCHEMAS, SCHEMAS)
def test_what_is_taken_is_given(gives: dict[str, str], takes: dict[str, str]) -> None:
    one, other = step("a", {"out": gives}), step("b", {"in": takes})
    why = column_clash(one, "out", other, "in")
    assert column_clash(one, "out", step("b", {"in": gives}), "in") is None
    if not gives or not takes:
        assert why is None
    elif takes.keys() - gives.keys():
        assert why is not None
        assert f"'out' has no column {min(takes.keys() - gives.keys())}" in why
    elif all(kind == "str" for kind in takes.values()):
        assert why is None


def test_nothing_is_said_of_what_is_not_stated() -> None:
    stated = step("a", {"out": {"x": "int"}})
    assert columns(step("a", {"out": {}}), "out") is None
    assert columns(stated, "other") is None
    assert columns(made("a"), "out") is None
    assert column_clash(made("a"), "out", stated, "out") is None


def test_everything_that_clashes_is_named() -> None:
    gives = step("a", {"out": {"year": "str", "carrier": "str", "departure_delay": "int"}})
    takes = step("b", {"in": {"year": "int", "carrier": "float", "dep_delay": "int", "origin": "str"}})
    assert column_clash(gives, "out", takes, "in") == (
        "'out' has no column dep_delay, origin; column 'carrier' of 'out' is str, not float; "
        "column 'year' of 'out' is str, not int"
    )
    hint = column_hint(gives, "out", takes, "in")
    assert hint == "Agree in the schemas of a/X and b/X. Column 'dep_delay': Did you mean 'departure_delay'?"


def test_a_long_list_is_cut() -> None:
    takes = step("b", {"in": {f"c{i}": "int" for i in range(9)}})
    why = column_clash(step("a", {"out": {"x": "int"}}), "out", takes, "in")
    assert why == "'out' has no column c0, c1, c2, c3, c4 and 4 more"


def test_a_contract_may_know_an_output_by_an_alias() -> None:
    output = Output("out", DependencyType.PROCESSING_OUTPUT, "properties.x", aliases=("data",))
    spec = Spec("X", NodeType.SOURCE, (), (output,))
    gives = replace(step("a", {"data": {"x": "str"}}), spec=spec)
    assert column_clash(gives, "out", step("b", {"in": {"x": "int"}}), "in") == "column 'x' of 'out' is str, not int"
