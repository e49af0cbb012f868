"""Which nodes may run now. Knows ready, active and done, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum


class State(Enum):
    """Where a node stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Scheduler:
    """Hands out nodes whose dependencies are done, and skips what depends on a failure.

    :param dependencies: node -> nodes that must be done first; the order of the mapping breaks ties.
    :raises ValueError: a dependency is not a node, or there is a cycle.
    """

    def __init__(self, dependencies: Mapping[str, Collection[str]]) -> None:
        self._after: dict[str, list[str]] = {node: [] for node in dependencies}
        for node, needed in dependencies.items():
            for other in sorted(set(needed)):
                if other not in self._after:
                    raise ValueError(f"'{node}' depends on '{other}', which is not a node")
                self._after[other].append(node)
        self._order = {node: i for i, node in enumerate(dependencies)}
        self._open = {node: len(set(needed)) for node, needed in dependencies.items()}
        self._state = dict.fromkeys(dependencies, State.WAITING)
        self._ready = {node for node, count in self._open.items() if count == 0}
        self._unfinished = len(self._state)
        self._refuse_cycles()

    @property
    def finished(self) -> bool:
        """True when every node is done, failed or skipped."""
        return self._unfinished == 0

    def state(self, node: str) -> State:
        """Where ``node`` stands."""
        return self._state[node]

    def ready(self) -> tuple[str, ...]:
        """Nodes that may start now, in order."""
        return self._in_order(self._ready)

    def start(self, node: str) -> None:
        """``node`` runs now.

        :raises ValueError: it is not ready.
        """
        if node not in self._ready:
            raise ValueError(f"'{node}' is not ready")
        self._ready.remove(node)
        self._state[node] = State.ACTIVE

    def done(self, node: str) -> tuple[str, ...]:
        """``node`` has succeeded; the nodes that became ready through it, in order.

        :raises ValueError: it was not active.
        """
        self._end(node, State.DONE)
        freed = []
        for other in self._after[node]:
            self._open[other] -= 1
            if self._open[other] == 0 and self._state[other] is State.WAITING:
                freed.append(other)
        self._ready.update(freed)
        return self._in_order(freed)

    def failed(self, node: str) -> tuple[str, ...]:
        """``node`` has failed; everything that depends on it is skipped now, and returned in order.

        :raises ValueError: it was not active.
        """
        self._end(node, State.FAILED)
        skipped: list[str] = []
        pending = list(self._after[node])
        while pending:
            other = pending.pop()
            if self._state[other] is State.WAITING:
                self._state[other] = State.SKIPPED
                self._unfinished -= 1
                skipped.append(other)
                pending += self._after[other]
        return self._in_order(skipped)

    def _end(self, node: str, state: State) -> None:
        if self._state[node] is not State.ACTIVE:
            raise ValueError(f"'{node}' is not active")
        self._state[node] = state
        self._unfinished -= 1

    def _in_order(self, nodes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(nodes, key=self._order.__getitem__))

    def _refuse_cycles(self) -> None:
        """Every node must become free when the free ones are taken away."""
        left = dict(self._open)
        free = [node for node, count in left.items() if count == 0]
        seen: set[str] = set()
        while free:
            node = free.pop()
            seen.add(node)
            for other in self._after[node]:
                left[other] -= 1
                if left[other] == 0:
                    free.append(other)
        if len(seen) < len(left):
            raise ValueError(f"there is a cycle among {', '.join(sorted(set(left) - seen))}")
