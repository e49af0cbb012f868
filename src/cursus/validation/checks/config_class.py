"""``config-class``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.classes import binds, classes
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
        if step.entry is None or binds(step.config, (step.entry.config_class,)):
            return
        name, found = step.entry.config_class, classes(step.config)
        yield self.finding(
            step,
            f"{step.config.path.name} does not define '{name}', the config of {step.name}."
            f"{did_you_mean(name, [c.name for c in found])}",
            file=step.config.path,
            line=found[0].line if found else 1,
            column=found[0].column if found else 1,
            hint=f"Name the class {name}, or correct config_class in the registry row.",
        )
