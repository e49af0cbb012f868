"""The documentation of a check, read from its docstring.

The form, from which the reference page and ``cursus explain`` are made::

    The rule in one sentence, up to the first empty line.

    Why: what goes wrong otherwise.

    Bad::

        an example that is found

    Good::

        the same, in order
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

from cursus.validation.check.interface import Check

_FORM = re.compile(
    r"\A(?P<rule>.+?)\n\n(?:(?P<more>.+?)\n\n)?Why: (?P<why>.+?)\n\nBad::\n\n(?P<bad>.+?)\n\nGood::\n\n(?P<good>.+?)\Z",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class CheckDoc:
    """What a check's page says."""

    code: str
    covers: tuple[str, ...]
    level: str
    severity: str
    rule: str
    why: str
    bad: str
    good: str
    more: str = ""


def document(check: Check) -> CheckDoc:
    """The documentation of ``check``.

    :raises ValueError: the docstring is missing or not in the form.
    """
    match = _FORM.match(inspect.cleandoc(type(check).__doc__ or ""))
    if match is None:
        raise ValueError(f"check '{check.code}': the docstring needs a rule, 'Why:', 'Bad::' and 'Good::'")
    return CheckDoc(
        code=check.code,
        covers=check.covers,
        level=check.level.value,
        severity=check.severity.value,
        rule=_prose(match["rule"]),
        more=_prose(match["more"] or ""),
        why=_prose(match["why"]),
        bad=inspect.cleandoc("\n" + match["bad"]),
        good=inspect.cleandoc("\n" + match["good"]),
    )


def _prose(text: str) -> str:
    return " ".join(text.split())
