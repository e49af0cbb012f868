"""The name a spec module binds its specification to."""

from __future__ import annotations

from pathlib import Path

from cursus.errors import FileError
from cursus.model.workspace import fold
from cursus.workspace.files import MAX_PYTHON, read_file
from cursus.workspace.reading.rows import decode_facts
from cursus.workspace.reading.worker import read

_SUFFIX = "_SPEC"


def spec_constant(path: Path, step: str) -> str | None:
    """The constant named after the step, or the only one that ends in ``_SPEC``; None when there is neither.

    :raises FileError: the file cannot be read or parsed.
    """
    record = read(read_file(path, boundary=path.parent, limit=MAX_PYTHON))
    if "fault" in record:
        _, message, line, column = record["fault"]
        raise FileError(f"{path.name} is not readable Python: {message}.", file=path, line=line, column=column)
    facts = decode_facts(record["facts"])
    names = [s.name for s in facts.symbols if s.kind == "constant" and s.name.upper().endswith(_SUFFIX)]
    exact = [name for name in names if fold(name) == fold(step + _SUFFIX)]
    found = exact or names
    return found[0] if len(found) == 1 else None
