"""``spec-type``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.model.workspace import fold
from cursus.registry.names import split_job
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class SpecType(StepCheck):
    """The step type of a spec is the one of its registry row, with the job type behind it in a job variant.

    Why: other steps name the step by this type among their sources; a spec of another type is found by none of them.

    Bad::

        # registry row: spec_type "FlightFeatures"
        StepSpecification(step_type="FlightFeature", ...)

    Good::

        # registry row: spec_type "FlightFeatures"
        StepSpecification(step_type="FlightFeatures", ...)
    """

    code = "spec-type"
    level = Level.CONTRACT_SPEC
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Specs of another type."""
        if step.entry is None:
            return
        expected = step.entry.spec_type
        for spec in step.specs:
            if {fold(spec.step_type), fold(split_job(spec.step_type)[0])}.isdisjoint({fold(expected), fold(step.name)}):
                yield self.finding(
                    step,
                    f"The spec is of step type '{spec.step_type}', but the registry row says '{expected}'."
                    f"{did_you_mean(spec.step_type, [expected])}",
                    file=spec.source,
                    line=spec.line,
                    hint=f'Write step_type="{expected}", or correct spec_type in the registry row.',
                )
