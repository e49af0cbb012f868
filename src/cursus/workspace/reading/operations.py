"""What can be done with evaluated values; nothing here can run away: no repetition, no powers, sizes are bounded."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cursus.model.step import DependencyType, NodeType
from cursus.workspace.reading.values import (
    ENUMS,
    Builtin,
    EnumMember,
    EnumText,
    Instance,
    Method,
    NotStatic,
    Published,
    Wrong,
    enum_text,
)

MOST_ITEMS = 2_000
MOST_CHARACTERS = 8 * 1024
_LARGEST = 2**63

BUILTINS: Mapping[str, Callable[..., Any]] = {
    "dict": dict,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "len": len,
    "sorted": sorted,
}
_METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset({"lower", "upper", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "join", "split"}),
    dict: frozenset({"copy", "get", "keys", "values", "items"}),
    list: frozenset({"copy"}),
    tuple: frozenset(),
    set: frozenset({"union"}),
}
_PLAIN = (str, int, float, bool, type(None))


def check_size(value: Any, file: Path, line: int) -> None:
    """Refuse a value that has grown too large."""
    most = MOST_CHARACTERS if isinstance(value, str) else MOST_ITEMS
    if len(value) > most:
        raise NotStatic(file, line, "the value is too large to be evaluated by reading")


def text(value: Any, file: Path, line: int) -> str:
    """``value`` as an f-string shows it."""
    if isinstance(value, _PLAIN):
        return str(value)
    raise NotStatic(file, line, f"a {_called(value)} in a string is not evaluated by reading")


def truth(value: Any, file: Path, line: int) -> bool:
    """Whether ``value`` counts as true."""
    if isinstance(value, (*_PLAIN, list, tuple, dict, set, frozenset)):
        return bool(value)
    raise NotStatic(file, line, f"whether a {_called(value)} is true is not evaluated by reading")


def hashable(make: Callable[[Any], Any], items: list[Any], file: Path, line: int) -> Any:
    """A set or dict of ``items``."""
    try:
        return make(items)
    except TypeError as error:
        raise Wrong(file, line, str(error)) from None


def binary(operator: str, left: Any, right: Any, file: Path, line: int) -> Any:
    """``left operator right`` for strings, sequences, dicts and numbers."""
    if operator == "%" and isinstance(left, str):
        return _formatted(left, right, file, line)
    allowed = _BINARY[operator]
    kinds = (type(left), type(right))
    if not any(isinstance(left, kind) and isinstance(right, kind) for kind in allowed):
        names = " and ".join(_called(v) for v in (left, right))
        raise NotStatic(file, line, f"'{operator}' of {names} ({kinds[0].__name__}) is not evaluated by reading")
    try:
        value = _APPLY[operator](left, right)
    except (ArithmeticError, TypeError) as error:
        raise Wrong(file, line, str(error)) from None
    if isinstance(value, int | float):
        if abs(value) > _LARGEST:
            raise NotStatic(file, line, "the number is too large to be evaluated by reading")
    else:
        check_size(value, file, line)
    return value


def _formatted(template: str, values: Any, file: Path, line: int) -> str:
    """``"…%s…" % values`` with plain ``%s`` only: widths could make a huge string of a few characters."""
    given = values if isinstance(values, tuple) else (values,)
    pieces = template.replace("%%", "\0").split("%s")
    if any("%" in p for p in pieces) or len(pieces) != len(given) + 1:
        raise NotStatic(file, line, "this use of '%' is not evaluated by reading")
    result = pieces[0] + "".join(text(v, file, line) + p for v, p in zip(given, pieces[1:], strict=True))
    check_size(result, file, line)
    return result.replace("\0", "%")


def unary(operator: str, value: Any, file: Path, line: int) -> Any:
    """``not``, ``-`` or ``+``."""
    if operator == "not":
        return not truth(value, file, line)
    if isinstance(value, int | float):
        return -value if operator == "-" else +value
    raise NotStatic(file, line, f"'{operator}' of a {_called(value)} is not evaluated by reading")


def index(value: Any, key: Any, file: Path, line: int) -> Any:
    """``value[key]``."""
    if not isinstance(value, dict | list | tuple | str):
        raise NotStatic(file, line, f"indexing a {_called(value)} is not evaluated by reading")
    try:
        return value[key]
    except (LookupError, TypeError) as error:
        raise Wrong(file, line, f"{type(error).__name__}: {error}") from None


def attribute(value: Any, name: str, file: Path, line: int) -> Any:
    """``value.name`` of a plain value, a published enum or a member of one."""
    if isinstance(value, Published) and value.name in ENUMS:
        members = ENUMS[value.name].__members__
        if name not in members:
            raise Wrong(file, line, f"{value.name} has no member {name}; it has {', '.join(members)}")
        return members[name]
    if isinstance(value, EnumText | EnumMember | DependencyType | NodeType) and name in ("value", "name"):
        if name == "name":
            return value.name
        return str(value) if isinstance(value, EnumText) else value.value
    for kind, methods in _METHODS.items():
        if isinstance(value, kind) and name in methods:
            return Method(value, name)
    raise NotStatic(file, line, f"'.{name}' of a {_called(value)} is not evaluated by reading")


def member(value: Any, name: str, bases: list[str]) -> Any:
    """A name stated in a class body: itself, or a member when the class is an enum."""
    if "StrEnum" in bases and isinstance(value, str):
        return enum_text(value, name)
    if "Enum" in bases:
        return EnumMember(name, value)
    return value


def call(
    target: Builtin | Method | Published, arguments: list[Any], named: dict[str, Any], file: Path, line: int
) -> Any:
    """A call of a builtin, of a method of a plain value, or of an enum with a value."""
    try:
        value = _call(target, arguments, named)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise NotStatic(file, line, f"the call is not evaluated by reading: {error}") from None
    if hasattr(value, "__len__"):
        check_size(value, file, line)
    return value


def _call(target: Builtin | Method | Published, arguments: list[Any], named: dict[str, Any]) -> Any:
    if isinstance(target, Published):
        return ENUMS[target.name](*arguments, **named)
    if isinstance(target, Method):
        if target.name == "join":
            return _join(target.owner, *arguments)
        value = getattr(target.owner, target.name)(*arguments, **named)
        return list(value) if target.name in ("keys", "values", "items") else value
    if target.name == "os.path.join":
        return posixpath.join(*arguments)
    if any(isinstance(a, Instance) for a in arguments) or (
        arguments and target.name == "str" and not _is_plain(arguments[0])
    ):
        raise TypeError(f"{target.name}() of this is not understood")
    return BUILTINS[target.name](*arguments, **named)


def _join(between: str, parts: list[str]) -> str:
    if sum(len(p) + len(between) for p in parts) > MOST_CHARACTERS:
        raise ValueError("the text is too long")
    return between.join(parts)


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN)


def _called(value: Any) -> str:
    return value.type if isinstance(value, Instance) else type(value).__name__


_BINARY: Mapping[str, tuple[Any, ...]] = {
    "+": (str, list, tuple, int | float),
    "-": (int | float, set),
    "*": (int | float,),
    "//": (int | float,),
    "%": (int | float,),
    "|": (dict, set, int),
}
_APPLY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "|": lambda a, b: a | b,
}
