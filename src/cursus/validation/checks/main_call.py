"""``main-call``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.facts import MainCall
from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class MainCalled(StepCheck):
    """A script that is run as a program calls its ``main`` with all four arguments, and one that is imported does not.

    Followed are calls through functions of the same module.

    Why: the container runs the file; without the call the job succeeds having done nothing, and with an argument
    missing it fails before it reads anything. A test that imports the script must not start it.

    Bad::

        def main(input_paths, output_paths, environ_vars, job_args): ...

        main(INPUTS, OUTPUTS, dict(os.environ))

    Good::

        def main(input_paths, output_paths, environ_vars, job_args): ...

        if __name__ == "__main__":
            main(INPUTS, OUTPUTS, dict(os.environ), parser.parse_args())
    """

    code = "main-call"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """No call, one on import, one with other arguments."""
        path, facts = step.script.path, step.script.facts
        if facts.main is None:
            return
        hint = f'Write: if __name__ == "__main__": main({", ".join(facts.main.parameters)})'
        if not facts.calls:
            message = f"{path.name} never calls main when it is run."
            yield self.finding(step, message, file=path, line=facts.main.line, column=facts.main.column, hint=hint)
        for call in facts.calls:
            why = "is made when the file is imported" if not call.guarded else _wrong(call, facts.main.parameters)
            if why:
                message = f"The call of main in {path.name} {why}."
                yield self.finding(step, message, file=path, line=call.line, column=call.column, hint=hint)


def _wrong(call: MainCall, parameters: tuple[str, ...]) -> str | None:
    """What is wrong with the arguments; None when nothing is, or when they are not all written out."""
    for position, name in enumerate(call.arguments):
        if name in parameters and position < len(parameters) and parameters[position] != name:
            return f"gives '{name}' where '{parameters[position]}' belongs"
    for position, (meant, other) in enumerate((("input", "output"), ("output", "input"))):
        name = call.arguments[position].lower() if len(call.arguments) > position else ""
        if other in name and meant not in name and parameters[:2] == ("input_paths", "output_paths"):
            return f"gives '{call.arguments[position]}' where '{parameters[position]}' belongs"
    last = call.arguments[3].lower() if len(call.arguments) > 3 else ""
    if last.endswith("parser"):
        return f"gives '{call.arguments[3]}' where what it has parsed belongs"
    unknown = [name for name in call.keywords if name not in parameters]
    if unknown:
        return f"gives '{unknown[0]}', which main does not take"
    twice = [name for name in call.keywords if name in parameters[: len(call.arguments)]]
    if twice:
        return f"gives '{twice[0]}' twice"
    given = len(call.arguments) + len(call.keywords)
    if given != len(parameters) and not call.starred:
        return f"gives {given} of its {len(parameters)} arguments"
    return None
