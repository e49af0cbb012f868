from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.base.values import as_expression, from_tokens, join_uri, local_text, text, to_token
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join, plain

PATHS = st.from_regex(r"Parameters\.[A-Za-z][A-Za-z0-9]{0,10}", fullmatch=True)
EXPRESSIONS = st.recursive(
    PATHS.map(Get),
    lambda inner: st.builds(Join, st.sampled_from(["", "/", "-"]), st.lists(inner | st.text(max_size=4)).map(tuple)),
    max_leaves=5,
)


class Colour(Enum):
    RED = "red"


@given(EXPRESSIONS)
def test_an_expression_survives_its_json_form(expression: Get | Join) -> None:
    assert as_expression(plain(expression)) == expression


@pytest.mark.parametrize("broken", [{"Get": 1}, {"Std:Join": "x"}, {"Std:Join": {"On": "/"}}])
def test_half_an_expression_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="is not a"):
        as_expression(broken)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "a"),
        (3, "3"),
        (0.5, "0.5"),
        (True, "true"),
        (None, ""),
        (Colour.RED, "red"),
        (date(2013, 1, 2), "2013-01-02"),
        (["b", 1], '["b",1]'),
        ({"b": 1, "a": Get("Parameters.P")}, '{"a":{"Get":"Parameters.P"},"b":1}'),
        ({"x"}, '["x"]'),
        (Get("Parameters.P"), Join("", (Get("Parameters.P"),))),
    ],
)
def test_values_as_sagemaker_takes_them(value: Any, written: Any) -> None:
    assert text(value) == written


def test_uris_are_joined() -> None:
    base = join_uri(Get("Parameters.Base"), "a")
    assert join_uri("s3://b/", "a", "c") == "s3://b/a/c"
    assert join_uri(base, "c") == Join("/", (Get("Parameters.Base"), "a", "c"))
    assert join_uri("s3://b/", "a", Get("Parameters.P")) == Join("/", ("s3://b", "a", Get("Parameters.P")))


def test_values_of_a_local_run() -> None:
    known = {"P": 3}
    assert local_text({"Get": "Parameters.P"}, known) == "3"
    assert local_text(Join("/", ("a", Get("Parameters.P"))), known) == "a/3"
    assert local_text(Join("", (Get("Parameters.Q"),)), known) == (
        '{"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Q"}]}}'
    )
    assert local_text(Get("Steps.a.b"), {"Steps.a.b": "no"}) == '{"Get": "Steps.a.b"}'


@given(PATHS, st.text(alphabet="abc /", max_size=5), st.text(alphabet="abc /", max_size=5))
def test_tokens_come_back_as_references(path: str, before: str, after: str) -> None:
    token = to_token({"Get": path})
    assert from_tokens(token) == Get(path)
    found = from_tokens({"a": [before + token + after, 1, None]})["a"]
    expected = tuple(p for p in (before, Get(path), after) if p != "")
    assert found == [Get(path) if len(expected) == 1 else Join("", expected), 1, None]


def test_texts_without_tokens_stay() -> None:
    assert from_tokens(("a", {"b": Join("/", ("${cursus:Parameters.P}", "c"))})) == [
        "a",
        {"b": Join("/", (Get("Parameters.P"), "c"))},
    ]
