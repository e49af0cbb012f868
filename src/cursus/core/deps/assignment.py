"""The best one-to-one assignment of a few inputs to a few outputs, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Scores are compared as whole numbers of billionths.
SCALE = 10**9
#: More than any sum of scores: filling one more input always wins.
_FILLED = SCALE * 10**6
#: Less than any difference between two scores that counts.
_TINY = 1e-9


def best_assignment(scores: Mapping[tuple[int, int], float], rows: int, columns: int) -> dict[int, int]:
    """Row -> column, each at most once: as many rows as can be filled, and of those fillings the greatest total score.

    :param scores: the pairs that are allowed; all others never occur.
    """
    size = max(rows, 1)
    # A column of its own for each row stands for leaving the row empty, and costs nothing.
    cost = [[_FILLED if column < columns else 0 for column in range(columns + rows)] for _ in range(size)]
    for row in range(rows):
        for column in range(rows):
            cost[row][columns + column] = 0 if column == row else _FILLED
    for (row, column), value in scores.items():
        cost[row][column] = -_FILLED - round(value * SCALE)
    chosen = _least_cost(cost) if rows else []
    return {row: column for row, column in enumerate(chosen) if (row, column) in scores}


def worth(assignment: Mapping[int, int], scores: Mapping[tuple[int, int], float]) -> tuple[int, float]:
    """Rows filled, and their total score."""
    return len(assignment), sum(sorted(scores[pair] for pair in assignment.items()))


def doubt_about(
    row: int,
    best: Mapping[int, int],
    scores: Mapping[tuple[int, int], float],
    rows: int,
    columns: int,
    margin: float,
    *,
    displaced: bool,
) -> str | None:
    """Why the column chosen for ``row`` is not clearly the best, or None when it is.

    :param best: the assignment that :func:`best_assignment` made of ``scores``.
    :param margin: totals closer than this cannot be told apart.
    :param displaced: also doubt a choice when another column fits the row clearly better but was needed elsewhere.
    """
    without = {place: value for place, value in scores.items() if place != (row, best[row])}
    filled, total = worth(best, scores)
    next_filled, next_total = worth(best_assignment(without, rows, columns), without)
    if next_filled == filled and total - next_total < margin - _TINY:
        return f"outputs fit it about equally well (less than {margin} apart)"
    own = scores[row, best[row]]
    if displaced and any(r == row and value - own >= margin - _TINY for (r, _), value in scores.items()):
        return "the output that fits it best is needed by another input"
    return None


def _least_cost(cost: Sequence[Sequence[int]]) -> list[int]:
    """The column of each row in an assignment of least cost; there are no fewer columns than rows.

    The Hungarian method with shortest augmenting paths: rows are taken in one after the other.
    """
    rows, columns = len(cost), len(cost[0])
    row_of = [0] * (columns + 1)
    prices = ([0] * (rows + 1), [0] * (columns + 1))
    for row in range(1, rows + 1):
        row_of[0] = row
        _take_in(cost, row_of, prices)
    chosen = [0] * rows
    for column in range(1, columns + 1):
        if row_of[column]:
            chosen[row_of[column] - 1] = column - 1
    return chosen


def _take_in(cost: Sequence[Sequence[int]], row_of: list[int], prices: tuple[list[int], list[int]]) -> None:
    """Find a column for the row in ``row_of[0]``, moving earlier rows to other columns where that is cheapest."""
    row_price, column_price = prices
    least: dict[int, int] = {}
    came_from: dict[int, int] = {}
    free, used = list(range(1, len(row_of))), [0]
    column = 0
    while row_of[column]:
        current = row_of[column]
        for other in free:
            reduced = cost[current - 1][other - 1] - row_price[current] - column_price[other]
            if other not in least or reduced < least[other]:
                least[other], came_from[other] = reduced, column
        following = min(free, key=lambda other: (least[other], other))
        step = least[following]
        for other in used:
            row_price[row_of[other]] += step
            column_price[other] -= step
        for other in free:
            least[other] -= step
        free.remove(following)
        used.append(following)
        column = following
    while column:
        row_of[column] = row_of[came_from[column]]
        column = came_from[column]
