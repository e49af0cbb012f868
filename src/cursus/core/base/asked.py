"""Which settings of a config somebody asked for."""

from __future__ import annotations


class Asked(set[str]):
    """Names of settings that were asked for. They are no part of a config's value, so any two records are equal."""

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asked)
