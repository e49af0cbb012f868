"""The collector of cyclic garbage is left as it was found."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from cursus.workspace.collecting import uncollected


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    was = gc.isenabled()
    yield
    gc.unfreeze()
    (gc.enable if was else gc.disable)()


def test_it_rests_in_the_block_and_works_afterwards() -> None:
    gc.enable()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert not gc.get_freeze_count()


def test_blocks_may_lie_in_one_another() -> None:
    gc.enable()
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_in_the_block_counts_as_old() -> None:
    gc.enable()
    with uncollected():
        made = [[number] for number in range(10_000)]
    assert any(one is made for one in gc.get_objects(generation=2))


def test_a_collector_that_rested_already_rests_on() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_what_somebody_else_has_frozen_stays_so() -> None:
    gc.enable()
    gc.freeze()
    frozen = gc.get_freeze_count()
    assert frozen
    with uncollected():
        pass
    assert gc.get_freeze_count() == frozen
