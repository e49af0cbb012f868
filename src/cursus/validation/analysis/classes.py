"""Which classes a module binds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cursus.errors import did_you_mean
from cursus.validation.analysis.subject import Module


@dataclass(frozen=True, slots=True)
class Lacking:
    """That a module does not bind a class, said at the first class it has."""

    message: str
    line: int
    column: int
    hint: str


def lacking(module: Module, name: str, *, whose: str, key: str, also: Iterable[str] = ()) -> Lacking | None:
    """What to say of a module that neither defines nor imports a class; None when it does, or a star import may.

    :param whose: what the class is to the step.
    :param key: the column of the registry row that names it.
    :param also: other names the class may have.
    """
    facts = module.facts
    bound = {s.name for s in facts.symbols} | {n for i in facts.imports for n in i.names}
    if bound & {"*", name, *also}:
        return None
    classes = [s for s in facts.symbols if s.kind == "class"]
    message = f"{module.path.name} does not define '{name}', {whose}.{did_you_mean(name, [c.name for c in classes])}"
    line, column = (classes[0].line, classes[0].column) if classes else (1, 1)
    return Lacking(message, line, column, f"Name the class {name}, or correct {key} in the registry row.")
