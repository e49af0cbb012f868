"""``naming``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck


class Naming(WorkspaceCheck):
    """Every file in a component folder is named after its step in the way of that folder.

    Modules that are no components start with an underscore.

    Why: components are found by their names, without running anything; a file whose name says nothing is not used.

    Bad::

        contracts/prepare.py
        builders/PrepareBuilder.py

    Good::

        contracts/prepare_contract.py
        builders/builder_prepare_step.py
    """

    code = "naming"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Files that follow no convention."""
        return (f for f in workspace.reported if f.code == self.code)
