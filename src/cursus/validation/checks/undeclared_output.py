"""``undeclared-output``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.facts import MainParameter
from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import respelt_key, uses
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UndeclaredOutput(StepCheck):
    """Every key a script uses of ``output_paths`` is an output of its contract.

    A key read with ``.get`` or tested with ``in`` is a warning: the script goes on without it.

    Why: only declared outputs are uploaded; any other key is a ``KeyError`` when the job runs.

    Bad::

        # contract: expected_output_paths={"features": "/opt/ml/processing/output/features"}
        write(table, output_paths["feature_table"])

    Good::

        # contract: expected_output_paths={"features": "/opt/ml/processing/output/features"}
        write(table, output_paths["features"])
    """

    code = "undeclared-output"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Uses of outputs that the contract does not declare."""
        declared = step.contract.outputs
        for use in uses(step, MainParameter.OUTPUTS):
            if use.key not in declared:
                yield self.finding(
                    step,
                    f"{step.script.path.name} writes output '{use.key}', which the contract does not declare."
                    f"{did_you_mean(use.key, declared)}",
                    file=step.script.path,
                    line=use.line,
                    column=use.column,
                    hint=f"Declared outputs: {', '.join(sorted(declared)) or 'none'}. Correct the key, or declare it.",
                    severity=Severity.ERROR if use.required else Severity.WARNING,
                    fix=respelt_key(step, MainParameter.OUTPUTS, use.key, declared),
                )
