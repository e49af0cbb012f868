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
        main = step.script.facts.main
        contract = step.read_contract.value
        if contract is not None and contract.arguments and parses_unseen(step):
            yield self.finding(
                step,
                f"{step.script.path.name} accepts arguments that reading does not tell; "
                "whether it accepts all that are declared was not judged.",
                file=step.script.path,
                line=main.line if main else None,
                column=main.column if main else None,
                hint="Add arguments by literal names in the script, where you can.",
            )
        for parameter in step.script.facts.dynamic_keys:
            yield self.finding(
                step,
                f"{step.script.path.name} uses '{parameter}' with keys that reading does not tell; "
                "whether all that is declared of it is used was not judged.",
                file=step.script.path,
                line=main.line if main else None,
                column=main.column if main else None,
                hint="Use literal keys where you can.",
            )
