"""Names that are taken twice without anyone saying so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cursus.model.finding import Finding, Severity
from cursus.model.step import StepEntry
from cursus.model.workspace import Layer, fold
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.errors import StepConflict
from cursus.registry.layer import LayerSteps


def shadowing(own: LayerSteps, below: Sequence[LayerSteps]) -> Iterator[Finding]:
    """Own steps that carry a core step's name without an entry in ``STEP_OVERRIDES``; each lists all definitions.

    Standing before a step of shared is what a workspace is for and is no conflict.
    """
    if own.workspace.layer is Layer.CORE:
        return
    core = {fold(name): name for name in CORE_ROWS}
    core |= {
        key: d.name for layer in below if layer.workspace.layer is Layer.CORE for key, d in layer.definitions.items()
    }
    taken = sorted((own.definitions.keys() | own.rows.steps.keys()) & core.keys() - own.rows.overrides.keys())
    for key in taken:
        name = own.definitions[key].name if key in own.definitions else own.rows.steps[key].name
        error = StepConflict(
            f"Step '{name}' of workspace '{own.workspace.id}' takes the name of a core step.",
            definitions_of(key, (own, *below)),
            hint="Rename it, or declare it in STEP_OVERRIDES of registry/workspace_registry.py.",
            workspace=own.workspace.id,
            step=name,
            file=_file_of(own, key),
        )
        yield replace(Finding.from_error(error), severity=Severity.WARNING)


def row_conflicts(own: LayerSteps, below: Sequence[LayerSteps]) -> Iterator[Finding]:
    """Rows of one overlay that differ only in spelling, and overrides of something that is not there."""
    overlay = own.rows.overlay
    if overlay is None:
        return
    for table, rows in (("WORKSPACE_STEPS", overlay.steps), ("STEP_OVERRIDES", overlay.overrides)):
        for names in _same_key(rows):
            error = StepConflict(
                f"{table} of workspace '{own.workspace.id}' has rows that differ only in spelling.",
                [f"{own.workspace.id}: {name}" for name in names],
                hint="Keep one of them.",
                workspace=own.workspace.id,
                step=names[0],
                file=overlay.path,
            )
            yield Finding.from_error(error)
    core = {fold(name) for name in CORE_ROWS}
    for key, row in sorted(own.rows.overrides.items()):
        known = key in core or any(key in layer.definitions or key in layer.rows.all for layer in below)
        if not known and key not in own.definitions:
            yield Finding(
                code="override-of-nothing",
                severity=Severity.WARNING,
                message=f"STEP_OVERRIDES of workspace '{own.workspace.id}' replaces '{row.name}', which neither shared "
                "nor core defines.",
                workspace=own.workspace.id,
                step=row.name,
                file=overlay.path,
                hint="Correct the name, or move the row to WORKSPACE_STEPS.",
            )


def definitions_of(key: str, layers: Sequence[LayerSteps]) -> list[str]:
    """Every definition of a name in these layers and the core table, the one that wins first."""
    places: list[str] = []
    for layer in layers:
        if key in layer.definitions:
            places += layer.definitions[key].places()
        if key in layer.rows.all and layer.rows.overlay is not None:
            places.append(f"{layer.workspace.id}: row in {layer.rows.overlay.path.name}")
    if any(fold(name) == key for name in CORE_ROWS):
        places.append("core: row in the core table")
    return places


def _same_key(rows: Mapping[str, StepEntry]) -> Iterator[list[str]]:
    by_key: dict[str, list[str]] = {}
    for name in sorted(rows):
        by_key.setdefault(fold(name), []).append(name)
    yield from (names for _, names in sorted(by_key.items()) if len(names) > 1)


def _file_of(layer: LayerSteps, key: str) -> Path | None:
    definition = layer.definitions.get(key)
    if definition is not None:
        files = [*definition.components.values(), *definition.spec_components.values()]
        return min(files).path
    return layer.rows.overlay.path if layer.rows.overlay else None
