"""Names and single values as a script receives them."""

from __future__ import annotations


def fold_argument(name: str) -> str:
    """An argument's name for comparison: hyphen and underscore are one, leading dashes do not count."""
    return name.lstrip("-").replace("-", "_")


def scalar_text(value: object) -> str | None:
    """``value`` as a script receives it: text as it is, numbers and booleans (``true``/``false``) written out.

    :raises ValueError: for a value that is neither a scalar nor None.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise ValueError(f"{value!r} is not text, a number, a boolean or null")
