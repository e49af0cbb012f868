"""What one Python file gives, as one JSON value: facts and bindings, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cursus.model.facts import (
    Argument,
    EnvironmentRead,
    Import,
    KeyUse,
    MainFunction,
    MainParameter,
    ModuleFacts,
    PathLiteral,
    Symbol,
)
from cursus.workspace.reading.source import Fault

#: Raise it when what is collected or its form changes; kept records of other versions are not used.
VERSION = 1

Record = dict[str, Any]


def read_record(data: bytes) -> Record:
    """The record of a file's bytes: ``{"facts": …, "bindings": …}`` or ``{"fault": [code, message, line, column]}``."""
    from cursus.workspace.reading import (
        expressions,
        facts,
        source,
    )  # `ast` costs 4 ms and is not needed on a warm cache

    try:
        tree = source.parse(data)
        return {"facts": encode_facts(facts.collect(tree)), "bindings": expressions.bindings_of(tree)}
    except Fault as fault:
        return fault_record(fault)
    except (RecursionError, MemoryError):
        return fault_record(Fault("too-costly", "its expressions are nested too deeply"))


def fault_record(fault: Fault) -> Record:
    """The record of a file that could not be read."""
    return {"fault": [fault.code, fault.message, fault.line, fault.column]}


def encode_facts(facts: ModuleFacts) -> dict[str, Any]:
    """``facts`` as JSON values."""
    main = facts.main
    return {
        "imports": [[i.module, list(i.names), i.level, i.line, i.column, i.in_function] for i in facts.imports],
        "symbols": [[s.name, s.kind, s.line, s.column, list(s.bases)] for s in facts.symbols],
        "main": None if main is None else [list(main.parameters), main.line, main.column],
        "arguments": [
            [a.name, list(a.flags), a.line, a.column, a.type, a.required, a.default, _list(a.choices)]
            for a in facts.arguments
        ],
        "keys": [[k.parameter.value, k.key, k.line, k.column, k.required] for k in facts.keys],
        "dynamic_keys": [p.value for p in facts.dynamic_keys],
        "environment": [[e.name, e.line, e.column, e.required] for e in facts.environment],
        "paths": [[p.value, p.line, p.column] for p in facts.paths],
    }


def decode_facts(data: dict[str, Any]) -> ModuleFacts:
    """The inverse of :func:`encode_facts`."""
    main = data["main"]
    return ModuleFacts(
        imports=tuple(Import(m, tuple(names), *rest) for m, names, *rest in data["imports"]),
        symbols=tuple(
            Symbol(name, kind, line, column, tuple(bases)) for name, kind, line, column, bases in data["symbols"]
        ),
        main=None if main is None else MainFunction(tuple(main[0]), main[1], main[2]),
        arguments=tuple(
            Argument(name, tuple(flags), line, column, kind, required, default, _tuple(choices))
            for name, flags, line, column, kind, required, default, choices in data["arguments"]
        ),
        keys=tuple(KeyUse(MainParameter(p), *rest) for p, *rest in data["keys"]),
        dynamic_keys=tuple(MainParameter(p) for p in data["dynamic_keys"]),
        environment=tuple(EnvironmentRead(*row) for row in data["environment"]),
        paths=tuple(PathLiteral(*row) for row in data["paths"]),
    )


def _list(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def _tuple(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
