"""``exit-in-main``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class ExitInMain(StepCheck):
    """``main`` returns or raises; it does not end the process, nor does a function of the script that it calls.

    Why: whoever calls ``main``, a test or another script, is ended with it and learns nothing of the cause; an exit
    with 0 half-way even looks like success.

    Bad::

        def main(input_paths, output_paths, environ_vars, job_args):
            if not flights:
                sys.exit(1)

    Good::

        def main(input_paths, output_paths, environ_vars, job_args):
            if not flights:
                raise ValueError("there are no flights to learn from")
    """

    code = "exit-in-main"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Statements that end the process."""
        for end in step.script.facts.exits:
            yield self.finding(
                step,
                f"{end.name} ends the process inside main of {step.script.path.name}.",
                file=step.script.path,
                line=end.line,
                column=end.column,
                hint="Raise an error, or return; the block that calls main may exit.",
            )
