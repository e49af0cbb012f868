"""The facts of a module from the rows they are kept in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cursus.model.facts import (
    Argument,
    EnvironmentRead,
    Exit,
    Import,
    KeyUse,
    MainCall,
    MainFunction,
    MainParameter,
    ModuleFacts,
    PathLiteral,
    Symbol,
)

_PARAMETERS = {parameter.value: parameter for parameter in MainParameter}


def decode_facts(data: dict[str, Any]) -> ModuleFacts:
    """The facts that :func:`cursus.workspace.reading.facts.rows` collected."""
    main = data["main"]
    return ModuleFacts(
        imports=tuple(
            Import(module, tuple(names), level, line, column, inside)
            for module, names, level, line, column, inside in data["imports"]
        ),
        symbols=tuple(
            Symbol(name, kind, line, column, tuple(bases)) for name, kind, line, column, bases in data["symbols"]
        ),
        main=None if main is None else MainFunction(tuple(main[0]), main[1], main[2]),
        arguments=tuple(
            Argument(name, tuple(flags), line, column, kind, required, default, _tuple(choices), action)
            for name, flags, line, column, kind, required, default, choices, action in data["arguments"]
        ),
        open_parser=data["open_parser"],
        keys=tuple(
            KeyUse(_PARAMETERS[parameter], key, line, column, required)
            for parameter, key, line, column, required in data["keys"]
        ),
        dynamic_keys=tuple(_PARAMETERS[p] for p in data["dynamic_keys"]),
        environment=tuple(EnvironmentRead(*row) for row in data["environment"]),
        paths=tuple(PathLiteral(*row) for row in data["paths"]),
        calls=tuple(
            MainCall(line, column, tuple(names), tuple(keywords), *rest)
            for line, column, names, keywords, *rest in data["calls"]
        ),
        exits=tuple(Exit(*row) for row in data["exits"]),
        failures=tuple(data["failures"]),
        swallows=tuple(data["swallows"]),
    )


def _tuple(values: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
