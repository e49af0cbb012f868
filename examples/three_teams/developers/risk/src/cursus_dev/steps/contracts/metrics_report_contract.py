"""What ``metrics_report.py`` reads and writes."""

from __future__ import annotations

from cursus.core.base import ScriptContract

METRICS_REPORT_CONTRACT = ScriptContract(
    entry_point="metrics_report.py",
    expected_input_paths={"predictions": "/opt/ml/processing/input/predictions"},
    expected_output_paths={"report": "/opt/ml/processing/output/report"},
    required_env_vars=[],
    optional_env_vars={"MIN_FLIGHTS": "100", "SLICE_FIELDS": "carrier"},
    framework_requirements={"scikit-learn": ">=1.2", "pandas": ">=1.5"},
    description="Measures the calibrated probabilities for every carrier or other slice.",
    # And the slice fields, which the model's evaluation passes through.
    schemas={"predictions": {"label": "int", "score": "float"}},
)
