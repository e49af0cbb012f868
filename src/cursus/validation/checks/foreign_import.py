"""``foreign-import``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

from cursus.model.facts import Import
from cursus.model.finding import Finding
from cursus.validation.analysis.modules import Target
from cursus.validation.analysis.reach import Means
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck
from cursus.workspace.layout import DEVELOPERS, PACKAGE

_HINT = "Move what both need to shared/src/cursus_dev, and import it as cursus_dev.… from there."


class ForeignImport(WorkspaceCheck):
    """No file imports the code of another developer's workspace, at module level or inside a function.

    Why: workspaces are isolated; the other developer may rename the module at any time, and in the container where the
    step runs the other workspace does not exist.

    Bad::

        from developers.risk.src.cursus_dev.steps.scripts.calibration import fit
        from .....risk.src.cursus_dev.steps.scripts import calibration

    Good::

        from cursus_dev.steps.scripts.calibration import fit    # of this workspace or of shared
    """

    code = "foreign-import"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Import statements and dynamic imports by name that leave the workspace."""
        whose_of = cache(partial(_whose, workspace=workspace))  # most files import the same few modules
        for path, imports in workspace.imports.items():
            for statement, target in imports:
                whose = self._leaves(statement, target, whose_of)
                if whose:
                    where = " inside a function" if statement.in_function else ""
                    yield self._found(workspace, path, statement.line, statement.column, f"imports {whose}{where}")
            for reach in workspace.reached[path]:
                if reach.means is Means.BY_NAME and reach.texts:
                    whose = _whose(reach.texts[0], workspace)
                    if whose:
                        yield self._found(workspace, path, reach.line, reach.column, f"imports {whose} by name")

    def _leaves(self, statement: Import, target: Target | None, whose_of: Callable[[str], str | None]) -> str | None:
        """What the import reaches outside the workspace, as words; None when it stays inside or is of a library."""
        if target is not None:
            return None if target.inside else f"'{'.' * statement.level}{statement.module}', outside its own package"
        if statement.level:
            return None
        return whose_of(statement.module)

    def _found(self, workspace: WorkspaceSubject, path: Path, line: int, column: int, what: str) -> Finding:
        return self.finding(
            workspace,
            f"{path.name} {what}; a workspace may use its own code, shared code and the core only.",
            file=path,
            line=line,
            column=column,
            step=workspace.step_of.get(path),
            hint=_HINT,
        )


def _whose(module: str, workspace: WorkspaceSubject) -> str | None:
    """``'developers.risk…' of workspace 'risk'`` for a dotted name that leads into another workspace, else None."""
    names = module.split(".")
    top = names[0]
    if top == PACKAGE:
        return None
    owner = next((n for n in names if n in workspace.others), None)
    if top == DEVELOPERS or PACKAGE in names:
        return f"'{module}'" + (f" of workspace '{owner}'" if owner else ", a workspace folder")
    library = top in sys.stdlib_module_names or top in workspace.declared
    if top in workspace.others and not library:
        return f"'{module}' of workspace '{top}'"
    return None
