"""What one Python file gives, as one JSON value: facts and bindings, or the reason why there are none."""

from __future__ import annotations

from cursus.workspace.reading.keeping import Record
from cursus.workspace.reading.source import Fault


def read_record(data: bytes) -> Record:
    """The record of a file's bytes: ``{"facts": …, "bindings": …}`` or ``{"fault": [code, message, line, column]}``."""
    from cursus.workspace.reading import (
        expressions,
        facts,
        source,
    )  # `ast` costs 4 ms and is not needed on a warm cache

    try:
        tree = source.parse(data)
        return {"facts": facts.rows(tree, data), "bindings": expressions.bindings_of(tree)}
    except Fault as fault:
        return fault_record(fault)
    except (RecursionError, MemoryError):
        return fault_record(Fault("too-costly", "its expressions are nested too deeply"))


def fault_record(fault: Fault) -> Record:
    """The record of a file that could not be read."""
    return {"fault": [fault.code, fault.message, fault.line, fault.column]}
