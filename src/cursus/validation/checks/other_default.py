"""``other-default``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.lines import quoted
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

#: What follows ``.get("NAME"`` and ``getenv("NAME"``: a literal default.
_DEFAULT = re.compile(r"\s*,\s*(?:(['\"])(?P<text>[^'\"\\\n]*)\1|(?P<number>-?\d[\d_.]*))\s*,?\s*\)")
_READERS = (".get(", "getenv(")


class OtherDefault(StepCheck):
    """Where script and contract both give an environment variable a default, it is the same.

    An empty default of a script says that it has none, and is not judged; ``1`` and ``1.0`` are the same.

    Why: one of the two was changed and the other forgotten. The job goes by the contract, whoever runs the script by
    hand by the script, and the results differ without a word.

    Bad::

        # contract: optional_env_vars={"DELAY_MINUTES": "15"}
        minutes = float(environ_vars.get("DELAY_MINUTES", "30"))

    Good::

        # contract: optional_env_vars={"DELAY_MINUTES": "15"}
        minutes = float(environ_vars.get("DELAY_MINUTES", "15"))
    """

    code = "other-default"
    level = Level.SCRIPT_CONTRACT
    severity = Severity.WARNING
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Reads with another default."""
        source = step.files.of(step.script.path)
        stated = step.contract.optional_env
        for name, place in [(n, place) for n in stated for place in quoted(source, n)]:
            default = _DEFAULT.match(place.after) if place.before.rstrip().endswith(_READERS) else None
            given = default and (default["number"] or default["text"])
            if given and not _same(given, stated[name]):
                yield self.finding(
                    step,
                    f"{step.script.path.name} takes '{given}' when environment variable '{name}' is not set; the "
                    f"contract's default is '{stated[name]}'.",
                    file=step.script.path,
                    line=place.line,
                    hint="Agree on one default.",
                )


def _same(one: str, other: str) -> bool:
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return one.strip().lower() == other.strip().lower()
