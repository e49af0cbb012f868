"""Looking for cyclic garbage takes up to a third of the time in which many objects are made that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """A block in which the collector of cyclic garbage rests; it is left as it was found.

    What was made in the block counts as old afterwards: nothing looks through all of it at the next opportunity.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if not gc.get_freeze_count():  # else somebody else has frozen what they do not want thawed
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@contextmanager
def rarely_collected() -> Iterator[None]:
    """A block in which the collector runs seldom, for work that may leave cycles behind (errors with their frames)."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
