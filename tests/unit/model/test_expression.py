from __future__ import annotations

from cursus.model.expression import referenced_steps


def test_referenced_steps_are_found_at_any_depth() -> None:
    value = {
        "a": [{"Get": "Steps.One.X"}, {"Std:Join": {"On": "", "Values": ["x", {"Get": "Steps.Two.Y"}]}}],
        "b": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Three.PropertyFiles.f"}, "Path": "p"}},
        "c": {"Get": "Parameters.P"},
        "d": {"Get": "nonsense"},
        "Get": {"Get": "Steps.Four.Z"},
    }
    assert referenced_steps(value) == {"One", "Two", "Three", "Four"}
