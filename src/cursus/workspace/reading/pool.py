"""Many files read by several processes at once: this one, and one child for each further processor.

A child gets files on its standard input, each with its length before it and whether it is to be read whole, and answers
each with the record as JSON, likewise. One thread serves all children between files of its own, so that nothing waits
for a lock and a library's caller gets no threads. A child that dies or falls silent loses nothing: what it was given is
read here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import struct
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, Generic, TypeVar

from cursus.workspace.reading.keeping import Record, as_json
from cursus.workspace.reading.source import is_strange, quiet
from cursus.workspace.reading.worker import child_command, limit_resources, read, read_apart

#: So many files are read before the children are started: a child takes as long to start as a hundred files to read.
FEW = 200
_MOST_CHILDREN = 7
#: Bytes a child is given ahead, so that it has work while this process reads a file of its own.
_AHEAD = 96 * 1024
_PATIENCE_MS = 20_000
_ORDER = struct.Struct("<I?")
_LENGTH = struct.Struct("<I")
_BUFFER = 1 << 18

T = TypeVar("T")


class Pool(Generic[T]):
    """Reads Python files; use it in a ``with`` block, which ends with every answer given.

    :param answer: called in this thread with what was handed in and its record as JSON, in any order.
    :param children: how many further processes at most; None for one less than there are processors.
    """

    def __init__(self, answer: Callable[[T, str], None], *, children: int | None = None) -> None:
        self._answer = answer
        self._most = min(_processors() - 1, _MOST_CHILDREN) if children is None else children
        self._stack = contextlib.ExitStack()
        self._read = 0
        self._children: list[_Child[T]] | None = None

    def __enter__(self) -> Pool[T]:
        self._stack.enter_context(quiet())
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._stack:
            if kind is None:
                self._finish()
        for child in self._children or ():
            child.end()

    def add(self, token: T, data: bytes, *, whole: bool = True) -> None:
        """Have ``data`` read, and ``token`` answered with the record, perhaps later.

        :param whole: with its bindings.
        """
        children = self._started()
        free = None if is_strange(data) else next((c for c in children if c.alive and c.ahead < _AHEAD), None)
        if free is not None:
            free.give(token, data, whole)
        else:
            self._answer(token, as_json(read(data, whole=whole)))
        if children:
            self._serve(0)

    def _started(self) -> list[_Child[T]]:
        self._read += 1
        if self._children is None and self._read > FEW:
            self._children = []
            for _ in range(self._most):
                with contextlib.suppress(OSError):  # no more processes: then fewer, or none
                    self._children.append(_Child())
        return self._children or []

    def _finish(self) -> None:
        while any(c.waiting for c in self._children or ()):
            if not self._serve(_PATIENCE_MS):
                for child in self._children or ():
                    child.alive = False
                    self._take_over(child)

    def _serve(self, milliseconds: int) -> bool:
        """Give the children what they can take and take what they have; whether there was anything to do."""
        poll = select.poll()
        busy: dict[int, _Child[T]] = {}
        for child in self._children or ():
            if child.waiting and child.alive:
                poll.register(child.descriptor, select.POLLIN)
                busy[child.descriptor] = child
                if child.unsent:
                    poll.register(child.input, select.POLLOUT)
                    busy[child.input] = child
        ready = poll.poll(milliseconds) if busy else []
        for child in {id(busy[descriptor]): busy[descriptor] for descriptor, _ in ready}.values():
            for token, payload in child.exchange():
                self._answer(token, payload)
            if not child.alive:
                self._take_over(child)
        return bool(ready)

    def _take_over(self, child: _Child[T]) -> None:
        """Read what a lost child was given; what it was reading when it was lost, in a process of its own."""
        reader: Callable[[bytes], Record] = read_apart
        while child.waiting:
            token, data = child.waiting.popleft()
            self._answer(token, as_json(reader(data)))
            reader = read


class _Child(Generic[T]):
    """A child process, and what it was given and has not answered."""

    def __init__(self) -> None:
        import subprocess  # costs more than reading a changed file

        self._process = subprocess.Popen(
            child_command("pool"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self.input, self.descriptor = (p.fileno() for p in self._pipes())
        for pipe in (self.input, self.descriptor):
            os.set_blocking(pipe, False)
        self.alive = True
        self.waiting: deque[tuple[T, bytes]] = deque()
        self.unsent = bytearray()
        self._received = bytearray()
        self.ahead = 0

    def give(self, token: T, data: bytes, whole: bool) -> None:
        self.waiting.append((token, data))
        self.ahead += len(data)
        self.unsent += _ORDER.pack(len(data), whole) + data

    def exchange(self) -> Iterator[tuple[T, str]]:
        """Send and receive without waiting; what was answered."""
        try:
            if self.unsent:
                del self.unsent[: os.write(self.input, self.unsent)]
        except BlockingIOError:
            pass
        except OSError:
            self.alive = False
        try:
            part = os.read(self.descriptor, _BUFFER)
            self.alive = self.alive and bool(part)
            self._received += part
        except BlockingIOError:
            pass
        except OSError:
            self.alive = False
        return self._answers()

    def _answers(self) -> Iterator[tuple[T, str]]:
        at = 0
        received = self._received
        while len(received) - at >= _LENGTH.size:
            end = at + _LENGTH.size + _LENGTH.unpack_from(received, at)[0]
            if end > len(received):
                break
            token, data = self.waiting.popleft()
            self.ahead -= len(data)
            yield token, received[at + _LENGTH.size : end].decode()
            at = end
        del received[:at]

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in self._pipes():
            pipe.close()

    def _pipes(self) -> list[IO[bytes]]:
        return [p for p in (self._process.stdin, self._process.stdout) if p is not None]


def main() -> None:
    """The child: answer files until there are no more."""
    limit_resources()
    gc.disable()  # syntax trees hold no cycles; looking for them costs a third of the time
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with quiet():
        while (order := _next(source)) is not None:
            data, whole = order
            payload = as_json(read(data, whole=whole)).encode()
            target.write(_LENGTH.pack(len(payload)) + payload)
            target.flush()


def _next(source: BinaryIO) -> tuple[bytes, bool] | None:
    order = source.read(_ORDER.size)
    if len(order) != _ORDER.size:
        return None
    length, whole = _ORDER.unpack(order)
    return source.read(length), whole


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
