"""``argument-value``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument, refused
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class ArgumentValue(StepCheck):
    """The default a contract gives an argument is a value that the script's parser accepts, and reads as it is meant.

    Why: the default is what the job passes when nothing else is configured; the parser ends the script when it is of
    the wrong type, not among the choices, or given to a flag (``store_true``); ``type=bool`` reads ``False`` as true.

    Bad::

        # contract: expected_arguments={"job_type": "train"}
        parser.add_argument("--job-type", choices=["training", "validation"])

    Good::

        # contract: expected_arguments={"job_type": "training"}
        parser.add_argument("--job-type", choices=["training", "validation"])
    """

    code = "argument-value"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Defaults that the parser would refuse."""
        parsed = {argument(a.name): a for a in step.script.facts.arguments}
        for name, value in step.contract.arguments.items():
            accepts = parsed.get(argument(name))
            why = refused(accepts, value) if accepts is not None and value is not None else None
            if why:
                yield self.finding(
                    step,
                    f"The contract's default '{value}' of argument '{name}' is {why}.",
                    file=step.contract.source,
                    line=step.contract.line,
                    hint=f"Correct the default, or the argument in {step.script.path.name}.",
                )
