"""Which classes a module binds."""

from __future__ import annotations

from collections.abc import Iterable

from cursus.model.facts import Symbol
from cursus.validation.analysis.subject import Module


def binds(module: Module, names: Iterable[str]) -> bool:
    """Whether the module defines or imports one of ``names``; a star import may bring any."""
    bound = {s.name for s in module.facts.symbols} | {n for i in module.facts.imports for n in i.names}
    return "*" in bound or any(name in bound for name in names)


def classes(module: Module) -> tuple[Symbol, ...]:
    """The classes the module defines, in order."""
    return tuple(s for s in module.facts.symbols if s.kind == "class")
