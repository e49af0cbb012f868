"""Says whether the model earns its complexity: against its baselines, and by what each feature is worth.

All models are scored on the same test rows. A feature's worth is what the AUC loses when its column is shuffled, as
the mean of several shuffles, on a sample of rows.
"""

from __future__ import annotations

import argparse
import json
import os
import tarfile
import tempfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

INPUTS = {"model": "/opt/ml/processing/input/model", "testing_data": "/opt/ml/processing/input/testing_data"}
OUTPUTS = {"report": "/opt/ml/processing/output/report"}
TOP_SHARE = 0.1


def load_models(folder: Path) -> tuple[dict[str, object], list[str], list[str]]:
    """(models by name, numeric columns, categorical columns); a training job leaves them in ``model.tar.gz``."""
    if (folder / "model.tar.gz").is_file():
        with tempfile.TemporaryDirectory() as unpacked:
            with tarfile.open(folder / "model.tar.gz") as tar:
                tar.extractall(unpacked, filter="data")
            return load_models(Path(unpacked))
    features = json.loads((folder / "features.json").read_text("utf-8"))
    models = {"gradient_boosting": joblib.load(folder / "model.joblib")}
    models |= {p.stem: joblib.load(p) for p in sorted((folder / "baselines").glob("*.joblib"))}
    return models, features["numeric"], features["categorical"]


def read_table(folder: str) -> pd.DataFrame:
    """Every CSV file of ``folder`` as one table."""
    files = sorted(Path(folder).glob("*.csv"))
    if not files:
        raise FileNotFoundError(f"no .csv file in {folder}")
    return pd.concat([pd.read_csv(file) for file in files], ignore_index=True)


def probabilities(model: object, frame: pd.DataFrame) -> np.ndarray:
    """The model's probability of a delay for every row."""
    return np.asarray(model.predict_proba(frame)[:, 1])  # type: ignore[attr-defined]


def compare(models: dict[str, object], frame: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """How well each model ranks the same rows, best AUC first; probabilities are judged after calibration."""
    rows = []
    for name, model in models.items():
        scores = probabilities(model, frame)
        top = labels[scores >= np.quantile(scores, 1 - TOP_SHARE)]
        rows.append(
            {
                "model": name,
                "auc": float(roc_auc_score(labels, scores)),
                "average_precision": float(average_precision_score(labels, scores)),
                f"delayed_in_top_{TOP_SHARE:.0%}": float(top.mean()),
            }
        )
    return pd.DataFrame(rows).sort_values("auc", ascending=False, kind="stable").reset_index(drop=True)


def importance(model: object, frame: pd.DataFrame, labels: pd.Series, repeats: int, seed: int) -> pd.DataFrame:
    """What the AUC loses when a column is shuffled, largest loss first."""
    generator = np.random.default_rng(seed)
    whole = roc_auc_score(labels, probabilities(model, frame))
    shuffled = []
    for column in frame.columns:
        for _ in range(repeats):
            values = frame[column].iloc[generator.permutation(len(frame))].set_axis(frame.index)
            shuffled.append(frame.assign(**{column: values}))
    # One call for everything: a call for few rows costs nearly as much as one for many.
    scores = probabilities(model, pd.concat(shuffled)).reshape(len(frame.columns), repeats, len(frame))
    losses = np.array([[whole - roc_auc_score(labels, some) for some in of_column] for of_column in scores])
    table = pd.DataFrame({"feature": frame.columns, "auc_loss": losses.mean(axis=1), "spread": losses.std(axis=1)})
    return table.sort_values("auc_loss", ascending=False, kind="stable").reset_index(drop=True)


def as_markdown(table: pd.DataFrame) -> str:
    """A table for people."""
    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * len(table.columns)]
    rows = ([f"{v:.4f}" if isinstance(v, float) else str(v) for v in row] for row in table.itertuples(index=False))
    lines += ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join(lines)


def main(
    input_paths: dict[str, str],
    output_paths: dict[str, str],
    environ_vars: dict[str, str],
    job_args: argparse.Namespace,
) -> None:
    label_field = environ_vars.get("LABEL_FIELD", "delayed")
    repeats, sample_rows, seed = int(job_args.repeats), int(job_args.sample_rows), int(job_args.seed)
    models, numeric, categorical = load_models(Path(input_paths["model"]))
    table = read_table(input_paths["testing_data"])
    if missing := [c for c in (label_field, *numeric, *categorical) if c not in table]:
        raise ValueError(f"the test data lacks the columns {', '.join(missing)}")
    frame = table[[*numeric, *categorical]].astype(dict.fromkeys(categorical, "category"))
    labels = table[label_field].astype(int)

    comparison = compare(models, frame, labels)
    sample = frame.sample(n=min(sample_rows, len(frame)), random_state=seed)
    worth = importance(models["gradient_boosting"], sample, labels[sample.index], repeats, seed)

    target = Path(output_paths["report"])
    target.mkdir(parents=True, exist_ok=True)
    comparison.to_csv(target / "model_comparison.csv", index=False)
    worth.to_csv(target / "feature_importance.csv", index=False)
    summary = {
        "rows": len(labels),
        "base_rate": float(labels.mean()),
        "models": {row.pop("model"): row for row in comparison.to_dict("records")},
        "importance_rows": len(sample),
    }
    (target / "report.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    text = (
        f"# Models on {len(labels)} test flights\n\n{as_markdown(comparison)}\n\n# Features\n\n{as_markdown(worth)}\n"
    )
    (target / "report.md").write_text(text, encoding="utf-8")
    print(json.dumps(summary))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sample_rows", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2013)
    main(INPUTS, OUTPUTS, dict(os.environ), parser.parse_args())
