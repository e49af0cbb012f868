"""Container paths put together of constants."""

from __future__ import annotations

import pytest

from cursus.validation.analysis.folding import folded_paths

BEFORE = 'ROOT = "/opt/ml/processing/output"\nNAME: str = "x"\nTWICE = "a"\nTWICE = "b"\nBASE = Path(ROOT) / "sub"\n'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('f"{ROOT}/x"', "/opt/ml/processing/output/x"),
        ('ROOT + "/" + NAME', "/opt/ml/processing/output/x"),
        ("Path(ROOT) / NAME / 'y'", "/opt/ml/processing/output/x/y"),
        ("Path(ROOT).joinpath(NAME)", "/opt/ml/processing/output/x"),
        ("os.path.join(ROOT, NAME, 'y')", "/opt/ml/processing/output/x/y"),
        ("save(BASE / NAME)", "/opt/ml/processing/output/sub/x"),
        ("ROOT / unknown", None),
        ("ROOT + TWICE", None),
        ("'/'.join(ROOT)", None),
        ("Path(ROOT, strict=True) / unknown", None),
        ('f"{NAME}/x"', None),
    ],
)
def test_what_is_joined(expression: str, value: str | None) -> None:
    found = [path.value for path in folded_paths((BEFORE + expression + "\n").encode()) if path.line == 6]
    assert found == ([] if value is None else [value])


def test_a_module_that_does_not_parse_has_none() -> None:
    assert folded_paths(b"def (") == ()
