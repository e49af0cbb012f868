"""What can be wrong with a pipeline while it is planned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cursus.errors import CursusError, PipelineError
from cursus.model.finding import Finding


class PipelineCycle(PipelineError):
    """Steps that wait for one another."""

    code = "pipeline-cycle"

    def __init__(self, pipeline: str, cycle: str, file: Path | None, line: int | None) -> None:
        super().__init__(
            f"Pipeline '{pipeline}' has a cycle, so none of its steps could start: {cycle}.",
            hint="Remove one of these edges.",
            file=file,
            line=line,
        )


class SeveralProblems(PipelineError):
    """More than one thing is wrong; each is a finding."""

    code = "pipeline-problems"

    def __init__(self, pipeline: str, errors: Sequence[CursusError], file: Path | None) -> None:
        super().__init__(f"Pipeline '{pipeline}' has {len(errors)} problems.", file=file)
        self.findings = tuple(Finding.from_error(error) for error in errors)


class StepNotBuildable(PipelineError):
    """A step that is there but lacks what a plan needs: its spec, its script, a config value."""

    code = "step-not-buildable"


class BuilderFailed(PipelineError):
    """Hand-written config or builder code that raised, hung, or ended its process."""

    code = "builder-failed"
