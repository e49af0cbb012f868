"""Reading the values of a definition that are only known when the pipeline runs.

The forms are ``{"Get": …}`` and the functions ``{"Std:Join": …}`` and ``{"Std:JsonGet": …}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_HEAD = re.compile(r"(Steps|Parameters|Execution)\.([A-Za-z0-9_\-]+)")


@dataclass(frozen=True, slots=True)
class GetPath:
    """A parsed reference.

    :param root: ``Steps``, ``Parameters`` or ``Execution``.
    :param name: the step, the parameter or the execution variable.
    :param parts: member names, list positions and ``Key`` for what stands in brackets with quotes.
    """

    root: str
    name: str
    parts: tuple[str | int | Key, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """The ``'name'`` of ``Outputs['name']``."""

    name: str


def is_expression(value: object) -> bool:
    """True for an object that stands for a value known at run time; the function in it may still be unknown."""
    if type(value) is str or not isinstance(value, Mapping) or len(value) != 1:
        return False
    key = next(iter(value))
    return isinstance(key, str) and (key == "Get" or key.startswith("Std:"))


def parse_get(text: str) -> GetPath | None:
    """``Steps.Train.ModelArtifacts.S3ModelArtifacts`` in its parts; None when it is not written like a reference."""
    head = _HEAD.match(text)
    if head is None:
        return None
    parts: list[str | int | Key] = []
    position = head.end()
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            return None
        member, index, single, double = part.groups()
        if member is not None:
            parts.append(member)
        elif index is not None:
            parts.append(int(index))
        else:
            parts.append(Key(single if single is not None else double))
        position = part.end()
    return GetPath(head[1], head[2], tuple(parts))
