"""``config-class``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.classes import lacking
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class ConfigClass(StepCheck):
    """A config's module defines the class that the step's registry row names.

    Why: the class is looked up by that name when the step is configured; without it the pipeline fails there.

    Bad::

        # configs/config_prepare_step.py, row: config_class "PrepareConfig"
        class PreparationSettings(ProcessingStepConfigBase): ...

    Good::

        # configs/config_prepare_step.py, row: config_class "PrepareConfig"
        class PrepareConfig(ProcessingStepConfigBase): ...
    """

    code = "config-class"
    level = Level.BUILDER_CONFIG
    needs = (Part.CONFIG,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """A module without the class."""
        if step.entry is None:
            return
        name, whose = step.entry.config_class, f"the config of {step.name}"
        found = lacking(step.config, name, whose=whose, key="config_class")
        if found:
            yield self.finding(
                step, found.message, file=step.config.path, line=found.line, column=found.column, hint=found.hint
            )
