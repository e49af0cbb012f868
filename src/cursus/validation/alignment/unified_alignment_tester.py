"""The published alignment test: the checks of the four levels, chosen from the engine's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from cursus.model.finding import Report
from cursus.registry.catalog import StepCatalog
from cursus.validation.alignment.compatibility import Joint, between
from cursus.validation.check.level import STEP_LEVELS, Level
from cursus.validation.check.select import parse_level
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import find_root


class UnifiedAlignmentTester:
    """Judges how script, contract, spec, dependencies, builder and config of a step agree.

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

    def validate_specific_script(self, step: str) -> Report:
        """All four levels of one step, by its canonical or file name, or as ``<workspace>/<Step>``.

        :raises UnknownWorkspace, UnknownStep: it is not there.
        """
        return self._run((step,), STEP_LEVELS)

    def run_full_validation(
        self, target_scripts: Collection[str] | None = None, skip_levels: Collection[int | str] = ()
    ) -> Report:
        """All four levels of these steps; None for every step.

        :raises UnknownWorkspace, UnknownStep: one is not there.
        :raises ConfigurationError: a level does not exist.
        """
        skipped = {parse_level(level) for level in skip_levels}
        return self._run(target_scripts, [level for level in STEP_LEVELS if level not in skipped])

    def validate_level(self, level: int | str, target_scripts: Collection[str] | None = None) -> Report:
        """One level, by its number 1 to 4 or its name.

        :raises ConfigurationError: the level does not exist.
        """
        return self._run(target_scripts, [parse_level(level)])

    def validate_cross_workspace(
        self, workspaces: Sequence[str], components: Collection[str] | None = None
    ) -> tuple[Joint, ...]:
        """Every place where a step of one of these workspaces feeds one of another, with a verdict and its reason.

        :raises UnknownWorkspace: one is not there.
        """
        self.catalog.index.refresh()
        return between(self.catalog, workspaces, components)

    def _run(self, steps: Collection[str] | None, levels: Collection[Level]) -> Report:
        self.catalog.index.refresh()  # somebody may have worked on the files since the last question
        report = run_checks(
            self.catalog,
            CHECKS,
            workspaces=self.workspaces,
            steps=steps,
            skip_levels=[level for level in Level if level not in levels],
            strict=self.strict,
        )
        return report.of_levels(levels)
