from __future__ import annotations

import json

import joblib
import pandas as pd
import pytest

SETTINGS = {
    "max_iter": "40",
    "learning_rate": "0.1",
    "max_leaf_nodes": "7",
    "min_samples_leaf": "40",
    "l2_regularization": "1.0",
    "max_features": "0.3",
    "class_weight": "balanced",
    "seed": "1",
}


@pytest.fixture
def inputs(developers):
    data = developers / "modelling" / "data"
    return {"training_data": data / "training_data", "validation_data": data / "validation_data"}


def train(run_step, inputs, **settings):
    return run_step("modelling/delay_training", inputs, ["model", "metrics"], {}, **{**SETTINGS, **settings})


def test_the_model_scores_and_says_how_it_was_chosen(run_step, inputs):
    out = train(run_step, inputs)
    metrics = json.loads((out["metrics"] / "metrics.json").read_text("utf-8"))
    assert 1 <= metrics["trees"] <= metrics["trees_tried"] == 40
    assert metrics["validation"]["constant"]["auc"] == 0.5
    assert metrics["validation"]["gradient_boosting"]["auc"] > 0.55
    features = json.loads((out["model"] / "features.json").read_text("utf-8"))
    model = joblib.load(out["model"] / "model.joblib")
    assert model.n_iter_ == metrics["trees"]
    table = pd.read_csv(next(inputs["validation_data"].glob("*.csv")))
    frame = table[features["numeric"] + features["categorical"]].astype(
        dict.fromkeys(features["categorical"], "category")
    )
    assert model.predict_proba(frame).shape == (len(table), 2)
    assert not {"date", "flight_id", "delayed"} & set(frame)
    assert {p.stem for p in (out["model"] / "baselines").iterdir()} == {"logistic_regression", "constant"}


def test_the_same_data_and_seed_give_the_same_scores(run_step, inputs):
    first = (train(run_step, inputs)["metrics"] / "metrics.json").read_bytes()
    assert (train(run_step, inputs)["metrics"] / "metrics.json").read_bytes() == first


def test_bad_settings_and_data_are_named(run_step, inputs, tmp_path):
    with pytest.raises(ValueError, match="class_weight must be balanced or none"):
        train(run_step, inputs, class_weight="heavy")
    table = pd.read_csv(next(inputs["training_data"].glob("*.csv")))
    (tmp_path / "data").mkdir()
    for change, message in [
        (table.drop(columns="temp"), "lacks the columns temp"),
        (table.assign(delayed=0), "must hold 0 and 1"),
    ]:
        change.to_csv(tmp_path / "data" / "data.csv", index=False)
        with pytest.raises(ValueError, match=message):
            train(run_step, {**inputs, "training_data": tmp_path / "data"})
