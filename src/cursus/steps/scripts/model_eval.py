"""Scores a table with a model and measures the scores against the labels.

The model is a folder (or the ``model.tar.gz`` a training job leaves) that holds ``model.joblib``, an object with
``predict_proba``, and ``features.json``: ``{"numeric": [...], "categorical": [...]}``, the columns in the order the
model was fitted with. Labels are 0 and 1.
"""

from __future__ import annotations

import argparse
import json
import os
import tarfile
import tempfile
from pathlib import Path

import joblib
import pandas as pd
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

INPUTS = {"model": "/opt/ml/processing/input/model", "eval_data": "/opt/ml/processing/input/eval_data"}
OUTPUTS = {"predictions": "/opt/ml/processing/output/predictions", "metrics": "/opt/ml/processing/output/metrics"}


def read_table(folder: str) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table, files by name."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    return pd.concat([pd.read_csv(file) for file in files], ignore_index=True)


def load_model(folder: str) -> tuple[object, list[str], list[str]]:
    """(model, numeric columns, categorical columns)."""
    archive = Path(folder, "model.tar.gz")
    if archive.is_file():
        with tempfile.TemporaryDirectory() as unpacked:
            with tarfile.open(archive) as tar:
                tar.extractall(unpacked, filter="data")
            return load_model(unpacked)
    features = json.loads(Path(folder, "features.json").read_text("utf-8"))
    return joblib.load(Path(folder, "model.joblib")), features["numeric"], features["categorical"]


def score(model: object, table: pd.DataFrame, numeric: list[str], categorical: list[str]) -> pd.Series:
    """The model's probability of label 1 for every row."""
    if missing := [c for c in (*numeric, *categorical) if c not in table]:
        raise ValueError(f"the model needs columns that the data lacks: {', '.join(missing)}")
    frame = table[[*numeric, *categorical]].astype(dict.fromkeys(categorical, "category"))
    return pd.Series(model.predict_proba(frame)[:, 1], index=table.index)  # type: ignore[attr-defined]


def measure(labels: pd.Series, scores: pd.Series) -> dict[str, float]:
    """How well the scores rank (AUC, average precision) and how good they are as probabilities (log loss, Brier)."""
    both = labels.nunique() == 2
    return {
        "rows": len(labels),
        "base_rate": float(labels.mean()),
        "mean_score": float(scores.mean()),
        # A ranking needs both classes; saying nothing is better than a number that means nothing.
        **({"auc": float(roc_auc_score(labels, scores))} if both else {}),
        **({"average_precision": float(average_precision_score(labels, scores))} if both else {}),
        "log_loss": float(log_loss(labels, scores, labels=[0, 1])),
        "brier": float(brier_score_loss(labels, scores)),
    }


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    """Score, measure, write both."""
    label_field, id_field = environ_vars["LABEL_FIELD"], environ_vars["ID_FIELD"]
    passed_through = [f.strip() for f in environ_vars.get("PASSTHROUGH_FIELDS", "").split(",") if f.strip()]
    table = read_table(input_paths["eval_data"])
    if missing := [c for c in (label_field, id_field, *passed_through) if c not in table]:
        raise ValueError(f"the data lacks the columns {', '.join(missing)}")
    if table.empty or not table[label_field].isin([0, 1]).all():
        raise ValueError(f"{label_field} must be 0 or 1 in every row, and there must be rows")

    model, numeric, categorical = load_model(input_paths["model"])
    scores = score(model, table, numeric, categorical)
    metrics = measure(table[label_field].astype(int), scores)

    predictions = table[[id_field, *passed_through]].assign(label=table[label_field].astype(int), score=scores)
    predictions_dir, metrics_dir = Path(output_paths["predictions"]), Path(output_paths["metrics"])
    predictions_dir.mkdir(parents=True, exist_ok=True)
    metrics_dir.mkdir(parents=True, exist_ok=True)
    predictions.to_csv(predictions_dir / "predictions.csv", index=False)
    Path(metrics_dir, "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(metrics))


if __name__ == "__main__":
    main(INPUTS, OUTPUTS, dict(os.environ), argparse.ArgumentParser(description=__doc__).parse_args())
