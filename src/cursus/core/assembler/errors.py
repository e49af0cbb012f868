"""What can be wrong with a pipeline while it is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from cursus.errors import ConfigurationError, CursusError, PipelineError, did_you_mean
from cursus.model.finding import Finding
from cursus.model.step import Step


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

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  [{f.code}] {f.message}" for f in self.findings)])


class StepNotBuildable(PipelineError):
    """A step that is there but lacks what a plan needs: its spec, its script, a config value."""

    code = "step-not-buildable"


class MissingDependency(PipelineError):
    """A step depends on one that is not in the graph."""

    code = "missing-dependency"

    def __init__(self, step: str, missing: str, nodes: Iterable[str]) -> None:
        super().__init__(
            f"Step '{step}' depends on '{missing}', which is not in the graph.{did_you_mean(missing, nodes)}",
            hint=f"Add '{missing}', or remove the dependency.",
            step=step,
        )


class ConfigClassMismatch(ConfigurationError):
    """A config that was made for another class than the one its step has."""

    code = "config-class-mismatch"

    def __init__(self, node: str, step: Step, config_class: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"The config of '{node}' is a {config_class}, but {step.reference} is configured with "
            f"{' or '.join(allowed)}.{did_you_mean(config_class, allowed)}",
            hint=f"Write the config of '{node}' with that class.",
            workspace=step.workspace,
            step=node,
        )


class BuilderFailed(PipelineError):
    """Hand-written config or builder code that raised, hung, or ended its process."""

    code = "builder-failed"
