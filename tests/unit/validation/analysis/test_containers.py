"""Container paths are compared by their components."""

from __future__ import annotations

import pytest

from cursus.validation.analysis.containers import is_below, leaves, within


@pytest.mark.parametrize(
    ("path", "folder", "inside", "below"),
    [
        ("/opt/ml/a", "/opt/ml", True, True),
        ("/opt/ml/", "/opt/ml", True, False),
        ("/opt//ml/./a", "/opt/ml/a/", True, False),
        ("/opt/mla", "/opt/ml", False, False),
        ("/opt", "/opt/ml", False, False),
    ],
)
def test_within(path: str, folder: str, inside: bool, below: bool) -> None:
    assert within(path, folder) is inside
    assert is_below(path, folder) is below


def test_leaves() -> None:
    assert leaves("/opt/ml/../x")
    assert not leaves("/opt/ml/..x")
