"""Finish what can only be finished while a module is still in ``sys.modules``.

A pydantic model whose annotations name a class defined further down is completed by pydantic on first use, by
looking its module up in ``sys.modules``. The module will not be there then, so it is completed here.
"""

from __future__ import annotations

import sys
from types import ModuleType


def complete(module: ModuleType) -> None:
    """Complete the module's pydantic models and dataclasses; what cannot be completed pydantic reports on first use."""
    seen: set[int] = set()
    pending = [value for value in vars(module).values() if isinstance(value, type)]
    while pending:
        kind = pending.pop()
        if id(kind) in seen or kind.__module__ != module.__name__:
            continue
        seen.add(id(kind))
        pending += [value for value in vars(kind).values() if isinstance(value, type)]
        if vars(kind).get("__pydantic_complete__") is False:
            _rebuild(kind)


def _rebuild(kind: type) -> None:
    rebuild = getattr(kind, "model_rebuild", None)
    if rebuild is not None:
        rebuild(raise_errors=False)
    elif (dataclasses := sys.modules.get("pydantic.dataclasses")) is not None:
        dataclasses.rebuild_dataclass(kind, raise_errors=False)
