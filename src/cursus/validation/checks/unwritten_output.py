"""``unwritten-output``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.facts import MainParameter
from cursus.model.finding import Finding
from cursus.validation.analysis.idle import idle_outputs
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import unused, uses
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnwrittenOutput(StepCheck):
    """Every output a contract declares is written by the script.

    Naming the output, making its folder, looking into it or telling of it is not enough; code behind a ``return`` or
    ``raise`` is not counted. An output that is handed to other code is taken as written.

    Why: the job uploads an empty folder, and the step that waits for the output fails far from the cause.

    Bad::

        # contract declares outputs "features" and "report"
        write(table, output_paths["features"])

    Good::

        # contract declares outputs "features" and "report"
        write(table, output_paths["features"])
        write(summary, output_paths["report"])
    """

    code = "unwritten-output"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Declared outputs that the script never touches."""
        main = step.script.facts.main
        for name in unused(step, MainParameter.OUTPUTS, iter(step.contract.outputs)):
            yield self.finding(
                step,
                f"{step.script.path.name} never writes output '{name}', which the contract declares.",
                file=step.script.path,
                line=main.line if main else None,
                column=main.column if main else None,
                hint=f"Write to output_paths[\"{name}\"], or remove '{name}' from contract and spec.",
            )
        used = frozenset(use.key for use in uses(step, MainParameter.OUTPUTS)) & step.contract.outputs.keys()
        for name, line, column in idle_outputs(step.files.of(step.script.path), used):
            yield self.finding(
                step,
                f"{step.script.path.name} names output '{name}', but writes nothing to it.",
                file=step.script.path,
                line=line,
                column=column,
                hint=f"Write to output_paths[\"{name}\"], or remove '{name}' from contract and spec.",
            )
