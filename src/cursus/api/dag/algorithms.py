"""Order and cycles of a graph given as adjacency lists; iterative, and the same whatever order edges were added in."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping, Sequence

Adjacency = Mapping[str, Sequence[str]]


def order(successors: Adjacency, predecessors: Adjacency) -> list[str]:
    """Nodes so that each comes after its predecessors; of those that may come next, the first by name.

    Nodes on a cycle, and those behind one, are missing from the result.
    """
    waiting = {node: len(before) for node, before in predecessors.items()}
    ready = [node for node, count in waiting.items() if not count]
    heapq.heapify(ready)
    result: list[str] = []
    while ready:
        node = heapq.heappop(ready)
        result.append(node)
        for after in successors[node]:
            waiting[after] -= 1
            if not waiting[after]:
                heapq.heappush(ready, after)
    return result


def shortest_cycle(successors: Adjacency, predecessors: Adjacency) -> list[str] | None:
    """A shortest cycle, first node repeated at the end, or None; of several, the first by the names on it."""
    forward, backward = _on_cycles(successors, predecessors)
    best: list[str] | None = None
    for start in sorted(forward):
        if start not in forward:
            continue
        found = _cycle_through(start, forward, None if best is None else len(best) - 1)
        if found is not None:
            best = found
            if len(best) == 2:
                return best
        _drop({start}, forward, backward)
    return best


def longest_path(successors: Adjacency, ordered: Sequence[str]) -> list[str]:
    """A longest chain of an acyclic graph, given in topological order; the first by name of equals."""
    length = dict.fromkeys(ordered, 1)
    before: dict[str, str | None] = dict.fromkeys(ordered)
    for node in ordered:
        for after in sorted(successors[node]):
            if length[node] + 1 > length[after]:
                length[after], before[after] = length[node] + 1, node
    if not ordered:
        return []
    last: str | None = min(ordered, key=lambda node: (-length[node], node))
    path: list[str] = []
    while last is not None:
        path.append(last)
        last = before[last]
    return path[::-1]


def _on_cycles(successors: Adjacency, predecessors: Adjacency) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The graph without the nodes that only lead into cycles or only come out of them."""
    forward = {node: set(after) for node, after in successors.items()}
    backward = {node: set(before) for node, before in predecessors.items()}
    _drop({n for n in forward if not forward[n] or not backward[n]}, forward, backward)
    return forward, backward


def _drop(nodes: set[str], forward: dict[str, set[str]], backward: dict[str, set[str]]) -> None:
    """Remove ``nodes``, and then every node that has lost all its successors or all its predecessors."""
    queue = sorted(nodes)
    gone = set(nodes)
    while queue:
        node = queue.pop()
        for mine, theirs in ((forward, backward), (backward, forward)):
            for other in mine.pop(node):
                if other in theirs:
                    theirs[other].discard(node)
                    if not theirs[other] and other not in gone:
                        gone.add(other)
                        queue.append(other)


def _cycle_through(start: str, forward: Mapping[str, set[str]], shorter_than: int | None) -> list[str] | None:
    """The shortest way from ``start`` back to it with fewer than ``shorter_than`` edges, or None."""
    came_from: dict[str, str] = {}
    queue: deque[tuple[str, int]] = deque([(start, 0)])
    while queue:
        node, distance = queue.popleft()
        if shorter_than is not None and distance + 1 >= shorter_than:
            return None
        for after in sorted(forward[node]):
            if after == start:
                path = [node]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return [*path[::-1], start]
            if after not in came_from:
                came_from[after] = node
                queue.append((after, distance + 1))
    return None
