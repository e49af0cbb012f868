"""``missing-argument``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class MissingArgument(StepCheck):
    """Every argument a contract declares is accepted by the script's parser; hyphen and underscore are one.

    Why: the job passes it, and the parser ends the script with "unrecognized arguments".

    Bad::

        # contract: expected_arguments={"job_type": "training", "seed": "1"}
        parser.add_argument("--job-type")

    Good::

        # contract: expected_arguments={"job_type": "training", "seed": "1"}
        parser.add_argument("--job-type")
        parser.add_argument("--seed", type=int)
    """

    code = "missing-argument"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Declared arguments that the script does not accept."""
        parsed = {argument(a.name): a for a in step.script.facts.arguments}
        flags = {argument(f) for a in parsed.values() for f in a.flags}
        for name in step.contract.arguments:
            if argument(name) not in parsed and argument(name) not in flags:
                known = [a.name for a in parsed.values()]
                yield self.finding(
                    step,
                    f"The contract declares argument '{name}', but {step.script.path.name} does not accept it."
                    f"{did_you_mean(name, known)}",
                    file=step.script.path,
                    line=min((a.line for a in parsed.values()), default=None),
                    hint=f'Add parser.add_argument("--{name}"), or remove it from the contract.',
                )
