from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

OUTPUTS = ("calibrated_predictions", "calibrator", "metrics")


def predictions(folder, rows, seed, distort=lambda p: p):
    generator = np.random.default_rng(seed)
    truth = generator.beta(2, 5, rows)
    folder.mkdir(exist_ok=True)
    table = {
        "flight_id": [f"f{n}" for n in range(rows)],
        "date": [f"d{n % 20}" for n in range(rows)],
        "label": (generator.random(rows) < truth).astype(int),
        "score": distort(truth),
    }
    pd.DataFrame(table).to_csv(folder / "predictions.csv", index=False)
    return folder


def calibrate(run_step, tmp_path, method="auto", environ=None, distort=lambda p: p, rows=4000):
    inputs = {
        "calibration_predictions": predictions(tmp_path / "known", rows, 1, distort),
        "predictions": predictions(tmp_path / "test", rows, 2, distort),
    }
    out = run_step("risk/delay_calibration", inputs, OUTPUTS, {"GROUP_FIELD": "date", **(environ or {})}, method=method)
    metrics = json.loads((out["metrics"] / "metrics.json").read_text("utf-8"))
    calibrator = json.loads((out["calibrator"] / "calibrator.json").read_text("utf-8"))
    return metrics, calibrator, pd.read_csv(out["calibrated_predictions"] / "predictions.csv")


def shift(p):
    """What weighing both classes the same does to a calibrated score."""
    return 1 / (1 + (1 - p) / p / 3)


@pytest.mark.parametrize("method", ["auto", "platt", "isotonic"])
def test_distorted_scores_become_probabilities(run_step, tmp_path, method):
    metrics, _, table = calibrate(run_step, tmp_path, method, distort=shift)
    assert metrics["test_after"]["brier"] < metrics["test_before"]["brier"] - 0.02
    assert metrics["test_after"]["mean_score"] == pytest.approx(metrics["test_base_rate"], abs=0.03)
    assert metrics["test_after"]["auc"] == pytest.approx(metrics["test_before"]["auc"], abs=0.02)
    assert table["score"].between(0, 1).all()
    assert table["score"].corr(table["raw_score"], method="spearman") > 0.95
    assert list(table) == ["flight_id", "date", "label", "raw_score", "score"]


def test_platt_undoes_the_weighting(run_step, tmp_path):
    _, calibrator, _ = calibrate(run_step, tmp_path, "platt", distort=shift, rows=20000)
    assert calibrator["slope"] == pytest.approx(1, abs=0.1)
    assert calibrator["intercept"] == pytest.approx(-np.log(3), abs=0.1)


def test_none_leaves_the_scores_alone(run_step, tmp_path):
    metrics, calibrator, table = calibrate(run_step, tmp_path, "none")
    assert calibrator == {"method": "none"}
    assert metrics["test_before"] == metrics["test_after"]
    assert (table["score"] == table["raw_score"]).all()


def test_auto_takes_what_cross_validation_finds_best(run_step, tmp_path):
    metrics, calibrator, _ = calibrate(run_step, tmp_path)
    tried = metrics["cross_validated_brier"]
    assert calibrator["method"] == metrics["method"] == min(tried, key=tried.get)


def test_bad_input_is_named(run_step, tmp_path):
    with pytest.raises(ValueError, match="method must be auto"):
        calibrate(run_step, tmp_path, "spline")
    with pytest.raises(ValueError, match="no column week"):
        calibrate(run_step, tmp_path, environ={"GROUP_FIELD": "week"})
    with pytest.raises(ValueError, match="scores between 0 and 1"):
        calibrate(run_step, tmp_path, distort=lambda p: p * 3)
