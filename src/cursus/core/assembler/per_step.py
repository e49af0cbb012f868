"""What is found out once for each step, however many nodes of a pipeline use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from cursus.model.step import Step

_T = TypeVar("_T")


class PerStep(Generic[_T]):
    """A function of a step that is called once for each; one that raises is called again.

    Steps are told apart as objects: they hold mappings and have no hash.
    """

    def __init__(self, find: Callable[[Step], _T]) -> None:
        self._find = find
        self._known: dict[int, tuple[Step, _T]] = {}

    def __call__(self, step: Step) -> _T:
        """What was found out for ``step``, now or before."""
        known = self._known.get(id(step))
        if known is None:
            # The step is kept, so that nothing else gets its identity.
            known = self._known[id(step)] = (step, self._find(step))
        return known[1]
