"""``repeated-argument``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

#: Ways to have the same argument in several parsers, or twice in one on purpose.
_SEVERAL = (b"add_parser", b"parents=[", b"conflict_handler")


class RepeatedArgument(StepCheck):
    """A script adds each argument to its parser once.

    Judged are scripts with one parser.

    Why: argparse raises when the second one is added, so the script ends before it reads anything. It happens where two
    people add the same argument and both changes are merged.

    Bad::

        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--seed", type=int, default=1)

    Good::

        parser.add_argument("--seed", type=int, default=1)
    """

    code = "repeated-argument"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Every further place where a flag is added."""
        found = step.script.facts.arguments
        flags = [flag for added in found for flag in added.flags]
        if len(flags) == len(set(flags)):
            return
        source = step.files.of(step.script.path)
        if source.count(b"ArgumentParser(") > 1 or any(word in source for word in _SEVERAL):
            return
        first: dict[str, int] = {}
        for added in found:
            for flag in added.flags:
                line = first.setdefault(flag, added.line)
                if line != added.line:
                    yield self.finding(
                        step,
                        f"{step.script.path.name} adds the argument '{flag}' again; it is there on line {line}.",
                        file=step.script.path,
                        line=added.line,
                        column=added.column,
                        hint="Remove one of the two.",
                    )
