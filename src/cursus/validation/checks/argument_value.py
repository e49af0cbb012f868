"""``argument-value``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cursus.model.facts import Argument
from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_TYPES: dict[str, Callable[[str], object]] = {"int": int, "float": float}


class ArgumentValue(StepCheck):
    """The default a contract gives an argument is a value that the script's parser accepts.

    Why: the default is what the job passes when nothing else is configured; the parser ends the script when it is of
    the wrong type or not among the choices.

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
            why = _refused(accepts, value) if accepts is not None and value is not None else None
            if why:
                yield self.finding(
                    step,
                    f"The contract's default '{value}' of argument '{name}' is {why}.",
                    file=step.contract.source,
                    line=step.contract.line,
                    hint=f"Correct the default, or the argument in {step.script.path.name}.",
                )


def _refused(accepts: Argument, value: str) -> str | None:
    if accepts.choices is not None and value not in accepts.choices:
        return f"not among the script's choices {', '.join(accepts.choices)}"
    convert = _TYPES.get(accepts.type or "")
    if convert is None:
        return None
    try:
        convert(value)
    except ValueError:
        return f"not of the script's type {accepts.type}"
    return None
