"""``refused-default``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.defaults import refused_defaults
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class RefusedDefault(StepCheck):
    """The default of a config field is a value that the field itself would accept.

    Judged where default and condition are literals: bounds, lengths, patterns, ``Literal`` and numbers.

    Why: a default is not held against its field unless ``validate_default`` says so. The job then gets a value that
    nobody may give it, or the config cannot be made by whoever leaves the field out.

    Bad::

        rounds: int = Field(default=0, ge=1)

    Good::

        rounds: int = Field(default=1, ge=1)
    """

    code = "refused-default"
    level = Level.BUILDER_CONFIG
    needs = (Part.CONFIG,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Each such default."""
        for refused in refused_defaults(step.files.of(step.config.path)):
            yield self.finding(
                step,
                f"The default of '{refused.field}' in {step.config.path.name} {refused.why}.",
                file=step.config.path,
                line=refused.line,
                column=refused.column,
                hint="Correct the default, or the condition of the field.",
            )
