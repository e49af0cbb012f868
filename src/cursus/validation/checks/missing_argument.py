"""``missing-argument``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.lines import places
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import argument, parses_unseen
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_NOTHING = re.compile(r"\s*(?:\[\s*\]|\(\s*\))\s*\)")


class MissingArgument(StepCheck):
    """Every argument a contract declares is accepted by the script's parser; hyphen and underscore are one.

    A positional argument is none, since the job passes ``--name value``; nor is one read with ``parse_args([])``.

    Why: the job passes it, and the parser ends the script with "unrecognized arguments".

    Bad::

        # contract: expected_arguments={"job_type": "training", "seed": "1"}
        parser.add_argument("--job-type")

    Good::

        # contract: expected_arguments={"job_type": "training", "seed": "1"}
        parser.add_argument("--job-type")
        parser.add_argument("--seed", type=int)
    """

    code = "missing-argument"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Declared arguments that the script does not accept."""
        script = step.script.path.name
        parsed = {argument(a.name): a for a in step.script.facts.arguments}
        flags = {argument(f) for a in parsed.values() for f in a.flags}
        for name in step.contract.arguments:
            accepts = parsed.get(argument(name))
            if accepts is not None and accepts.flags and not accepts.flags[0].startswith("-"):
                why, line = f"{script} takes it by position, not as '--{name}'.", accepts.line
            elif accepts is None and argument(name) not in flags and not parses_unseen(step):
                why = f"{script} does not accept it.{did_you_mean(name, [a.name for a in parsed.values()])}"
                line = min((a.line for a in parsed.values()), default=0)
            else:
                continue
            yield self.finding(
                step,
                f"The contract declares argument '{name}', but {why}",
                file=step.script.path,
                line=line or None,
                hint=f'Add parser.add_argument("--{name}"), or remove it from the contract.',
            )
        if step.contract.arguments:
            yield from self._unread(step)

    def _unread(self, step: StepSubject) -> Iterator[Finding]:
        """A parser that is given nothing to parse."""
        source = step.files.of(step.script.path)
        for place in (p for name in ("parse_args(", "parse_known_args(") for p in places(source, name)):
            if _NOTHING.match(place.after) is None:
                continue
            yield self.finding(
                step,
                f"The contract declares arguments, but {step.script.path.name} parses an empty list instead of them.",
                file=step.script.path,
                line=place.line,
                hint="Write parse_args(), which takes what the job passes.",
            )
