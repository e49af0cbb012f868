"""``built-arguments``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cursus.model.facts import Argument
from cursus.model.finding import Finding
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument, refused
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuiltArguments(StepCheck):
    """The script's parser accepts the arguments that the job passes: it knows each, none that it requires is missing,
    and every value is of its type and among its choices.

    Why: argparse ends the script with an error before it reads anything.

    Bad::

        def _get_job_arguments(self):
            return ["--repeat", str(self.config.repeats)]     # the parser has --repeats

    Good::

        def _get_job_arguments(self):
            return ["--repeats", str(self.config.repeats)]
    """

    code = "built-arguments"
    level = Level.BUILDER_CONFIG
    builds = True
    needs = (Part.SCRIPT, Part.SPEC)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Arguments that the parser would refuse."""
        parser = {argument(a.name): a for a in step.script.facts.arguments}
        for built in step.built:
            if built.step is None:
                continue
            passed = {argument(name): value for name, value in built.step.arguments.items()}
            for why in _refused(parser, passed):
                yield self.finding(
                    step,
                    f"{step.script.path.name} would refuse the arguments of its job: {why}.",
                    file=step.file(ComponentKind.BUILDER) or step.script.path,
                    hint=f"Its arguments: {', '.join(sorted(parser)) or 'none'}.",
                )


def _refused(parser: Mapping[str, Argument], passed: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(passed.items()):
        if name not in parser:
            yield f"it has no argument '{name}'"
        elif why := refused(parser[name], value):
            yield f"'{value}' of '{name}' is {why}"
    for name, known in sorted(parser.items()):
        if known.required and name not in passed:
            yield f"'{name}' is required and not passed"
