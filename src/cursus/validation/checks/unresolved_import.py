"""``unresolved-import``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cursus.errors import CursusError
from cursus.model.facts import Import, ModuleFacts
from cursus.model.finding import Finding
from cursus.model.workspace import Layer, Workspace
from cursus.validation.analysis.modules import Target, exists
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck
from cursus.workspace.layout import PYTHON_SUFFIX, source_root


class UnresolvedImport(WorkspaceCheck):
    """What is imported from ``cursus_dev``, or relatively, is a module of the workspace or of shared.

    Why: the import fails when the step runs. A module of that name in another developer's workspace does not count,
    even where a search path of somebody's machine happens to find it.

    Bad::

        from cursus_dev.steps.scripts._tables import read    # there is no such file here

    Good::

        from cursus_dev.steps.scripts._dates import parse    # scripts/_dates.py is there
    """

    code = "unresolved-import"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Imports of modules that are not there."""
        if workspace.workspace.layer is Layer.CORE:
            return
        places = _Places(workspace)
        for path, imports in workspace.imports.items():
            for statement, target in imports:
                missing = self._missing(statement, target, places)
                if missing:
                    yield self._found(workspace, path, statement, missing)

    def _missing(self, statement: Import, target: Target | None, places: _Places) -> str | None:
        if target is None or target.dotted is None:
            return None
        if not places.have(target.dotted):
            return target.dotted
        for name in statement.names:
            dotted = f"{target.dotted}.{name}"
            if name != "*" and not places.have(dotted) and not places.may_bind(target.dotted):
                return dotted
        return None

    def _found(self, workspace: WorkspaceSubject, path: Path, statement: Import, missing: str) -> Finding:
        elsewhere = workspace.offers.elsewhere(missing, workspace.others)
        if elsewhere:
            hint = f"It is in workspace '{elsewhere}'; move it to shared/ or copy it here."
        else:
            hint = "Write the module, or correct the import."
        where = "neither in this workspace nor in shared" if _shared(workspace) else "not in this workspace"
        return self.finding(
            workspace,
            f"{path.name} imports '{missing}', which is {where}.",
            file=path,
            line=statement.line,
            column=statement.column,
            step=workspace.step_of.get(path),
            hint=hint,
        )


def _shared(workspace: WorkspaceSubject) -> list[Workspace]:
    tree = workspace.catalog.index.tree
    return [w for w in tree.workspaces if w.layer is Layer.SHARED and w.id != workspace.workspace.id]


class _Places:
    """Where a workspace's imports are looked for: in it and in shared."""

    def __init__(self, workspace: WorkspaceSubject) -> None:
        self._index = workspace.catalog.index
        self._places = [workspace.workspace, *_shared(workspace)]
        self.have = cache(self._have)
        self._bound = cache(self._bound_names)

    def _have(self, dotted: str) -> bool:
        """Whether there is a module or package of that name."""
        return any(exists(place, dotted) for place in self._places)

    def may_bind(self, dotted: str) -> bool:
        """Whether names may be bound in that module; only of a package with an empty ``__init__.py`` it is not so."""
        return any(self._bound(place, dotted) for place in self._places)

    def _bound_names(self, place: Workspace, dotted: str) -> bool:
        base = f"{source_root(place)}/{dotted.replace('.', '/')}"
        if not os.path.isdir(base):  # noqa: PTH112 - for every import
            return os.path.isfile(base + PYTHON_SUFFIX)  # noqa: PTH113
        init = Path(base, "__init__.py")
        if not init.is_file():
            return False
        try:
            facts: ModuleFacts = self._index.module(init)
        except CursusError:
            return True
        return bool(facts.symbols or facts.imports)
