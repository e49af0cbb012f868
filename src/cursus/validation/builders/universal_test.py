"""The published builder test: the checks of level 4, and those that build."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from cursus.model.finding import Report
from cursus.registry.catalog import StepCatalog
from cursus.validation.check.level import Level
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import find_root


class UniversalStepBuilderTest:
    """Builds steps as a pipeline would and judges what comes out; one suite for every kind of step.

    The builder runs in the workspace's child process, with a small real config and no AWS; nothing is simulated.

    :param workspace_root: where the workspaces are; None to find it from the working directory.
    :param workspace: only this workspace; None for all.
    :param strict: warnings count as errors.
    :raises NoWorkspaceRoot: there is no root.
    """

    def __init__(
        self, workspace_root: str | Path | None = None, workspace: str | None = None, *, strict: bool = False
    ) -> None:
        root = find_root(None if workspace_root is None else Path(workspace_root))
        self.catalog = StepCatalog(WorkspaceIndex(root))
        self.workspaces: Sequence[str] | None = None if workspace is None else (workspace,)
        self.strict = strict

    def run_all_tests(self, steps: Collection[str] | None = None) -> Report:
        """Judge these steps; None for every step.

        :raises UnknownWorkspace, UnknownStep: one is not there.
        """
        self.catalog.index.refresh()  # somebody may have worked on the files since the last question
        report = run_checks(
            self.catalog,
            CHECKS,
            workspaces=self.workspaces,
            steps=steps,
            skip_levels=[level for level in Level if level is not Level.BUILDER_CONFIG],
            strict=self.strict,
            building=True,
        )
        return report.of_levels((Level.BUILDER_CONFIG,))
