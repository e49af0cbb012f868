"""Says for whom the probabilities can be relied on: the same measures for every carrier (or other slice).

A slice with few flights is listed, but without the measures that would mean nothing. The gap is the mean probability
minus the share that was really late: above zero the flights of that slice are thought later than they are.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score

INPUTS = {"predictions": "/opt/ml/processing/input/predictions"}
OUTPUTS = {"report": "/opt/ml/processing/output/report"}
BINS = 10


def read_predictions(folder: str) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    return pd.concat([pd.read_csv(file) for file in files], ignore_index=True)


def calibration_error(labels: pd.Series, scores: pd.Series) -> float:
    """Mean distance between predicted and observed share over bins of equal width, weighted by their rows."""
    bins = np.minimum((scores * BINS).astype(int), BINS - 1)
    frame = pd.DataFrame({"bin": bins, "label": labels, "score": scores})
    means = frame.groupby("bin").agg(rows=("label", "size"), label=("label", "mean"), score=("score", "mean"))
    return float(np.average((means["label"] - means["score"]).abs(), weights=means["rows"]))


def measure(rows: pd.DataFrame, least: int) -> dict[str, float | int | None]:
    """The measures of one slice; None where there are too few flights or only one class."""
    labels, scores = rows["label"], rows["score"]
    enough = len(rows) >= least
    ranked = enough and labels.nunique() == 2
    return {
        "flights": len(rows),
        "delayed_share": float(labels.mean()),
        "mean_probability": float(scores.mean()),
        "gap": float(scores.mean() - labels.mean()) if enough else None,
        "auc": float(roc_auc_score(labels, scores)) if ranked else None,
        "brier": float(brier_score_loss(labels, scores)) if enough else None,
        "calibration_error": calibration_error(labels, scores) if enough else None,
    }


def by_slice(table: pd.DataFrame, fields: list[str], least: int) -> pd.DataFrame:
    """One row for all flights, then one for each value of each field, most flights first."""
    parts = [pd.DataFrame([{"field": "all", "value": "all", **measure(table, least)}])]
    for field in fields:
        rows = [{"field": field, "value": str(value), **measure(part, least)} for value, part in table.groupby(field)]
        parts.append(pd.DataFrame(rows).sort_values(["flights", "value"], ascending=[False, True]))
    # Joined as records: columns without a single number would otherwise decide the type of the others.
    return pd.DataFrame([record for part in parts for record in part.to_dict("records")])


def as_markdown(table: pd.DataFrame) -> str:
    """A table for people; a dash where there is no number."""
    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * len(table.columns)]
    for row in table.itertuples(index=False):
        cells = ["-" if pd.isna(v) else f"{v:.4f}" if isinstance(v, float) else str(v) for v in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    fields = [f for f in environ_vars.get("SLICE_FIELDS", "carrier").split(",") if f]
    least = int(environ_vars.get("MIN_FLIGHTS", "100"))
    table = read_predictions(input_paths["predictions"])
    if missing := [c for c in ("label", "score", *fields) if c not in table]:
        raise ValueError(f"the predictions lack the columns {', '.join(missing)}")

    report = by_slice(table, fields, least)
    target = Path(output_paths["report"])
    target.mkdir(parents=True, exist_ok=True)
    report.to_csv(target / "metrics_by_slice.csv", index=False)
    (target / "report.md").write_text(f"# By {', '.join(fields)}\n\n{as_markdown(report)}\n", encoding="utf-8")
    measured = report[report["auc"].notna() & (report["field"] != "all")]
    summary = {"flights": len(table), "slices": len(report) - 1, "overall": measure(table, 1)}
    if not measured.empty:
        worst = measured.loc[measured["gap"].abs().idxmax()]
        summary["largest_gap"] = {"field": worst["field"], "value": worst["value"], "gap": float(worst["gap"])}
    (target / "report.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary))


if __name__ == "__main__":
    main(INPUTS, OUTPUTS, dict(os.environ), argparse.ArgumentParser(description=__doc__).parse_args())
