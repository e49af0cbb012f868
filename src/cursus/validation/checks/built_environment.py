"""``built-environment``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuiltEnvironment(StepCheck):
    """The job gets every environment variable of the contract.

    One that the contract has a default for is a warning: the script falls back to its own.

    Why: the script fails, or runs with another value than the contract says.

    Bad::

        def _get_environment_variables(self):
            return {"SLICE_FIELDS": ",".join(self.config.slices)}

    Good::

        def _get_environment_variables(self):
            return {**super()._get_environment_variables(), "SLICE_FIELDS": ",".join(self.config.slices)}
    """

    code = "built-environment"
    level = Level.BUILDER_CONFIG
    builds = True
    needs = (Part.CONTRACT, Part.SPEC)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Variables of the contract that the built job lacks."""
        for built in step.built:
            if built.step is None:
                continue
            for name in (*step.contract.required_env, *step.contract.optional_env):
                if name not in built.step.environment:
                    yield self.finding(
                        step,
                        f"The job of {step.name} gets no environment variable '{name}', which the contract has.",
                        file=step.file(ComponentKind.BUILDER) or step.contract.source,
                        hint="Start from super()._get_environment_variables() in the builder.",
                        severity=None if name in step.contract.required_env else Severity.WARNING,
                    )
