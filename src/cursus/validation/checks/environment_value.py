"""``environment-value``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.lines import matches
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

#: A variable that is made a number where it is read.
_NUMBER = re.compile(r"\b(?P<kind>int|float)\(\s*[\w.]+(?:\[|\.get\(|\()\s*['\"](?P<name>\w+)['\"]")


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
        wrong = {n: v for n, v in step.contract.optional_env.items() if v and not _is(int, v)}
        source = step.files.of(step.script.path)
        for found, line in matches(_NUMBER, source) if wrong else ():
            name, kind = found["name"], found["kind"]
            value = wrong.get(name)
            if value is None or _is({"int": int, "float": float}[kind], value) or _names(source, value):
                continue
            yield self.finding(
                step,
                f"{step.script.path.name} makes a number ({kind}) of environment variable '{name}', whose default in "
                f"the contract is '{value}'.",
                file=step.script.path,
                line=line,
                hint="Correct the default in the contract, or what the script makes of it.",
            )


def _is(kind: type[int] | type[float], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _names(source: bytes, value: str) -> bool:
    return any(f"{quote}{value}{quote}".encode() in source for quote in "'\"")
