"""What stands below a node of a syntax tree, without what never matters to a reader (contexts, operators, names)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

_SKIPPED_FIELDS = frozenset(
    {"ctx", "op", "ops", "type_comment", "type_ignores", "kind", "id", "attr", "arg", "level", "module", "conversion"}
)
#: Below them are values and names only.
_LEAVES = (ast.Constant, ast.Import, ast.ImportFrom)
#: node class -> names of its fields that can hold nodes, in the order of the source
FIELDS: Mapping[type, tuple[str, ...]] = {
    node: () if node in _LEAVES else tuple(f for f in node._fields if f not in _SKIPPED_FIELDS)
    for node in vars(ast).values()
    if isinstance(node, type) and issubclass(node, ast.AST)
}


def children(node: Any) -> list[Any]:
    """The nodes directly below ``node``; the list also holds what lists of children hold besides nodes (None, names),
    below which there is nothing."""
    found: list[Any] = []
    for name in FIELDS.get(node.__class__, ()):
        value = getattr(node, name)
        if value.__class__ is list:
            found += value
        elif value is not None:
            found.append(value)
    return found
