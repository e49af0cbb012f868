"""``undeclared-argument``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.facts import Argument, MainParameter
from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument, uses
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_TRAINING = "Training"


class UndeclaredArgument(StepCheck):
    """Every argument a script's parser has, and every attribute it reads of ``job_args``, is an argument of its
    contract; hyphen and underscore are one.

    An argument the parser does not require is a warning. A training script's optional arguments are exempt, since
    hyperparameters arrive as arguments.

    Why: only declared arguments are passed; a required one that nobody passes ends the job at once.

    Bad::

        # contract: expected_arguments={"job_type": "training"}
        parser.add_argument("--job-kind", required=True)

    Good::

        # contract: expected_arguments={"job_type": "training"}
        parser.add_argument("--job-type", required=True)
    """

    code = "undeclared-argument"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Arguments of the script that the contract does not declare."""
        declared = {argument(name): name for name in step.contract.arguments}
        parsed = {argument(a.name) for a in step.script.facts.arguments}
        for found in step.script.facts.arguments:
            if argument(found.name) not in declared:
                yield from self._parsed(step, found, sorted(declared.values()))
        for use in uses(step, MainParameter.ARGUMENTS):
            if argument(use.key) not in declared and argument(use.key) not in parsed:
                severity = Severity.ERROR if use.required else Severity.WARNING
                where = f"{step.script.path.name} reads job_args.{use.key}"
                yield self._found(step, where, use.key, (use.line, use.column), severity)

    def _parsed(self, step: StepSubject, found: Argument, declared: list[str]) -> Iterator[Finding]:
        positional = bool(found.flags) and not found.flags[0].startswith("-")
        needed = found.required or positional
        if step.sagemaker_type == _TRAINING and not needed:
            return
        severity = Severity.ERROR if needed else Severity.WARNING
        where = f"{step.script.path.name} has an argument '{found.flags[0] if found.flags else found.name}'"
        yield self._found(step, where, found.name, (found.line, found.column), severity)

    def _found(self, step: StepSubject, where: str, name: str, place: tuple[int, int], severity: Severity) -> Finding:
        declared = sorted(step.contract.arguments)
        return self.finding(
            step,
            f"{where}, which the contract does not declare.{did_you_mean(name, declared)}",
            file=step.script.path,
            line=place[0],
            column=place[1],
            hint=f"Declared arguments: {', '.join(declared) or 'none'}. Declare it in the contract, or remove it.",
            severity=severity,
        )
