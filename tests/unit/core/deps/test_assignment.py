from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cursus.core.deps.assignment import best_assignment, worth

PLACES = st.tuples(st.integers(0, 3), st.integers(0, 4))
SCORES = st.dictionaries(PLACES, st.integers(0, 100).map(lambda n: n / 100), max_size=12)


def test_filling_more_rows_beats_a_higher_score() -> None:
    assert best_assignment({(0, 0): 1.0, (0, 1): 0.1, (1, 0): 0.1}, 2, 2) == {0: 1, 1: 0}


def test_nothing_allowed() -> None:
    assert best_assignment({}, 3, 2) == {}
    assert best_assignment({}, 0, 0) == {}


@given(SCORES)
def test_is_the_best_of_all(scores: dict[tuple[int, int], float]) -> None:
    found = best_assignment(scores, 4, 5)
    assert all(pair in scores for pair in found.items())
    assert len(set(found.values())) == len(found)
    filled, total = worth(found, scores)
    best = max(every(scores, 0, frozenset()))
    assert filled == best[0]
    assert abs(total - best[1]) < 1e-9


def every(scores: dict[tuple[int, int], float], row: int, used: frozenset[int]) -> list[tuple[int, float]]:
    """What every possible assignment is worth."""
    if row == 4:
        return [(0, 0.0)]
    found = list(every(scores, row + 1, used))
    for column in range(5):
        if (row, column) in scores and column not in used:
            rest = every(scores, row + 1, used | {column})
            found += [(filled + 1, total + scores[row, column]) for filled, total in rest]
    return found
