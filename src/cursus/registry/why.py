"""Why a name means the step it means: every layer that was searched, what it has, and what won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cursus.errors import CursusError
from cursus.model.step import Step
from cursus.model.workspace import Layer, reference
from cursus.registry.catalog import StepCatalog
from cursus.registry.definition import Definition
from cursus.registry.layer import LayerSteps
from cursus.registry.names import split_job
from cursus.registry.visibility import shown
from cursus.workspace.index import WorkspaceIndex


class Outcome(StrEnum):
    """What became of one layer."""

    WON = "won"
    SHADOWED = "shadowed"
    ABSENT = "absent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Searched:
    """One layer of a search.

    :param reference: ``<workspace>/<Step>`` of what it has under the name; None when it has nothing.
    :param by: ``name`` for the name or file name itself, ``alias`` for a declared alias.
    :param files: its files, absolute and sorted.
    :param visibility: who may use it, see :mod:`cursus.registry.visibility`; None when that cannot be told.
    :param detail: why it is broken, or that a row of another workspace is laid over it.
    """

    workspace: str
    layer: Layer
    outcome: Outcome
    reference: str | None = None
    by: str | None = None
    files: tuple[str, ...] = ()
    visibility: str | None = None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "workspace": self.workspace,
            "layer": self.layer.value,
            "outcome": self.outcome.value,
            "reference": self.reference,
            "by": self.by,
            "files": list(self.files),
            "visibility": self.visibility,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """How a name was looked up.

    :param layers: in the order of the search, all of them.
    :param winner: the step that is used, ``<workspace>/<Step>``; None when ``error`` says why there is none.
    """

    step: str
    workspace: str
    layers: tuple[Searched, ...]
    winner: str | None
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "step": self.step,
            "workspace": self.workspace,
            "winner": self.winner,
            "error": self.error,
            "layers": [layer.to_json() for layer in self.layers],
        }


def why(catalog: StepCatalog, step: str, workspace_id: str) -> Trace:
    """How :meth:`StepCatalog.find` comes from a name to a step.

    :param step: as in a reference; may end in ``_<job type>``.
    :raises UnknownWorkspace: there is no such workspace.
    """
    base, job = split_job(step)
    layers = [catalog.layer(w.id) for w in catalog.layers(workspace_id)]
    try:
        winner, error = catalog.find(workspace_id, base, job), None
    except CursusError as problem:
        winner, error = None, problem.message
    index = catalog.index
    searched = tuple(_searched(base, layer, layers[:at], winner, index) for at, layer in enumerate(layers))
    return Trace(step, workspace_id, searched, None if winner is None else winner.reference, error)


def _searched(
    step: str, layer: LayerSteps, above: Sequence[LayerSteps], winner: Step | None, index: WorkspaceIndex
) -> Searched:
    workspace = layer.workspace
    try:
        found, by = layer.lookup(step), "name"
        if found is None:
            found, by = layer.lookup_alias(step), "alias"
    except CursusError as error:
        files = () if error.file is None else (str(error.file),)
        return Searched(workspace.id, workspace.layer, Outcome.BROKEN, files=files, detail=error.message)
    if found is None:
        return Searched(workspace.id, workspace.layer, Outcome.ABSENT)
    won = winner is not None and (found.workspace, found.key) == (winner.workspace, winner.key)
    return Searched(
        workspace.id,
        workspace.layer,
        Outcome.WON if won else Outcome.SHADOWED,
        reference(found.workspace, found.name),
        by,
        tuple(sorted({str(c.path) for c in (*found.components.values(), *found.spec_components.values())})),
        shown(index, workspace.id, found.name),
        _laid_over(found, above),
    )


def _laid_over(found: Definition, above: Sequence[LayerSteps]) -> str:
    over = next((layer.workspace.id for layer in reversed(above) if found.key in layer.rows.overrides), None)
    return "" if over is None else f"seen with the row that '{over}' lays over it"
