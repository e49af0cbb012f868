"""What an evaluated name can be, beyond plain Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cursus.model.step import DependencyType, NodeType
from cursus.workspace.reading.modules import Module

PUBLISHED_PACKAGE = "cursus.core.base"
CONTRACT = "ScriptContract"
SPEC = "StepSpecification"
DEPENDENCY = "DependencySpec"
OUTPUT = "OutputSpec"
CONSTRUCTORS = frozenset({CONTRACT, SPEC, DEPENDENCY, OUTPUT})
ENUMS: Mapping[str, type[DependencyType] | type[NodeType]] = {"DependencyType": DependencyType, "NodeType": NodeType}


class NotStatic(Exception):
    """The value cannot be known by reading: where, and why."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(reason)
        self.file = file
        self.line = line
        self.reason = reason


class Wrong(Exception):
    """Evaluating it would raise: where, and what."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.message = message


@dataclass(slots=True)
class Scope:
    """Where names are looked up: parameters and local bindings, then the module."""

    module: Module
    bindings: Mapping[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Published:
    """A class of ``cursus.core.base``, or ``Enum`` and its kin."""

    name: str

    @property
    def is_constructor(self) -> bool:
        """Whether calling it makes a contract, spec or port."""
        return self.name in CONSTRUCTORS


@dataclass(frozen=True, slots=True)
class Builtin:
    """A builtin function or type that is understood, or ``os.path.join``."""

    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a plain value, not yet called."""

    owner: Any
    name: str


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module that was imported as such."""

    dotted: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function that only returns a value."""

    module: Module
    parameters: list[list[Any]]
    bindings: Mapping[str, Any]
    result: list[Any]
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue:
    """A class stated in the workspace."""

    module: Module
    bases: list[list[Any]]
    bindings: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A call of a published constructor; its arguments are evaluated when asked for."""

    type: str
    scope: Scope
    positional: list[list[Any]]
    keywords: list[list[Any]]
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enum that is no string."""

    name: str
    value: Any


class EnumText(str):
    """A member of a ``StrEnum`` stated in the workspace; it is its value."""

    name: str


def enum_text(value: str, name: str) -> EnumText:
    """The member ``name`` with that value."""
    text = EnumText(value)
    text.name = name
    return text


def external(dotted: str, name: str) -> Any:
    """What ``from dotted import name`` gives for modules outside the workspace that are understood, else None."""
    if dotted == PUBLISHED_PACKAGE or dotted.startswith(PUBLISHED_PACKAGE + "."):
        return Published(name) if name in CONSTRUCTORS or name in ENUMS else None
    if dotted == "enum" and name in ("Enum", "StrEnum"):
        return Published(name)
    if (dotted, name) == ("os", "path"):
        return ModuleValue("os.path")
    if dotted in ("os.path", "posixpath") and name == "join":
        return Builtin("os.path.join")
    return None
