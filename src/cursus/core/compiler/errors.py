"""What a compile or a deployment can fail with."""

from __future__ import annotations

from collections.abc import Sequence

from cursus.core.compiler.exceptions import CompilationError
from cursus.errors import CursusError, PipelineError
from cursus.model.finding import Finding

_SHOWN = 20


class DefinitionError(CompilationError):
    """A pipeline definition that SageMaker would refuse.

    :param pipeline: the pipeline's name.
    :param findings: every error found, each with its step, member and reason.
    """

    code = "definition"

    def __init__(self, pipeline: str, findings: Sequence[Finding]) -> None:
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        first = findings[0] if findings else None
        super().__init__(
            f"SageMaker would not accept the definition of pipeline '{pipeline}': {problems}.",
            hint="cursus compile PIPELINE --plan shows what each step was built from.",
            step=first.step if first else None,
            workspace=first.workspace if first else None,
        )
        self.pipeline = pipeline
        self.findings = tuple(findings)

    def __str__(self) -> str:
        lines = [f"  [{f.code}] {f.message}" for f in self.findings[:_SHOWN]]
        if len(self.findings) > _SHOWN:
            lines.append(f"  … and {len(self.findings) - _SHOWN} more")
        return "\n".join([self.message, *lines])


class DeploymentError(CursusError):
    """A call to AWS that was refused or did not get through.

    :param action: what was attempted, as a verb: ``create``, ``start``, ``upload code of``, …
    :param cause: what the service or the connection said.
    """

    code = "deployment"
    exit_code = PipelineError.exit_code

    def __init__(self, action: str, pipeline: str, cause: str, *, hint: str | None = None) -> None:
        super().__init__(f"Could not {action} pipeline '{pipeline}': {cause}", hint=hint)
        self.action = action
        self.pipeline = pipeline
        self.cause = cause


class CodeLocation(PipelineError):
    """A step whose code is to be where nothing can be uploaded before the pipeline runs."""

    code = "code-location"

    def __init__(self, step: str, workspace: str, place: object) -> None:
        super().__init__(
            f"The code of step '{step}' cannot be uploaded: its place, {place}, is no fixed s3:// address.",
            hint="Give 'bucket' (or 'pipeline_s3_loc') a fixed value in the pipeline's config.",
            step=step,
            workspace=workspace,
        )
