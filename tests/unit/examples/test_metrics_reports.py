"""The two steps of one name."""

from __future__ import annotations

import json

import pandas as pd
import pytest


@pytest.fixture
def data(developers):
    return {name: developers / name / "data" for name in ("modelling", "risk")}


def test_modelling_compares_models_and_ranks_features(run_step, data):
    inputs = {"model": data["modelling"] / "model", "testing_data": data["modelling"] / "testing_data"}
    out = run_step("modelling/metrics_report", inputs, ["report"], repeats="2", sample_rows="200", seed="1")["report"]
    comparison = pd.read_csv(out / "model_comparison.csv").set_index("model")
    assert set(comparison.index) == {"gradient_boosting", "logistic_regression", "constant"}
    assert comparison.loc["constant", "auc"] == 0.5
    assert comparison.loc["gradient_boosting", "auc"] > 0.6
    worth = pd.read_csv(out / "feature_importance.csv")
    assert len(worth) == 24
    assert worth["auc_loss"].is_monotonic_decreasing
    assert json.loads((out / "report.json").read_text("utf-8"))["importance_rows"] == 200


def test_risk_measures_every_carrier(run_step, data):
    inputs = {"predictions": data["risk"] / "predictions"}
    out = run_step("risk/metrics_report", inputs, ["report"], {"MIN_FLIGHTS": "20"})["report"]
    table = pd.read_csv(inputs["predictions"] / "predictions.csv")
    report = pd.read_csv(out / "metrics_by_slice.csv")
    assert report.loc[0, "value"] == "all"
    assert set(report["value"][1:]) == set(table["carrier"])
    assert report["flights"][1:].sum() == len(table)
    few = report[report["flights"] < 20]
    assert not few.empty
    assert few[["auc", "brier", "gap"]].isna().all(axis=None)
    largest = report.iloc[1]
    rows = table[table["carrier"] == largest["value"]]
    assert largest["gap"] == pytest.approx(rows["score"].mean() - rows["label"].mean())


def test_risk_names_a_slice_that_is_not_there(run_step, data):
    inputs = {"predictions": data["risk"] / "predictions"}
    with pytest.raises(ValueError, match="lack the columns airline"):
        run_step("risk/metrics_report", inputs, ["report"], {"SLICE_FIELDS": "airline"})
