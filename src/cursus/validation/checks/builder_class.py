"""``builder-class``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.classes import binds, classes
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
        if step.entry is None or binds(step.builder, (step.entry.builder_step_name, f"{step.name}Builder")):
            return
        name, found = step.entry.builder_step_name, classes(step.builder)
        yield self.finding(
            step,
            f"{step.builder.path.name} does not define '{name}', the builder of {step.name}."
            f"{did_you_mean(name, [c.name for c in found])}",
            file=step.builder.path,
            line=found[0].line if found else 1,
            column=found[0].column if found else 1,
            hint=f"Name the class {name}, or correct builder_step_name in the registry row.",
        )
