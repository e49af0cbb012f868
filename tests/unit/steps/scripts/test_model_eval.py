from __future__ import annotations

import json
import tarfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

OUTPUTS = ("predictions", "metrics")
FIELDS = {"LABEL_FIELD": "late", "ID_FIELD": "id"}


@pytest.fixture
def table() -> pd.DataFrame:
    generator = np.random.default_rng(0)
    carrier = generator.choice(["AA", "UA", "DL"], 400)
    x = generator.normal(size=400)
    late = (x + (carrier == "UA") + generator.normal(size=400) > 0.5).astype(int)
    return pd.DataFrame({"id": [f"f{n}" for n in range(400)], "x": x, "carrier": carrier, "late": late})


@pytest.fixture
def model(table: pd.DataFrame, tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    frame = table[["x", "carrier"]].astype({"carrier": "category"})
    fitted = HistGradientBoostingClassifier(max_iter=10, categorical_features="from_dtype").fit(frame, table["late"])
    joblib.dump(fitted, folder / "model.joblib")
    (folder / "features.json").write_text(json.dumps({"numeric": ["x"], "categorical": ["carrier"]}), encoding="utf-8")
    return folder


def save(table: pd.DataFrame, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    table.to_csv(folder / "data.csv", index=False)
    return folder


def test_predictions_and_metrics_agree(run_script, model, table, tmp_path):
    inputs = {"model": model, "eval_data": save(table, tmp_path / "data")}
    out = run_script("model_eval", inputs, OUTPUTS, {**FIELDS, "PASSTHROUGH_FIELDS": "carrier, x"})
    predictions = pd.read_csv(out["predictions"] / "predictions.csv")
    metrics = json.loads((out["metrics"] / "metrics.json").read_text("utf-8"))
    assert list(predictions) == ["id", "carrier", "x", "label", "score"]
    assert (predictions["id"] == table["id"]).all()
    assert metrics["rows"] == 400
    assert metrics["auc"] == pytest.approx(roc_auc_score(predictions["label"], predictions["score"]))
    assert metrics["brier"] == pytest.approx(((predictions["label"] - predictions["score"]) ** 2).mean())
    assert 0.7 < metrics["auc"] < 1


def test_a_packed_model_scores_the_same(run_script, model, table, tmp_path):
    data = save(table, tmp_path / "data")
    out = run_script("model_eval", {"model": model, "eval_data": data}, OUTPUTS, FIELDS)
    plain = (out["predictions"] / "predictions.csv").read_bytes()
    packed = tmp_path / "packed"
    packed.mkdir()
    with tarfile.open(packed / "model.tar.gz", "w:gz") as tar:
        for path in model.iterdir():
            tar.add(path, path.name)
    run_script("model_eval", {"model": packed, "eval_data": data}, OUTPUTS, FIELDS)
    assert (out["predictions"] / "predictions.csv").read_bytes() == plain


def test_an_unknown_category_and_one_class_are_scored(run_script, model, table, tmp_path):
    some = table[table["late"] == 1].assign(carrier="ZZ")
    inputs = {"model": model, "eval_data": save(some, tmp_path / "data")}
    out = run_script("model_eval", inputs, OUTPUTS, FIELDS)
    metrics = json.loads((out["metrics"] / "metrics.json").read_text("utf-8"))
    assert "auc" not in metrics
    assert metrics["base_rate"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="x"), "the model needs columns that the data lacks: x"),
        (lambda t: t.drop(columns="late"), "the data lacks the columns late"),
        (lambda t: t.assign(late=2), "late must be 0 or 1"),
        (lambda t: t.iloc[:0], "there must be rows"),
    ],
)
def test_bad_data_is_named(run_script, model, table, tmp_path, change, message):
    inputs = {"model": model, "eval_data": save(change(table), tmp_path / "data")}
    with pytest.raises(ValueError, match=message):
        run_script("model_eval", inputs, OUTPUTS, FIELDS)
