"""``swapped-path``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.containers import within
from cursus.validation.analysis.lines import places
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level
from cursus.workspace.reading.marks import CONTAINER

#: What stands before the path of a name in a table, the path being perhaps the default of something.
_NAMED = re.compile(r"['\"](\w+)['\"]\s*:\s*[^,'\"}]*(?:['\"]\w+['\"],\s*)?['\"]$")


class SwappedPath(StepCheck):
    """Where a script says at which container path an input or output is, it is not the path of another one.

    Why: the script then reads one input as the other, or writes one output into the folder of the other, and often
    nothing fails.

    Bad::

        # contract: flights at /opt/ml/processing/input/flights, weather at /opt/ml/processing/input/weather
        INPUTS = {"flights": "/opt/ml/processing/input/weather", "weather": "/opt/ml/processing/input/flights"}

    Good::

        INPUTS = {"flights": "/opt/ml/processing/input/flights", "weather": "/opt/ml/processing/input/weather"}
    """

    code = "swapped-path"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Names with the path of another."""
        ports = [*step.contract.inputs.items(), *step.contract.outputs.items()]
        if len(ports) < 2:
            return
        for found in places(step.files.of(step.script.path), CONTAINER):
            named = _NAMED.search(found.before)
            if named is None:
                continue
            name, path = named[1], CONTAINER + re.split("['\"\\n]", found.after, maxsplit=1)[0]
            own = [place for port, place in ports if port == name]
            others = [port for port, place in ports if port != name and within(path, place)]
            if own and others and not any(within(path, place) for place in own):
                yield self.finding(
                    step,
                    f"{step.script.path.name} has '{name}' at '{path}', which is the path of '{others[0]}'.",
                    file=step.script.path,
                    line=found.line,
                    hint=f"The contract has '{name}' at {own[0]}.",
                )
