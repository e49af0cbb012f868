"""Comments that accept findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from cursus.validation.analysis.suppression import suppressions

PY, YAML = Path("x.py"), Path("x.step.yaml")


def read(path: Path, source: str) -> list[tuple[int, int, tuple[str, ...], str, str | None]]:
    return [(s.line, s.about, s.codes, s.reason, s.wrong) for s in suppressions(path, source.encode())]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # cursus: ignore[a-b] because", [(1, 1, ("a-b",), "because", None)]),
        ("# cursus: ignore[a] why\nx = 1", [(1, 2, ("a",), "why", None)]),
        ("# cursus: ignore[a] why\n\n# more\nx = 1", [(1, 4, ("a",), "why", None)]),
        ("    #cursus: ignore[a, b,a]: why", [(1, 1, ("a", "b"), "why", None)]),
        ("x = 1  # cursus: ignore[a] - so", [(1, 1, ("a",), "so", None)]),
        ("x = 1  # cursus: ignore", [(1, 1, (), "", "it names no code")]),
        ("x = 1  # cursus: ignore[]  why", [(1, 1, (), "why", "it names no code")]),
        ("x = 1  # cursus: ignore[A B] why", [(1, 1, ("A B",), "why", "'A B' is not a code")]),
        ("x = 1  # cursus: ignore[a]", [(1, 1, ("a",), "", "it gives no reason")]),
        ("x = '# cursus: ignore[a] why'", []),
        ('"""\n# cursus: ignore[a] why\n"""', []),
        ("x = 1  # noqa", []),
    ],
)
def test_in_python(source, expected) -> None:
    assert read(PY, source) == expected


def test_before_a_fault_comments_still_count() -> None:
    assert [line for line, *_ in read(PY, "# cursus: ignore[a] why\nx = (\n")] == [1]


def test_in_yaml() -> None:
    source = "step: X\n# cursus: ignore[a] why\ninputs:\n  a: {}  # cursus: ignore[b] so\n  b: x#cursus: ignore[c] no\n"
    assert read(YAML, source) == [(2, 3, ("a",), "why", None), (4, 4, ("b",), "so", None)]
