"""Read a large or strange file in a child process, which can be ended when it takes too long.

The child gets the bytes on its standard input and writes the record as JSON; nothing else passes between the two.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import cursus
from cursus.workspace.reading.keeping import Record
from cursus.workspace.reading.record import fault_record, read_record
from cursus.workspace.reading.source import Fault, is_strange

TIME_LIMIT = 2.0
MEMORY_LIMIT = 1024 * 1024 * 1024

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from cursus.workspace.reading.{0} import main; main()"


def read(data: bytes, *, whole: bool = True) -> Record:
    """The record of a file's bytes, by the shortest safe way; always with its bindings when it is ``whole``.

    Nesting that the calling program's own depth leaves no room for is tried again in the child, so that the record
    does not depend on the caller.
    """
    if is_strange(data):
        return read_apart(data)
    record = read_record(data, whole=whole)
    return read_apart(data) if _is_costly(record) else record


def is_final(record: Record) -> bool:
    """Whether reading the same bytes again would give the same record; not so when time or memory ran out."""
    return not _is_costly(record)


def _is_costly(record: Record) -> bool:
    return "fault" in record and bool(record["fault"][0] == "too-costly")


def read_apart(data: bytes, *, time_limit: float = TIME_LIMIT) -> Record:
    """The record, made by a child process with limits on time and memory."""
    import subprocess  # costs more than all the rest, and hardly any file needs it

    try:
        done = subprocess.run(child_command("worker"), input=data, capture_output=True, timeout=time_limit, check=False)
    except subprocess.TimeoutExpired:
        return fault_record(Fault("too-costly", f"parsing it takes longer than {time_limit:g} s"))
    if done.returncode != 0:
        return fault_record(Fault("too-costly", "parsing it takes too much memory or is nested too deeply"))
    record: Record = json.loads(done.stdout)
    return record


def child_command(module: str) -> list[str]:
    """The command that runs ``main`` of a module of this package, with nothing of the environment or of site."""
    return [sys.executable, "-I", "-S", "-c", _CHILD.format(module), str(Path(cursus.__file__).parent.parent)]


def limit_resources() -> None:
    """Limit this process, a child, to what reading a file may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """The child: standard input to standard output."""
    limit_resources()
    record = read_record(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(record))
