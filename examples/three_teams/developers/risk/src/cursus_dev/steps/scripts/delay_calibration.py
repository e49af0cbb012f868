"""Learns, on rows the model was not fitted on, how its scores translate into probabilities.

``platt`` fits a slope and an intercept to the log odds, ``isotonic`` a rising step function; ``auto`` takes whichever
of the two, or leaving the scores alone, has the lowest Brier score in a cross-validation over whole days (or whatever
the group field holds). The test predictions play no part in that: they are only translated, and measured before and
after.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

INPUTS = {
    "calibration_predictions": "/opt/ml/processing/input/calibration_predictions",
    "predictions": "/opt/ml/processing/input/predictions",
}
OUTPUTS = {
    "calibrated_predictions": "/opt/ml/processing/output/calibrated_predictions",
    "calibrator": "/opt/ml/processing/output/calibrator",
    "metrics": "/opt/ml/processing/output/metrics",
}
SMALLEST = 1e-6
FOLDS = 5
Calibrator = dict[str, Any]


def read_predictions(folder: str) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table with a label of 0 or 1 and a score between 0 and 1."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    table = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    if missing := [c for c in ("label", "score") if c not in table]:
        raise ValueError(f"{folder} lacks the columns {', '.join(missing)}")
    if not table["label"].isin([0, 1]).all() or not table["score"].between(0, 1).all():
        raise ValueError(f"{folder}: labels must be 0 or 1 and scores between 0 and 1")
    return table


def log_odds(scores: np.ndarray) -> np.ndarray:
    """Scores on the scale on which a straight line makes sense."""
    kept = np.clip(scores, SMALLEST, 1 - SMALLEST)
    return np.log(kept / (1 - kept))


def fit_none(scores: np.ndarray, labels: np.ndarray) -> Calibrator:
    """Leave the scores as they are."""
    return {"method": "none"}


def fit_platt(scores: np.ndarray, labels: np.ndarray) -> Calibrator:
    """A slope and an intercept on the log odds."""
    fitted = LogisticRegression(C=1e6).fit(log_odds(scores).reshape(-1, 1), labels)
    return {"method": "platt", "slope": float(fitted.coef_[0, 0]), "intercept": float(fitted.intercept_[0])}


def fit_isotonic(scores: np.ndarray, labels: np.ndarray) -> Calibrator:
    """The best rising function."""
    fitted = IsotonicRegression(y_min=SMALLEST, y_max=1 - SMALLEST, out_of_bounds="clip").fit(scores, labels)
    return {"method": "isotonic", "x": fitted.X_thresholds_.tolist(), "y": fitted.y_thresholds_.tolist()}


METHODS: dict[str, Callable[[np.ndarray, np.ndarray], Calibrator]] = {
    "none": fit_none,
    "platt": fit_platt,
    "isotonic": fit_isotonic,
}


def apply(calibrator: Calibrator, scores: np.ndarray) -> np.ndarray:
    """The probabilities that belong to the scores."""
    if calibrator["method"] == "platt":
        return 1 / (1 + np.exp(-(calibrator["slope"] * log_odds(scores) + calibrator["intercept"])))
    if calibrator["method"] == "isotonic":
        return np.interp(scores, calibrator["x"], calibrator["y"])
    return scores


def cross_validate(scores: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """The Brier score of each method on rows of groups it was not fitted on; nothing when there is but one group."""
    if len(set(groups)) < 2:
        return {}
    folds = list(GroupKFold(n_splits=min(FOLDS, len(set(groups)))).split(scores, labels, groups))
    result = {}
    for name, fit in METHODS.items():
        held_out = np.empty_like(scores)
        for fitted_on, held in folds:
            held_out[held] = apply(fit(scores[fitted_on], labels[fitted_on]), scores[held])
        result[name] = float(brier_score_loss(labels, held_out))
    return result


def measure(labels: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """How good the scores are as probabilities; calibration hardly moves the AUC, which is here to show it."""
    return {
        "brier": float(brier_score_loss(labels, scores)),
        "log_loss": float(log_loss(labels, scores, labels=[0, 1])),
        "auc": float(roc_auc_score(labels, scores)),
        "mean_score": float(scores.mean()),
    }


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    method, group_field = job_args.method, environ_vars.get("GROUP_FIELD", "")
    if method != "auto" and method not in METHODS:
        raise ValueError(f"method must be auto, {', '.join(METHODS)}, not {method}")
    known = read_predictions(input_paths["calibration_predictions"])
    test = read_predictions(input_paths["predictions"])
    if group_field and group_field not in known:
        raise ValueError(f"the calibration predictions have no column {group_field} to keep together")

    scores, labels = known["score"].to_numpy(), known["label"].to_numpy()
    groups = known[group_field].to_numpy() if group_field else np.arange(len(known))
    tried = cross_validate(scores, labels, groups)
    if method == "auto" and not tried:
        raise ValueError(
            f"all calibration rows share one {group_field}: name a method, 'auto' has nothing to compare on"
        )
    chosen = min(tried, key=lambda name: (tried[name], name)) if method == "auto" else method
    calibrator = METHODS[chosen](scores, labels)
    calibrated = apply(calibrator, test["score"].to_numpy())

    metrics = {
        "method": chosen,
        "calibration_rows": len(known),
        "cross_validated_brier": tried,
        "test_rows": len(test),
        "test_base_rate": float(test["label"].mean()),
        "test_before": measure(test["label"].to_numpy(), test["score"].to_numpy()),
        "test_after": measure(test["label"].to_numpy(), calibrated),
    }
    predictions_dir = Path(output_paths["calibrated_predictions"])
    calibrator_dir, metrics_dir = Path(output_paths["calibrator"]), Path(output_paths["metrics"])
    for folder in (predictions_dir, calibrator_dir, metrics_dir):
        folder.mkdir(parents=True, exist_ok=True)
    test.rename(columns={"score": "raw_score"}).assign(score=calibrated).to_csv(
        predictions_dir / "predictions.csv", index=False
    )
    (calibrator_dir / "calibrator.json").write_text(json.dumps(calibrator) + "\n", encoding="utf-8")
    (metrics_dir / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(metrics))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", choices=["auto", "none", "platt", "isotonic"], default="auto")
    main(INPUTS, OUTPUTS, dict(os.environ), parser.parse_args())
