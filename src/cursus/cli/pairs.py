"""``NAME=VALUE`` options."""

from __future__ import annotations

from collections.abc import Sequence

from cursus.errors import UsageError


def config_values(settings: Sequence[str]) -> dict[str, str]:
    """The config values that ``--set FIELD=VALUE`` options give.

    :raises UsageError: one is not of that form.
    """
    values = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--set {text!r} is not of the form FIELD=VALUE.", hint="--set delay_minutes=30")
        values[name] = value
    return values
