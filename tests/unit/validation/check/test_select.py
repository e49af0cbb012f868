"""Levels and codes by name."""

from __future__ import annotations

import pytest

from cursus.errors import ConfigurationError
from cursus.validation.check.level import STEP_LEVELS, Level
from cursus.validation.check.select import check_codes, known_codes, parse_level
from cursus.validation.checks import CHECKS


def test_levels_by_number_and_name() -> None:
    assert [parse_level(n) for n in range(5)] == list(Level)
    assert [parse_level(level.value) for level in Level] == list(Level)
    assert [level.number for level in STEP_LEVELS] == [1, 2, 3, 4]


@pytest.mark.parametrize("level", [5, -1, "", "script"])
def test_unknown_levels(level) -> None:
    with pytest.raises(ConfigurationError):
        parse_level(level)


def test_codes() -> None:
    assert {"syntax-error", "invalid-manifest"} <= known_codes(CHECKS)
    check_codes(CHECKS, ["syntax-error", "invalid-manifest"])
    with pytest.raises(ConfigurationError, match="Did you mean 'syntax-error'"):
        check_codes(CHECKS, ["sintax-error"])
