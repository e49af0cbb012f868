"""``step-type``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import ConfigurationError
from cursus.model.finding import Finding
from cursus.validation.analysis.properties import STANDARD_TYPES
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
        if step.sagemaker_type is None or step.sagemaker_type in STANDARD_TYPES:
            return
        from cursus.core.base.requests.table import kind_of

        try:
            kind_of(step.sagemaker_type, step.name)
        except ConfigurationError as error:
            spec = step.specs[0]
            yield self.finding(step, error.message, file=spec.source, line=spec.line, hint=error.hint)
