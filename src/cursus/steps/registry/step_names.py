"""Declared alias of :mod:`cursus.registry.step_names`: the same objects under the address steps are written against."""

from __future__ import annotations

from cursus.registry.step_names import *  # noqa: F403
from cursus.registry.step_names import __all__ as __all__
