from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cursus.core.base import ModelHyperparameters

VALUES: dict[str, Any] = {
    "full_field_list": ["id", "carrier", "distance", "late"],
    "cat_field_list": ["carrier"],
    "tab_field_list": ["distance"],
    "id_name": "id",
    "label_name": "late",
    "multiclass_categories": [0, 1],
}


def test_derived_values() -> None:
    made = ModelHyperparameters(**VALUES)
    assert (made.input_tab_dim, made.num_classes, made.is_binary, made.class_weights) == (1, 2, True, [1.0, 1.0])
    assert made.categorize_fields()["essential"] == list(VALUES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tab_field_list": ["speed"]}, "full_field_list does not have: speed"),
        ({"multiclass_categories": [1]}, "two different values"),
        ({"class_weights": [1.0]}, "1 values for 2 classes"),
        ({"batch_size": 0}, "batch_size"),
    ],
)
def test_broken_values_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ModelHyperparameters(**(VALUES | changes))


def test_a_subclass_starts_from_the_base() -> None:
    class Boosted(ModelHyperparameters):
        model_class: str = "boosted"
        num_round: int

    made = Boosted.from_base_hyperparameter(ModelHyperparameters(**VALUES, eta=0.1), num_round=5, model_class="b")
    assert made.serialize_config()["num_round"] == "5"
    assert made.serialize_config()["eta"] == "0.1"
    assert made.serialize_config()["cat_field_list"] == '["carrier"]'
    assert (made.serialize_config()["is_binary"], made.serialize_config()["id_name"]) == ("true", "id")
