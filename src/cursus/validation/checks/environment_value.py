"""``environment-value``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.lines import quoted
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

#: What makes a number of the variable whose name follows.
_NUMBER = re.compile(r"\b(int|float)\(\s*[\w.]+(?:\[|\.get\(|\()\s*$")


class EnvironmentValue(StepCheck):
    """The default a contract gives an environment variable is a number where the script makes a number of it.

    An empty default, and one that the script names itself, may be meant as a word of its own.

    Why: the default is what the job gets when nothing else is configured; the script then fails before it has done
    anything.

    Bad::

        # contract: optional_env_vars={"DELAY_MINUTES": "15 minutes"}
        minutes = float(environ_vars["DELAY_MINUTES"])

    Good::

        # contract: optional_env_vars={"DELAY_MINUTES": "15"}
        minutes = float(environ_vars["DELAY_MINUTES"])
    """

    code = "environment-value"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Defaults that are no such number."""
        source = step.files.of(step.script.path)
        stated = {name: value for name, value in step.contract.optional_env.items() if value and not _is(int, value)}
        found = [(name, place) for name in stated for place in quoted(source, name)]
        for name, place in found:
            made, value = _NUMBER.search(place.before), stated[name]
            if made is None or _is({"int": int, "float": float}[made[1]], value) or any(quoted(source, value)):
                continue
            yield self.finding(
                step,
                f"{step.script.path.name} makes a number ({made[1]}) of environment variable '{name}', "
                f"whose default in the contract is '{value}'.",
                file=step.script.path,
                line=place.line,
                hint="Correct the default in the contract, or what the script makes of it.",
            )


def _is(kind: type[int] | type[float], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
