"""A ``<step>.step.yaml`` file, read: contract, spec, compute and registry row in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cursus.model.step import Contract, Spec, StepEntry


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest. Contract and spec agree by construction.

    :param contract: None for a step without a script.
    :param compute: instance type and count, volume, image or framework; see the manifest reference.
    :param defaults: defaults for config fields, below what a pipeline sets.
    :param jobs: job variants the step may be used in; empty means any or none.
    """

    step: str
    entry: StepEntry
    contract: Contract | None
    spec: Spec
    path: Path
    description: str = ""
    compute: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """The rows a workspace lays over the core table, read from its ``workspace_registry.py``.

    :param steps: ``WORKSPACE_STEPS`` (or ``LOCAL_STEPS``).
    :param overrides: ``STEP_OVERRIDES``: rows that replace a core or shared row on purpose.
    :param metadata: ``WORKSPACE_METADATA``.
    """

    workspace: str
    path: Path
    steps: Mapping[str, StepEntry] = field(default_factory=dict)
    overrides: Mapping[str, StepEntry] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
