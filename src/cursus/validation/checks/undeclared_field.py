"""``undeclared-field``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.fields import undeclared_reads
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UndeclaredField(StepCheck):
    """Every ``self.config.<field>`` a builder reads is declared by the step's config class.

    Judged where the config class goes back to the base classes of Cursus by reading; ``getattr`` with a default is
    another way to ask for a field that may not be there.

    Why: the read fails when the step is built, unless every pipeline happens to give such a value.

    Bad::

        class PrepareConfig(ProcessingStepConfigBase):
            delay_minutes: int = 15

        # builder
        minutes = self.config.delay_minute

    Good::

        # builder
        minutes = self.config.delay_minutes
    """

    code = "undeclared-field"
    level = Level.BUILDER_CONFIG
    needs = (Part.BUILDER, Part.CONFIG)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Reads of fields that are not there."""
        declared = [s.name for s in step.config.facts.symbols]
        for read in undeclared_reads(step):
            yield self.finding(
                step,
                f"{step.builder.path.name} reads 'self.config.{read.name}', which the config does not declare."
                f"{did_you_mean(read.name, declared)}",
                file=step.builder.path,
                line=read.line,
                column=read.column,
                hint=f"Declare '{read.name}' in {step.config.path.name}, or correct the name.",
            )
