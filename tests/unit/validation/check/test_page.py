"""The documentation of the checks, as one page and one by one."""

from __future__ import annotations

from pathlib import Path

from cursus.validation.check.doc import document
from cursus.validation.check.page import explanation, find, reference_page
from cursus.validation.checks import CHECKS

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "checks.md"


def test_the_reference_page_is_current() -> None:
    assert PAGE.read_text() == reference_page(CHECKS), "run: python tools/make_check_reference.py"


def test_every_code_can_be_found_and_explained() -> None:
    for check in CHECKS:
        for code in check.codes:
            found = find(CHECKS, code)
            assert found is check
        doc = document(check)
        text = explanation(doc)
        assert text.startswith(f"{doc.code}: {doc.severity}, {doc.level}\n")
        assert all(word in text for word in ("Why: ", "Bad:", "Good:", *doc.covers))


def test_an_unknown_code() -> None:
    assert find(CHECKS, "no-such-code") is None
