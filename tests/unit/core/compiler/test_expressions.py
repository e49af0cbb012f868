from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.compiler.expressions import GetPath, Key, is_expression, parse_get


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Steps.A-b_1.ModelName", GetPath("Steps", "A-b_1", ("ModelName",))),
        ("Steps.A.Outputs['x.y'].S3Uri", GetPath("Steps", "A", ("Outputs", Key("x.y"), "S3Uri"))),
        ('Steps.A.Outputs["x"][0]', GetPath("Steps", "A", ("Outputs", Key("x"), 0))),
        ("Parameters.P", GetPath("Parameters", "P", ())),
        ("Execution.PipelineName", GetPath("Execution", "PipelineName", ())),
    ],
)
def test_references_are_read(text: str, parsed: GetPath) -> None:
    assert parse_get(text) == parsed


@pytest.mark.parametrize("text", ["", "Steps", "Steps.", "steps.A.B", "Steps.A..B", "Steps.A[x]", "Steps.A['x", "A.B"])
def test_what_is_no_reference_is_none(text: str) -> None:
    assert parse_get(text) is None


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for prefix in ("", "Steps.A"):
        parsed = parse_get(prefix + text)
        assert parsed is None or parsed.root in ("Steps", "Parameters", "Execution")


def test_expressions_are_objects_with_one_function() -> None:
    assert is_expression({"Get": "Parameters.P"})
    assert is_expression({"Std:Join": {}})
    assert not is_expression({"Get": "x", "Other": 1})
    assert not is_expression({"LABEL": "x"})
    assert not is_expression({1: "x"})
    assert not is_expression("Get")
