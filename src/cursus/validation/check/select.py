"""Choosing among checks by their codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cursus.errors import ConfigurationError, did_you_mean
from cursus.validation.check.interface import Check
from cursus.validation.check.level import Level


def known_codes(checks: Sequence[Check]) -> frozenset[str]:
    """Every code the findings of ``checks`` may carry."""
    return frozenset(code for check in checks for code in check.codes)


def check_codes(checks: Sequence[Check], codes: Collection[str]) -> None:
    """Raise for a code that no check has.

    :raises ConfigurationError: names the code and those like it.
    """
    known = known_codes(checks)
    for code in sorted(codes):
        if code not in known:
            raise ConfigurationError(
                f"There is no check with the code '{code}'.{did_you_mean(code, known)}",
                hint="cursus explain lists all codes",
            )


def parse_level(level: str | int) -> Level:
    """A level by its name or its number (``0`` to ``4``, also as text).

    :raises ConfigurationError: there is none of that name or number.
    """
    for known in Level:
        if str(level) in (known.value, str(known.number)):
            return known
    names = [f"{known.number} {known.value}" for known in Level]
    raise ConfigurationError(
        f"There is no level '{level}'.{did_you_mean(str(level), [known.value for known in Level])}",
        hint=f"Levels: {', '.join(names)}",
    )
