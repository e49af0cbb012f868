"""Every check there is: those of each validation, and those that build."""

from __future__ import annotations

from cursus.validation.check.interface import Check
from cursus.validation.checks import CHECKS

EVERY_CHECK: tuple[Check, ...] = CHECKS
