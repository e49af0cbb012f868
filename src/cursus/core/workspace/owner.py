"""Which workspace a step is meant from when none is named."""

from __future__ import annotations

from cursus.errors import UnknownStep, UsageError
from cursus.model.workspace import CORE_ID, Layer, fold
from cursus.registry.catalog import StepCatalog


def owner_of(catalog: StepCatalog, step: str) -> str:
    """The one workspace that has ``step``: of the developers if any has it, else shared or core.

    :raises UsageError: several developers have it; they are listed, none is chosen.
    :raises UnknownStep: nobody has it.
    """
    tree = catalog.index.tree
    owners = having(catalog, step)
    developers = [w for w, layer in owners.items() if layer is Layer.DEVELOPER]
    if len(developers) > 1:
        raise UsageError(
            f"Step '{step}' is defined in several workspaces: {', '.join(developers)}.",
            hint=f"Say which: {developers[0]}/{step}, or --workspace {developers[0]}",
        )
    if developers:
        return developers[0]
    if owners:
        return next(iter(owners))
    names = {s.name for w in tree.workspaces for s in catalog.steps(w.id)}
    raise UnknownStep(step, [w.id for w in tree.workspaces] or [CORE_ID], sorted(names))


def having(catalog: StepCatalog, step: str) -> dict[str, Layer]:
    """The workspaces that have a step of that name, sound or broken, each with its layer."""
    key = fold(step)
    return {
        w.id: w.layer
        for w in catalog.index.tree.workspaces
        if key in {s.key for s in catalog.steps(w.id)} or key in catalog.layer(w.id).errors
    }
