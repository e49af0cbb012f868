"""What of the suppressions and the baseline of a workspace serves a purpose, as a check sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cursus.validation.analysis.suppression import Suppression


@dataclass(frozen=True, slots=True, order=True)
class BaselineKey:
    """What makes a finding the same one as before: not its line, which moves."""

    code: str
    workspace: str
    step: str
    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The outcome of all suppressions and baseline entries of one workspace or pipeline, after everything was judged.

    :param suppressions: all of them.
    :param idle: suppression -> those of its codes that accepted nothing, though they were looked for.
    :param known: every code there is.
    :param stale: baseline entry -> how many of its findings are no longer there.
    """

    suppressions: tuple[Suppression, ...]
    idle: Mapping[Suppression, tuple[str, ...]]
    known: frozenset[str]
    stale: Mapping[BaselineKey, int]
