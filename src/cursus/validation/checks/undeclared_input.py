"""``undeclared-input``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.facts import MainParameter
from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import respelt_key, uses
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UndeclaredInput(StepCheck):
    """Every key a script reads from ``input_paths`` is an input of its contract.

    A key read with ``.get`` or tested with ``in`` is a warning: the script goes on without it.

    Why: only declared inputs are mounted; reading any other is a ``KeyError`` when the job runs.

    Bad::

        # contract: expected_input_paths={"flights": "/opt/ml/processing/input/flights"}
        table = read(input_paths["fligths"])

    Good::

        # contract: expected_input_paths={"flights": "/opt/ml/processing/input/flights"}
        table = read(input_paths["flights"])
    """

    code = "undeclared-input"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Uses of inputs that the contract does not declare."""
        declared = step.contract.inputs
        for use in uses(step, MainParameter.INPUTS):
            if use.key not in declared:
                yield self.finding(
                    step,
                    f"{step.script.path.name} reads input '{use.key}', which the contract does not declare."
                    f"{did_you_mean(use.key, declared)}",
                    file=step.script.path,
                    line=use.line,
                    column=use.column,
                    hint=f"Declared inputs: {', '.join(sorted(declared)) or 'none'}. Correct the key, or declare it.",
                    severity=Severity.ERROR if use.required else Severity.WARNING,
                    fix=respelt_key(step, MainParameter.INPUTS, use.key, declared),
                )
