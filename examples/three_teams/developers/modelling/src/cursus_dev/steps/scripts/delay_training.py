"""Fits the delay classifier: gradient-boosted trees, with two baselines on the same rows to judge it by.

Both classes weigh the same in the fit, so scores rank flights and are not probabilities; making probabilities of them
is the calibration's task. The number of trees is chosen on the validation rows, never on the ones it is fitted on.
Left in the model folder are ``model.joblib`` and ``features.json`` (the columns in the order of the fit), and under
``baselines/`` a logistic regression and the constant base rate, so that every comparison runs on the same test rows.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

INPUTS = {
    "training_data": "/opt/ml/input/data/training_data",
    "validation_data": "/opt/ml/input/data/validation_data",
}
OUTPUTS = {"model": "/opt/ml/model", "metrics": "/opt/ml/output/data"}

CATEGORICAL = ["carrier", "origin", "dest", "engine"]
NUMERIC = [
    "month",
    "day_of_week",
    "sched_dep_minutes",
    "sched_arr_minutes",
    "planned_minutes",
    "distance",
    "plane_age",
    "plane_seats",
    "plane_engines",
    "temp",
    "dewp",
    "humid",
    "wind_dir",
    "wind_speed",
    "wind_gust",
    "precip",
    "pressure",
    "visib",
    "weather_age_hours",
    "departures_in_hour",
]
# Numbers to the trees, which can split anywhere; names of months and days to the linear baseline, which cannot.
CALENDAR = ["month", "day_of_week"]


def read_table(folder: str, label_field: str) -> tuple[pd.DataFrame, pd.Series]:
    """(features, labels) of every CSV file in ``folder``."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    table = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    if missing := [c for c in (label_field, *NUMERIC, *CATEGORICAL) if c not in table]:
        raise ValueError(f"{folder} lacks the columns {', '.join(missing)}")
    if not table[label_field].isin([0, 1]).all() or table[label_field].nunique() != 2:
        raise ValueError(f"{label_field} in {folder} must hold 0 and 1, both and nothing else")
    frame = table[[*NUMERIC, *CATEGORICAL]].astype(dict.fromkeys(CATEGORICAL, "category"))
    return frame, table[label_field].astype(int)


def class_weight(job_args: argparse.Namespace) -> str | None:
    """``balanced`` weighs both classes the same: scores then rank, and calibration makes probabilities of them."""
    if job_args.class_weight not in ("balanced", "none"):
        raise ValueError(f"class_weight must be balanced or none, not {job_args.class_weight}")
    return None if job_args.class_weight == "none" else "balanced"


def boosted(job_args: argparse.Namespace, trees: int) -> HistGradientBoostingClassifier:
    """The classifier, unfitted."""
    return HistGradientBoostingClassifier(
        learning_rate=float(job_args.learning_rate),
        max_iter=trees,
        max_leaf_nodes=int(job_args.max_leaf_nodes),
        min_samples_leaf=int(job_args.min_samples_leaf),
        l2_regularization=float(job_args.l2_regularization),
        max_features=float(job_args.max_features),
        categorical_features="from_dtype",
        class_weight=class_weight(job_args),
        early_stopping=False,
        random_state=int(job_args.seed),
    )


def logistic_regression(weight: str | None) -> Pipeline:
    """The linear baseline: scaled numbers, one column for each category."""
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    names = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=50)
    columns = ColumnTransformer(
        [
            ("numbers", numbers, [c for c in NUMERIC if c not in CALENDAR]),
            ("names", names, [*CALENDAR, *CATEGORICAL]),
        ]
    )
    return make_pipeline(columns, LogisticRegression(max_iter=1000, C=0.1, class_weight=weight))


def measure(labels: pd.Series, scores: np.ndarray) -> dict[str, float]:
    """How well ``scores`` rank."""
    return {
        "auc": float(roc_auc_score(labels, scores)),
        "average_precision": float(average_precision_score(labels, scores)),
    }


def best_number_of_trees(
    model: HistGradientBoostingClassifier, frame: pd.DataFrame, labels: pd.Series, weight: str | None
) -> int:
    """The number of trees with the lowest log loss on the validation rows, weighted as in the fit."""
    weights = compute_sample_weight(weight, labels)
    losses = [log_loss(labels, scores, sample_weight=weights) for scores in model.staged_predict_proba(frame)]
    return int(np.argmin(losses)) + 1


def save(folder: str, models: dict[str, object]) -> None:
    """The model at the top, everything it is compared with under ``baselines/``."""
    target = Path(folder)
    (target / "baselines").mkdir(parents=True, exist_ok=True)
    features = json.dumps({"numeric": NUMERIC, "categorical": CATEGORICAL}, indent=2) + "\n"
    (target / "features.json").write_text(features, encoding="utf-8")
    for name, model in models.items():
        place = target / "model.joblib" if name == "gradient_boosting" else target / "baselines" / f"{name}.joblib"
        joblib.dump(model, place)


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    label_field = environ_vars.get("LABEL_FIELD", "delayed")
    frame, labels = read_table(input_paths["training_data"], label_field)
    validation_frame, validation_labels = read_table(input_paths["validation_data"], label_field)

    limit, weight = int(job_args.max_iter), class_weight(job_args)
    tried = boosted(job_args, limit).fit(frame, labels)
    trees = best_number_of_trees(tried, validation_frame, validation_labels, weight)
    models = {
        # Fitted again rather than cut short: the same first trees, through the public interface only.
        "gradient_boosting": boosted(job_args, trees).fit(frame, labels),
        "logistic_regression": logistic_regression(weight).fit(frame, labels),
        "constant": DummyClassifier(strategy="prior").fit(frame, labels),
    }
    save(output_paths["model"], models)

    metrics: dict[str, object] = {
        "training_rows": len(frame),
        "validation_rows": len(validation_frame),
        "trees": trees,
        "trees_tried": limit,
        "validation": {
            name: measure(validation_labels, model.predict_proba(validation_frame)[:, 1])
            for name, model in models.items()
        },
    }
    target = Path(output_paths["metrics"])
    target.mkdir(parents=True, exist_ok=True)
    (target / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(metrics))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max_iter", type=int, default=200)
    parser.add_argument("--learning_rate", type=float, default=0.12)
    parser.add_argument("--max_leaf_nodes", type=int, default=31)
    parser.add_argument("--min_samples_leaf", type=int, default=200)
    parser.add_argument("--l2_regularization", type=float, default=1.0)
    parser.add_argument("--max_features", type=float, default=0.3)
    parser.add_argument("--class_weight", choices=["balanced", "none"], default="balanced")
    parser.add_argument("--seed", type=int, default=2013)
    main(INPUTS, OUTPUTS, dict(os.environ), parser.parse_args())
