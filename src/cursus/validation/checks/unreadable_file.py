"""``unreadable-file``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cursus.model.finding import Finding
from cursus.validation.analysis.reported import Source, source_of
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck


class UnreadableFile(WorkspaceCheck):
    """Every file of a workspace can be read for what its place says it is.

    Findings of a more particular kind keep their own code.

    Why: a manifest with an unknown key, a link that leads out of the workspace, a pipe named like a script or a file
    of a gigabyte is refused; what it was meant to state is missing.

    Bad::

        # interfaces/prepare.step.yaml
        step: Prepare
        inputz: {}

    Good::

        # interfaces/prepare.step.yaml
        step: Prepare
        inputs: {}
    """

    code = "unreadable-file"
    covers = (
        "escapes-workspace",
        "file-too-large",
        "invalid-contract",
        "invalid-manifest",
        "invalid-overlay",
        "invalid-settings",
        "invalid-spec",
        "invalid-visibility",
        "invalid-workspace-id",
        "malformed-toml",
        "malformed-yaml",
        "missing-file",
        "not-a-workspace",
        "too-costly",
        "unreadable-folder",
    )

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """What was refused or could not be read."""
        for finding in workspace.reported:
            if source_of(finding.code) is Source.FILE:
                yield finding if finding.code in self.codes else replace(finding, code=self.code)
