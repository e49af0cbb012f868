"""What one Python file gives, as one JSON value: facts and bindings, or the reason why there are none."""

from __future__ import annotations

from cursus.workspace.reading.keeping import Record
from cursus.workspace.reading.source import Fault


def read_record(data: bytes, *, whole: bool = True) -> Record:
    """The record of a file's bytes: ``{"facts": …, "bindings": …}`` or ``{"fault": [code, message, line, column]}``.

    :param whole: with the bindings; they are a sixth of the work, and of most files nobody asks for them.
    """
    from cursus.workspace.reading import (
        expressions,
        facts,
        source,
    )  # `ast` costs 4 ms and is not needed on a warm cache

    try:
        tree = source.parse(data)
        found = facts.rows(tree, data)
        return {"facts": found, "bindings": expressions.bindings_of(tree)} if whole else {"facts": found}
    except Fault as fault:
        return fault_record(fault)
    except (RecursionError, MemoryError):
        return fault_record(Fault("too-costly", "its expressions are nested too deeply"))


def fault_record(fault: Fault) -> Record:
    """The record of a file that could not be read."""
    return {"fault": [fault.code, fault.message, fault.line, fault.column]}
