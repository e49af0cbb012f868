"""What stands below a node of a syntax tree, without what never matters to a reader (contexts, operators, names)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
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
_LISTS = ("body", "orelse", "finalbody", "handlers", "cases")
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return, ast.Raise)


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


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement below ``body`` but those of inner functions and classes."""
    stack: list[Any] = body[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stack += [child for part in nested(node)[::-1] for child in part[::-1]]


def nested(node: Any) -> list[list[Any]]:
    """The blocks of a compound statement."""
    if isinstance(node, _SIMPLE):
        return []
    return [part for name in _LISTS if (part := getattr(node, name, None)) and isinstance(part, list)]


def expressions(body: list[Any]) -> Iterator[Any]:
    """Every node of these and below them."""
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AST):
            yield node
            stack += children(node)
