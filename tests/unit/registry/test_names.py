from __future__ import annotations

import pytest

from cursus.errors import CursusError
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.names import UnknownName, alias_key, camel_case, canonical_name, split_job, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("flight_features", ("flight", "features")),
        ("XGBoostModelEval", ("xgboost", "model", "eval")),
        ("PyTorchTraining", ("pytorch", "training")),
        ("S3Copy2Local", ("s", "3", "copy", "2", "local")),
        ("HTTPFetch", ("http", "fetch")),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_camel_case() -> None:
    assert camel_case("flight_features") == "FlightFeatures"
    assert camel_case("package") == "Package"


def test_split_job() -> None:
    assert split_job("Split_Training") == ("Split", "training")
    assert split_job("split_validation") == ("split", "validation")
    assert split_job("XGBoostTraining") == ("XGBoostTraining", None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("XGBoostTraining", "XGBoostTraining"),
        ("xgboost_training", "XGBoostTraining"),
        ("xgb_training", "XGBoostTraining"),
        ("pytorch_training", "PyTorchTraining"),
        ("xgb_model_eval", "XGBoostModelEval"),
        ("xgboost_model_evaluation", "XGBoostModelEval"),
        ("model_evaluation", "ModelEval"),
        ("tabular_preprocess", "TabularPreprocessing"),
        ("tabular_preprocessing_validation", "TabularPreprocessing"),
        ("tabular_preprocess_testing", "TabularPreprocessing"),
        ("risk_table_mapping", "RiskTableMapping"),
        ("XGBoostModelEval_Calibration", "XGBoostModelEval"),
    ],
)
def test_canonical_name(name: str, expected: str) -> None:
    assert canonical_name(name, CORE_ROWS) == expected


@pytest.mark.parametrize("name", ["xgboost_trainer", "tabular", "packages", "retrieval", ""])
def test_near_misses_are_refused(name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        canonical_name(name, CORE_ROWS)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CursusError)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean '?XGBoostTraining"):
        canonical_name("xgboosttrainings", CORE_ROWS)


def test_an_alias_of_two_names_is_refused() -> None:
    known = ["XgboostEvaluation", "XGBoostEval"]
    assert alias_key(known[0]) == alias_key(known[1])
    assert canonical_name("xgboost_eval", known) == "XGBoostEval"
    with pytest.raises(UnknownName, match="may be any of XGBoostEval, XgboostEvaluation"):
        canonical_name("xgb_eval", known)
