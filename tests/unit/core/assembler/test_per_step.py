from __future__ import annotations

import pytest

from cursus.core.assembler.per_step import PerStep
from cursus.errors import CursusError
from cursus.model.step import Step, StepEntry


def step() -> Step:
    return Step("w", "One", StepEntry("One", "OneConfig", "OneStepBuilder", "One", "Processing"), {}, None, None)


def test_each_step_once_and_equal_ones_apart() -> None:
    asked: list[Step] = []

    def find(of: Step) -> int:
        asked.append(of)
        return len(asked)

    found = PerStep(find)
    one, two = step(), step()
    assert one == two
    assert [found(s) for s in (one, two, one, two)] == [1, 2, 1, 2]


def test_a_failure_is_not_remembered() -> None:
    results: list[CursusError | str] = ["sound", CursusError("broken")]

    def find(_: Step) -> str:
        result = results.pop()
        if isinstance(result, CursusError):
            raise result
        return result

    found, one = PerStep(find), step()
    with pytest.raises(CursusError):
        found(one)
    assert found(one) == "sound"
    assert found(one) == "sound"
