"""``main-signature``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.facts import MainParameter
from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_EXPECTED = tuple(p.value for p in MainParameter)


class MainSignature(StepCheck):
    """A step's script has a function ``main(input_paths, output_paths, environ_vars, job_args)`` at module level.

    Why: the four parameters are how the same script is run in a test, on a laptop and in a container.

    Bad::

        def main(inputs, outputs):
            ...

    Good::

        def main(input_paths, output_paths, environ_vars, job_args):
            ...
    """

    code = "main-signature"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """A missing ``main``, or one with other parameters."""
        path, facts = step.script.path, step.script.facts
        wanted = f"main({', '.join(_EXPECTED)})"
        if facts.main is None:
            message = f"{path.name} has no function main at module level."
            yield self.finding(step, message, file=path, line=1, column=1, hint=f"Define {wanted}.")
        elif facts.main.parameters != _EXPECTED:
            written = f"main({', '.join(facts.main.parameters)})"
            yield self.finding(
                step,
                f"{path.name} defines {written}, not {wanted}.",
                file=path,
                line=facts.main.line,
                column=facts.main.column,
                hint=f"Write def {wanted}.",
            )
