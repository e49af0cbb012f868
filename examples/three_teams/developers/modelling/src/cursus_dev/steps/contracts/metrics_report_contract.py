"""What ``metrics_report.py`` reads and writes."""

from __future__ import annotations

from cursus.core.base import ScriptContract

METRICS_REPORT_CONTRACT = ScriptContract(
    entry_point="metrics_report.py",
    expected_input_paths={
        "model": "/opt/ml/processing/input/model",
        "testing_data": "/opt/ml/processing/input/testing_data",
    },
    expected_output_paths={"report": "/opt/ml/processing/output/report"},
    required_env_vars=[],
    optional_env_vars={"LABEL_FIELD": "delayed"},
    expected_arguments={"repeats": "3", "sample_rows": "5000", "seed": "2013"},
    framework_requirements={"scikit-learn": ">=1.4", "pandas": ">=1.5"},
    description="Compares the model with its baselines on the test rows and ranks its features.",
)
