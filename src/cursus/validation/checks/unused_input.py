"""``unused-input``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.facts import MainParameter
from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import unused
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnusedInput(StepCheck):
    """Every input a contract declares is read by the script.

    Why: the step waits for the data, and the job downloads it, for nothing; or the script meant to read it and forgot.

    Bad::

        # contract declares inputs "flights" and "weather"
        table = read(input_paths["flights"])

    Good::

        # contract declares inputs "flights" and "weather"
        table = join(read(input_paths["flights"]), read(input_paths["weather"]))
    """

    code = "unused-input"
    level = Level.SCRIPT_CONTRACT
    severity = Severity.WARNING
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Declared inputs that the script never touches."""
        main = step.script.facts.main
        for name in unused(step, MainParameter.INPUTS, iter(step.contract.inputs)):
            yield self.finding(
                step,
                f"{step.script.path.name} never reads input '{name}', which the contract declares.",
                file=step.script.path,
                line=main.line if main else None,
                column=main.column if main else None,
                hint=f"Read input_paths[\"{name}\"], or remove '{name}' from contract and spec.",
            )
