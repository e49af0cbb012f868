from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.deps.scoring import gate, score
from cursus.core.deps.semantic_matcher import SemanticMatcher
from cursus.model.step import Dependency, DependencyType, Output

PO, TD, MA = DependencyType.PROCESSING_OUTPUT, DependencyType.TRAINING_DATA, DependencyType.MODEL_ARTIFACTS


def test_published_weights() -> None:
    dependency = Dependency("data", PO, compatible_sources=("A",), semantic_keywords=("data",))
    parts = score(dependency, Output("data", PO, "properties.X"), "A", "A")
    assert (parts.type, parts.data_type, parts.name, parts.exact, parts.source, parts.keywords) == (
        0.4,
        0.2,
        0.25,
        0.05,
        0.1,
        0.05,
    )
    assert parts.total == 1.0
    parts = score(dependency, Output("zzz", TD, "properties.X", data_type="String"), "B", "B")
    assert (parts.type, parts.data_type, parts.exact, parts.source, parts.keywords) == (0.2, 0.1, 0, 0, 0)


def test_gates() -> None:
    assert gate(Dependency("d", TD), Output("o", PO, "p")) is None
    assert gate(Dependency("d", TD), Output("o", MA, "p")) == "model_artifacts cannot stand for training_data"
    assert gate(Dependency("d", TD), Output("o", TD, "p", data_type="Float")) == "Float cannot stand for S3Uri"


@pytest.mark.parametrize(
    ("one", "two"), [("training_data", "TrainingData"), ("train_dataset", "training_data"), ("model", "MODEL")]
)
def test_names_with_the_same_words_are_equal(one: str, two: str) -> None:
    assert SemanticMatcher().calculate_similarity(one, two) == 1.0


def test_matcher() -> None:
    matcher = SemanticMatcher()
    assert matcher.calculate_similarity("model", "carrier") < 0.5
    assert matcher.calculate_similarity_with_aliases("frame", ["x", "frame"]) == 1.0
    assert matcher.calculate_similarity_with_aliases("frame", []) == 0.0
    assert matcher.find_best_matches("training_data", ["validation_data", "training_set", "model"])[0][0] in (
        "training_set",
        "validation_data",
    )
    assert matcher.explain_similarity("training_data", "training_set")["common_words"] == ["training"]


@given(st.text(max_size=20), st.text(max_size=20))
def test_similarity_is_symmetric_and_bounded(one: str, two: str) -> None:
    matcher = SemanticMatcher()
    value = matcher.calculate_similarity(one, two)
    assert 0.0 <= value <= 1.0
    assert value == matcher.calculate_similarity(two, one)
