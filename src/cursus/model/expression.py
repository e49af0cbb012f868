"""Values that only SageMaker knows when a pipeline runs.

The forms are those of the pipeline definition language, version 2020-12-01: ``{"Get": "Steps.X.…"}``,
``{"Get": "Parameters.P"}`` and ``{"Std:Join": {"On": …, "Values": […]}}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"Steps\.([A-Za-z0-9_\-]+)")


@dataclass(frozen=True, slots=True)
class Get:
    """A reference to a property of a step or to a pipeline parameter.

    :param path: ``Steps.<name>.<property path>``, ``Parameters.<name>`` or ``Execution.<name>``.
    """

    path: str

    @classmethod
    def step(cls, step: str, property_path: str) -> Get:
        """A property of ``step``; a leading ``properties.`` as written in specs is dropped."""
        return cls(f"Steps.{step}.{property_path.removeprefix('properties.')}")

    @classmethod
    def parameter(cls, name: str) -> Get:
        """A pipeline parameter."""
        return cls(f"Parameters.{name}")

    def to_json(self) -> dict[str, Any]:
        """``{"Get": path}``."""
        return {"Get": self.path}


@dataclass(frozen=True, slots=True)
class Join:
    """Values joined to one string when the pipeline runs."""

    on: str
    values: tuple[object, ...]

    def to_json(self) -> dict[str, Any]:
        """``{"Std:Join": {"On": …, "Values": […]}}``."""
        return {"Std:Join": {"On": self.on, "Values": [plain(v) for v in self.values]}}


def plain(value: object) -> Any:
    """``value`` with every expression in it replaced by its JSON form; mappings and sequences are copied."""
    # Nearly every value is of one of these types; the tests further down cost ten times as much as these.
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is dict:
        return {k if type(k) is str else str(k): v if type(v) is str else plain(v) for k, v in value.items()}  # type: ignore[attr-defined]
    if kind is list:
        return [plain(v) for v in value]  # type: ignore[attr-defined]
    if kind is Get or kind is Join:
        return value.to_json()  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value


def is_expression(value: object) -> bool:
    """True for a :class:`Get` or :class:`Join`, or for the JSON form of one."""
    if isinstance(value, Get | Join):
        return True
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in ("Get", "Std:Join")


def references(value: Any) -> Iterator[str]:
    """The path of every reference anywhere in ``value``, which is in JSON form; in no order."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is dict or isinstance(value, Mapping):
            if len(value) == 1 and isinstance(value.get("Get"), str):
                yield value["Get"]
            else:
                waiting += [v for v in value.values() if type(v) is not str]
        elif kind is list or isinstance(value, tuple):
            waiting += [v for v in value if type(v) is not str]


def referenced_steps(value: object) -> set[str]:
    """Names of the steps that ``value``, which is in JSON form, refers to."""
    return steps_of(references(value))


def steps_of(paths: Iterable[str]) -> set[str]:
    """Names of the steps among what ``paths`` refer to."""
    return {found[1] for found in map(_STEP.match, paths) if found is not None}
