"""``builder-class``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.classes import lacking
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuilderClass(StepCheck):
    """A builder's module defines the class that the step's registry row names, or ``<Step>Builder``.

    Why: the class is looked up by that name when the step is built; without it the pipeline fails there.

    Bad::

        # builders/builder_prepare_step.py, row: builder_step_name "PrepareStepBuilder"
        class Preparation(StepBuilderBase): ...

    Good::

        # builders/builder_prepare_step.py, row: builder_step_name "PrepareStepBuilder"
        class PrepareStepBuilder(StepBuilderBase): ...
    """

    code = "builder-class"
    level = Level.BUILDER_CONFIG
    needs = (Part.BUILDER,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """A module without the class."""
        if step.entry is None:
            return
        name, whose = step.entry.builder_step_name, f"the builder of {step.name}"
        found = lacking(step.builder, name, whose=whose, key="builder_step_name", also=(f"{step.name}Builder",))
        if found:
            yield self.finding(
                step, found.message, file=step.builder.path, line=found.line, column=found.column, hint=found.hint
            )
