"""``swallowed-failure``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class SwallowedFailure(StepCheck):
    """When ``main`` fails, the process fails: errors are not hidden, and a status that it returns is passed on.

    A handler may hide an error it names; one of every error (``except:``, ``except Exception:``) around the call of
    ``main``, or around the making of the outputs in it and in functions it hands them to, has to raise, or to end with
    another status than 0. ``suppress(Exception)``, and ``return`` or ``sys.exit(0)`` behind ``finally``, hide as much.

    Why: the job counts as succeeded, its outputs are empty or old, and the step after it fails, or does not.

    Bad::

        try:
            main(INPUTS, OUTPUTS, dict(os.environ), arguments)
        except Exception as error:
            print(error)

    Good::

        try:
            main(INPUTS, OUTPUTS, dict(os.environ), arguments)
        except Exception:
            log.exception("failed")
            raise
    """

    code = "swallowed-failure"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Handlers that hide everything, and results that are thrown away."""
        facts, name = step.script.facts, step.script.path.name
        around = [call.swallowed for call in facts.calls if call.swallowed is not None]
        for line in sorted({*around, *facts.swallows}):
            yield self._found(
                step,
                f"This line of {name} hides every error; the process ends as though nothing had happened.",
                line,
                "Raise the error again, or end with sys.exit(1).",
            )
        for call in facts.calls:
            if facts.failures and not call.used:
                yield self._found(
                    step,
                    f"main of {name} returns a status (line {facts.failures[0]}), but the call throws it away.",
                    call.line,
                    "Write: sys.exit(main(...)), or have main raise an error.",
                )

    def _found(self, step: StepSubject, message: str, line: int, hint: str) -> Finding:
        return self.finding(step, message, file=step.script.path, line=line, hint=hint)
