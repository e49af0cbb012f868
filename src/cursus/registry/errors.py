"""What can be wrong with a step that is asked for by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cursus.errors import CursusError, UnknownStep


class StepConflict(CursusError):
    """Two definitions claim one name in one workspace, or a name of a lower layer without saying so.

    :param definitions: every definition, as ``<workspace>: <where>``.
    """

    code = "registry-conflict"

    def __init__(
        self,
        message: str,
        definitions: Sequence[str],
        *,
        hint: str,
        workspace: str,
        step: str,
        file: Path | None = None,
    ) -> None:
        super().__init__(
            f"{message} Definitions: {'; '.join(definitions)}.", hint=hint, workspace=workspace, step=step, file=file
        )
        self.definitions = tuple(definitions)


class IncompleteStep(CursusError):
    """A workspace has a builder or config for a step but nothing that states the step itself."""

    code = "incomplete-step"

    def __init__(self, workspace: str, step: str, files: Sequence[Path]) -> None:
        listing = ", ".join(path.name for path in files)
        super().__init__(
            f"Workspace '{workspace}' has {listing} for step '{step}', but no script, contract, spec or manifest.",
            hint="Add them, or, to change only a step of shared or core, declare it in STEP_OVERRIDES of "
            "registry/workspace_registry.py.",
            workspace=workspace,
            step=step,
            file=files[0],
        )


class StepHasNoFiles(UnknownStep):
    """The table has a row of that name, but no layer has files for it."""

    def __init__(self, step: str, searched: Sequence[str]) -> None:
        where = ", ".join(f"'{w}'" for w in searched)
        CursusError.__init__(
            self,
            f"Step '{step}' is only a row of the registry: no files of it are in {where}.",
            hint="cursus workspace discover components lists the steps that can be used",
            workspace=searched[0],
            step=step,
        )
        self.known = ()


class UnknownJob(UnknownStep):
    """The step is there, but not for that job type, or only for job types that have to be named."""

    def __init__(self, workspace: str, step: str, job_type: str | None, jobs: Sequence[str]) -> None:
        asked = "without a job type" if job_type is None else f"for the job type '{job_type}'"
        CursusError.__init__(
            self,
            f"Step '{workspace}/{step}' is not defined {asked}. Its job types: {', '.join(jobs)}.",
            hint=f"Say which one: job_type: {jobs[0]}",
            workspace=workspace,
            step=step,
        )
        self.known = tuple(jobs)
