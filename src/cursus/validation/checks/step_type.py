"""``step-type``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.properties import why_unknown
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class StepType(StepCheck):
    """The SageMaker step type in a step's registry row or manifest is one that can be built.

    Why: the type decides which request the step becomes; a step of no known type can be in no pipeline.

    Bad::

        sagemaker_step_type: Procesing

    Good::

        sagemaker_step_type: Processing
    """

    code = "step-type"
    level = Level.CONTRACT_SPEC
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """A type that no kind of step has."""
        why = why_unknown(step.sagemaker_type)
        if why:
            spec = step.specs[0]
            hint = "Correct sagemaker_step_type in the step's registry row or manifest."
            yield self.finding(step, f"{step.name}: {why}", file=spec.source, line=spec.line, hint=hint)
