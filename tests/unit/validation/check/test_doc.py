"""Documentation is read from docstrings of one form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cursus.model.finding import Finding
from cursus.validation.analysis.subject import StepSubject
from cursus.validation.check.doc import document
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class Documented(StepCheck):
    """The rule
    in one sentence.

    More of it.

    Why: because it
    matters.

    Bad::

        def f():

            return 1

    Good::

        def f(): return 2
    """

    code = "documented"
    level = Level.CONTRACT_SPEC
    needs = ()

    def check(self, step: StepSubject) -> Iterator[Finding]:
        yield from ()


class Undocumented(Documented):
    """Something without an example."""


def test_the_parts() -> None:
    doc = document(Documented())
    assert (doc.code, doc.level, doc.severity) == ("documented", "contract-spec", "error")
    assert (doc.rule, doc.more, doc.why) == ("The rule in one sentence.", "More of it.", "because it matters.")
    assert doc.bad == "def f():\n\n    return 1"
    assert doc.good == "def f(): return 2"


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="'documented'"):
        document(Undocumented())
