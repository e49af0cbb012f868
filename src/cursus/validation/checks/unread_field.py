"""``unread-field``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.fields import unread_fields
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnreadField(StepCheck):
    """Every field that a processing or training config adds is used: as an environment variable or argument of the
    contract, by the builder, or by the config itself.

    A field reaches the script by itself under its name: ``delay_minutes`` as ``DELAY_MINUTES`` or ``--delay-minutes``.

    Why: a setting without effect; whoever sets it believes that it has one.

    Bad::

        class PrepareConfig(ProcessingStepConfigBase):
            delay_limit: int = 15        # the contract has DELAY_MINUTES

    Good::

        class PrepareConfig(ProcessingStepConfigBase):
            delay_minutes: int = 15
    """

    code = "unread-field"
    level = Level.BUILDER_CONFIG
    severity = Severity.WARNING
    needs = (Part.BUILDER, Part.CONFIG, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Fields without effect."""
        for field in unread_fields(step):
            yield self.finding(
                step,
                f"Nothing reads '{field.name}' of {step.config.path.name}.",
                file=step.config.path,
                line=field.line,
                column=field.column,
                hint="Name it like the variable or argument it is for, read it in the builder, or remove it.",
            )
