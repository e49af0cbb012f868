"""``dynamic-access``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import parses_unseen
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class DynamicAccess(StepCheck):
    """The keys a script uses of ``main``'s parameters, and the arguments that it accepts, can be known by reading.

    Why: where a key is computed, or the whole dictionary is handed to other code, nobody can say beforehand whether
    all that is declared is used; the rules about unused names then stay silent, and this says so.

    Bad::

        for name in input_paths:
            load(input_paths[name])

    Good::

        load(input_paths["flights"])
        load(input_paths["weather"])
    """

    code = "dynamic-access"
    level = Level.SCRIPT_CONTRACT
    severity = Severity.INFO
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Parameters of ``main`` whose use is not known completely, and parsers whose arguments are not."""
        contract = step.read_contract.value
        if contract is not None and contract.arguments and parses_unseen(step):
            yield self._told(
                step,
                "accepts arguments that reading does not tell; "
                "whether it accepts all that are declared was not judged.",
                "Add arguments by literal names in the script, where you can.",
            )
        for parameter in step.script.facts.dynamic_keys:
            yield self._told(
                step,
                f"uses '{parameter}' with keys that reading does not tell; "
                "whether all that is declared of it is used was not judged.",
                "Use literal keys where you can.",
            )

    def _told(self, step: StepSubject, message: str, hint: str) -> Finding:
        script, main = step.script.path, step.script.facts.main
        line, column = (main.line, main.column) if main else (None, None)
        return self.finding(step, f"{script.name} {message}", file=script, line=line, column=column, hint=hint)
