"""``registry-conflict``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck


class RegistryConflict(WorkspaceCheck):
    """A step name means one step: two steps of a workspace do not share a name, and a row of a lower layer is replaced
    only by saying so.

    Why: a step that takes the name of a bundled one by accident changes every pipeline of its workspace without a word.

    Bad::

        # registry/workspace_registry.py
        WORKSPACE_STEPS = {"Package": {"config_class": "MyPackageConfig", ...}}

    Good::

        # registry/workspace_registry.py
        STEP_OVERRIDES = {"Package": {"config_class": "MyPackageConfig", ...}}
    """

    code = "registry-conflict"
    covers = ("override-of-nothing",)

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Conflicts that resolving the workspace's names has found."""
        return (f for f in workspace.reported if f.code in self.codes)
