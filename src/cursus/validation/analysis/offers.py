"""Which steps there are to produce what an input takes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from cursus.errors import CursusError
from cursus.model.step import Step
from cursus.model.workspace import fold
from cursus.registry.catalog import StepCatalog
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.names import split_job


class Offers:
    """Every readable step under one root and of the core; read once, when first asked."""

    def __init__(self, catalog: StepCatalog) -> None:
        self._catalog = catalog
        self._rows_of: dict[str, frozenset[str]] = {}

    def producers(self, source: str) -> tuple[Step, ...]:
        """The steps that a ``compatible_sources`` entry may mean: ``Step``, ``Step_Job`` or ``workspace/Step``."""
        workspace, _, name = source.rpartition("/")
        key = fold(split_job(name)[0])
        return tuple(s for s in self._by_key.get(key, ()) if not workspace or s.workspace == workspace)

    def broken(self, source: str) -> str | None:
        """``<workspace>/<name>`` of a step that the name may mean and that is there but cannot be read; else None."""
        workspace, _, name = source.rpartition("/")
        keys = {fold(name), fold(split_job(name)[0])}
        for candidate in self._catalog.index.tree.workspaces:
            if workspace in ("", candidate.id) and keys & self._catalog.layer(candidate.id).errors.keys():
                return f"{candidate.id}/{name}"
        return None

    def registered(self, source: str, workspace_id: str) -> bool:
        """Whether the name is that of a registry row, with or without files, seen from ``workspace_id``."""
        workspace, _, name = source.rpartition("/")
        if workspace and workspace not in {w.id for w in self._catalog.index.tree.workspaces}:
            return False
        return bool({fold(name), fold(split_job(name)[0])} & self._rows(workspace_id))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all steps that are there, for suggestions."""
        return tuple(sorted({s.name for steps in self._by_key.values() for s in steps}))

    @cached_property
    def _by_key(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self._steps():
            found.setdefault(step.key, []).append(step)
        return found

    def _rows(self, workspace_id: str) -> frozenset[str]:
        """Folded names of the rows; the core's only when the workspace's own overlay is broken."""
        if workspace_id not in self._rows_of:
            try:
                names = {*self._catalog.rows(workspace_id), *CORE_ROWS}
            except CursusError:
                # Reported where the overlay is read.
                names = {*CORE_ROWS}
            self._rows_of[workspace_id] = frozenset(fold(name) for name in names)
        return self._rows_of[workspace_id]

    def _steps(self) -> Iterator[Step]:
        for workspace in self._catalog.index.tree.workspaces:
            try:
                yield from self._catalog.steps(workspace.id)
            except CursusError:
                # That workspace's own validation reports it; the others' offers stand.
                continue
