"""Read a workspace's registry overlay: rows over the core table, stated in a Python file that is never run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cursus.errors import did_you_mean
from cursus.model.manifest import Overlay
from cursus.model.step import StepEntry
from cursus.workspace.errors import InvalidOverlay
from cursus.workspace.reading.evaluate import Evaluator
from cursus.workspace.reading.modules import Module
from cursus.workspace.reading.values import NotStatic, Wrong

STEPS = "WORKSPACE_STEPS"
STEPS_ALIAS = "LOCAL_STEPS"
OVERRIDES = "STEP_OVERRIDES"
METADATA = "WORKSPACE_METADATA"
_ROW_KEYS = ("config_class", "builder_step_name", "spec_type", "sagemaker_step_type", "description")
_STEP_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")


def read_overlay(workspace_id: str, module: Module, evaluator: Evaluator) -> Overlay:
    """The overlay stated in ``module``.

    A row's class names default to the step's name with ``Config`` or ``StepBuilder``; ``sagemaker_step_type`` must be
    given.

    :raises InvalidOverlay: a row cannot be used or cannot be known by reading; with its line.
    """
    reader = _Reader(workspace_id, module, evaluator)
    names = module.bindings["names"]
    if STEPS in names and STEPS_ALIAS in names and reader.table(STEPS) != reader.table(STEPS_ALIAS):
        raise reader.invalid(f"{STEPS} and {STEPS_ALIAS} differ; they are two names of one table", STEPS_ALIAS)
    steps = reader.rows(STEPS if STEPS in names else STEPS_ALIAS)
    overrides = reader.rows(OVERRIDES)
    both = sorted(set(steps) & set(overrides))
    if both:
        raise reader.invalid(f"'{both[0]}' stands both in {STEPS} and in {OVERRIDES}", OVERRIDES)
    return Overlay(workspace_id, module.path, steps, overrides, reader.table(METADATA))


class _Reader:
    def __init__(self, workspace_id: str, module: Module, evaluator: Evaluator) -> None:
        self.workspace_id = workspace_id
        self.module = module
        self.evaluator = evaluator

    def table(self, name: str) -> dict[str, Any]:
        """A dict bound at module level; empty when the name is not bound."""
        if name not in self.module.bindings["names"]:
            return {}
        try:
            value = self.evaluator.name(self.module, name)
        except NotStatic as error:
            raise self.invalid(f"{name} cannot be known by reading: {error.reason}", name, error.line) from None
        except Wrong as error:
            raise self.invalid(f"{name} cannot be evaluated: {error.message}", name, error.line) from None
        except RecursionError:
            raise self.invalid(f"{name} is nested too deeply", name) from None
        if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
            raise self.invalid(f"{name} must be a dict with texts as keys", name)
        return {str(k): v for k, v in value.items()}

    def rows(self, table: str) -> dict[str, StepEntry]:
        return {name: self.row(table, name, row) for name, row in self.table(table).items()}

    def row(self, table: str, name: str, row: Any) -> StepEntry:
        if not _STEP_NAME.fullmatch(name):
            raise self.invalid(f"'{name}' in {table} is not a step name in CamelCase", table)
        if not isinstance(row, Mapping):
            raise self.invalid(f"the row '{name}' in {table} must be a dict", table)
        for key, value in row.items():
            if key not in _ROW_KEYS:
                known = f" It has {', '.join(_ROW_KEYS)}."
                raise self.invalid(
                    f"the row '{name}' in {table} has no key {key!r}{did_you_mean(str(key), _ROW_KEYS) or known}", table
                )
            if not isinstance(value, str):
                raise self.invalid(f"{key} of '{name}' in {table} must be text", table)
        if not row.get("sagemaker_step_type"):
            raise self.invalid(f"the row '{name}' in {table} lacks sagemaker_step_type, such as 'Processing'", table)
        return StepEntry(
            name=name,
            config_class=str(row.get("config_class") or f"{name}Config"),
            builder_step_name=str(row.get("builder_step_name") or f"{name}StepBuilder"),
            spec_type=str(row.get("spec_type") or name),
            sagemaker_step_type=str(row["sagemaker_step_type"]),
            description=str(row.get("description", "")),
        )

    def invalid(self, message: str, table: str, line: int | None = None) -> InvalidOverlay:
        path = self.module.path
        return InvalidOverlay(
            f"In {path.name}: {message.rstrip('.')}.",
            hint=f"Correct {table} in the registry overlay of workspace '{self.workspace_id}'",
            workspace=self.workspace_id,
            file=path,
            line=line or self.line(table),
        )

    def line(self, table: str) -> int:
        expression = self.module.bindings["names"].get(table, [])
        return next((part for part in reversed(expression) if isinstance(part, int)), 1)
