"""``builder-build``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cursus.model.finding import Finding
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuilderBuild(StepCheck):
    """The step is built, from a small real config, to a definition that SageMaker accepts.

    The config is that of a pipeline of the tree where one uses the step, else a value for whatever has to be given.

    Why: a builder that raises, hangs or makes a wrong request is found when the whole pipeline is compiled, by somebody
    else.

    Bad::

        def _get_environment_variables(self):
            return {"ROWS": self.config.row_count}         # a number; the request takes text

    Good::

        def _get_environment_variables(self):
            return {"ROWS": str(self.config.row_count)}
    """

    code = "builder-build"
    level = Level.BUILDER_CONFIG
    builds = True
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """What keeps a variant from being built."""
        place = step.file(ComponentKind.BUILDER) or step.file(ComponentKind.CONFIG) or step.specs[0].source
        for built in step.built:
            variant = f" as {built.job_type}" if built.job_type else ""
            for problem in built.problems:
                found = self.finding(
                    step,
                    f"{step.name} cannot be built{variant}: {problem.message}",
                    file=problem.file or place,
                    line=problem.line,
                    hint=problem.hint or "Correct the builder, the config or the interface of the step.",
                )
                yield replace(found, column=problem.column)
