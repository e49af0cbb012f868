"""Defaults that their own fields refuse; held against pydantic, which judges the same."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from cursus.validation.analysis.defaults import refused_defaults

NUMBERS = st.integers(-3, 3) | st.sampled_from([-1.5, 0.0, 0.5])
BOUNDS = st.dictionaries(st.sampled_from(["ge", "gt", "le", "lt"]), NUMBERS, min_size=1, max_size=2)


def reasons(*fields: str) -> list[str]:
    text = "class XConfig(ProcessingStepConfigBase):\n" + "".join(f"    {field}\n" for field in fields)
    return [refused.why for refused in refused_defaults(text.encode())]


@given(NUMBERS, BOUNDS)
def test_bounds(default: float, bounds: dict[str, float]) -> None:
    conditions = ", ".join(f"{name}={value}" for name, value in bounds.items())
    try:
        TypeAdapter(Annotated[float, Field(**bounds)]).validate_python(default)
        refused = False
    except ValidationError:
        refused = True
    assert bool(reasons(f"x: float = Field(default={default}, {conditions})")) is refused
    assert bool(reasons(f"x: Annotated[float, Field({conditions})] = {default}")) is refused


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("x: int = Field(0, ge=1)", "has to be at least 1"),
        ("x: list[str] = Field(default=[], min_length=1)", "has to be of length at least 1"),
        ("x: str = Field(default='abc', max_length=2)", "has to be of length at most 2"),
        ("x: str = Field(default='EU', pattern='^[a-z]+$')", "has to match '^[a-z]+$'"),
        ("x: Literal['a', 'b'] = 'c'", "has to be one of 'a', 'b'"),
        ("x: Literal['a'] = pydantic.Field(default='c')", "has to be one of 'a'"),
        ("x: int = 'many'", "has to be a whole number"),
        ("x: float = Field(default='half')", "has to be a number"),
    ],
)
def test_what_is_refused(field: str, why: str) -> None:
    assert reasons(field) == [why]


@pytest.mark.parametrize(
    "field",
    [
        "x: int = Field(ge=1)",
        "x: int = Field(..., ge=1)",
        "x: int | None = Field(default=None, ge=1)",
        "x: int = Field(default=LEAST, ge=1)",
        "x: int = Field(default=0, ge=LEAST)",
        "x: list[str] = Field(default_factory=list, min_length=1)",
        "x: bool = Field(default=False, ge=1)",
        "x: str = Field(default='a', pattern='(?<')",
        "x: Literal[Mode.FAST] = 'slow'",
        "x: Literal['a', None] = 'b'",
        "x: int = '3'",
        "x: Annotated = Field(default=1, ge=1)",
        "x: Annotated[int, Gt(3)] = 1",
        "x: ClassVar[int] = 1; y = Field(default=0, ge=1)",
        "def f(self): return Field(default=0, ge=1)",
    ],
)
def test_what_is_not(field: str) -> None:
    assert reasons(field) == []


def test_a_module_that_does_not_parse_has_none() -> None:
    assert reasons("x: int = Field(default=0, ge=1", "def (") == []
