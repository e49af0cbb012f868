"""Which defaults of a config class its own fields would refuse, as far as both are literals.

As in :mod:`~cursus.validation.analysis.fields` the text is searched first: a file is parsed only when what looks like a
field with a condition is in it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cursus.validation.analysis.source import syntax_tree

_CONDITION = re.compile(rb"\b(?:ge|gt|le|lt|min_length|max_length|pattern)[ \t]*=")
_CALL = re.compile(rb"Field\([^()]*\)")
_NUMBER = re.compile(rb":[ \t]*(?:int|float)[ \t]*=[ \t]*(?:Field\([ \t\n]*(?:default[ \t]*=[ \t]*)?)?['\"]")
#: Keyword of ``Field`` -> whether a number satisfies it, and how that is said.
_BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "ge": (operator.ge, "at least"),
    "gt": (operator.gt, "more than"),
    "le": (operator.le, "at most"),
    "lt": (operator.lt, "less than"),
}
_LENGTHS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "min_length": (operator.ge, "at least"),
    "max_length": (operator.le, "at most"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A field's default that breaks its own condition; ``why`` is the end of a sentence."""

    field: str
    why: str
    line: int
    column: int


def refused_defaults(source: bytes) -> Iterator[Refused]:
    """Every such default of the classes of a module; none of a module that does not parse."""
    tree = syntax_tree(source) if _may_refuse(source) else None
    for node in tree.body if tree else ():
        for statement in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(statement, ast.AnnAssign):
                yield from _refused(statement)


def _may_refuse(source: bytes) -> bool:
    """Whether a field looks wrong; calls of ``Field`` without others in them are looked at one by one."""
    if b"Literal[" in source or b"Annotated[" in source or _NUMBER.search(source):
        return True
    if not _CONDITION.search(source):
        return False
    calls = _CALL.findall(source)
    if len(calls) != source.count(b"Field("):
        return True
    return any(_CONDITION.search(call) and any(_refused(_field(call))) for call in calls)


def _field(call: bytes) -> ast.AnnAssign:
    try:
        value = ast.parse(call.decode(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        value = ast.Constant(None)
    return ast.AnnAssign(target=ast.Name("x"), annotation=ast.Name("x"), value=value, simple=1)


def _refused(statement: ast.AnnAssign) -> Iterator[Refused]:
    value = statement.value
    if not isinstance(statement.target, ast.Name) or value is None:
        return
    kind, conditions = _annotated(statement.annotation)
    if isinstance(value, ast.Call) and _name(value.func) == "Field":
        conditions |= _literals(value)
        written = next((k.value for k in value.keywords if k.arg == "default"), value.args[0] if value.args else None)
    else:
        written = value
    default = None if written is None else _literal(written)
    if written is None or default is None:
        return
    why = _wrong_kind(kind, default) or next(filter(None, (_broken(default, *c) for c in conditions.items())), None)
    if why:
        yield Refused(statement.target.id, why, written.lineno, written.col_offset + 1)


def _annotated(annotation: ast.expr) -> tuple[ast.expr, dict[str, Any]]:
    """The type, and the conditions of an ``Annotated[type, Field(...)]``."""
    if isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Annotated":
        parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else []
        found: dict[str, Any] = {}
        for part in parts[1:]:
            found |= _literals(part) if isinstance(part, ast.Call) and _name(part.func) == "Field" else {}
        return (parts[0], found) if parts else (annotation, {})
    return annotation, {}


def _literals(call: ast.Call) -> dict[str, Any]:
    known = {*_BOUNDS, *_LENGTHS, "pattern"}
    found = {k.arg: _literal(k.value) for k in call.keywords if k.arg in known}
    return {str(name): value for name, value in found.items() if value is not None}


def _broken(default: Any, condition: str, wanted: Any) -> str | None:
    if condition in _BOUNDS and _is_number(default) and _is_number(wanted):
        holds, words = _BOUNDS[condition]
        return None if holds(default, wanted) else f"has to be {words} {wanted}"
    if condition in _LENGTHS and isinstance(default, str | list | tuple | set | dict) and isinstance(wanted, int):
        holds, words = _LENGTHS[condition]
        return None if holds(len(default), wanted) else f"has to be of length {words} {wanted}"
    if condition == "pattern" and isinstance(default, str) and isinstance(wanted, str):
        try:
            return None if re.search(wanted, default) else f"has to match {wanted!r}"
        except re.error:
            return None  # a pattern that only the other kind of expressions knows
    return None


def _wrong_kind(kind: ast.expr, default: Any) -> str | None:
    if isinstance(kind, ast.Name) and kind.id in ("int", "float") and isinstance(default, str):
        try:
            float(default)
        except ValueError:
            return f"has to be {'a whole' if kind.id == 'int' else 'a'} number"
    if isinstance(kind, ast.Subscript) and _name(kind.value) == "Literal":
        parts = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
        known = [_literal(part) for part in parts]
        if None not in known and default not in known:
            return f"has to be one of {', '.join(map(repr, known))}"
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _literal(node: ast.expr) -> Any:
    """The value; None when it is None or no literal."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
    return None if value is ... else value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
