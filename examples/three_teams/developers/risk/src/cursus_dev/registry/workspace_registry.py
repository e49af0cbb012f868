"""The steps of this workspace that are written as Python files; manifests carry their own row."""

WORKSPACE_STEPS = {
    "MetricsReport": {
        "config_class": "MetricsReportConfig",
        "builder_step_name": "MetricsReportStepBuilder",
        "spec_type": "MetricsReport",
        "sagemaker_step_type": "Processing",
        "description": "Measures the calibrated probabilities for every carrier",
    },
}

WORKSPACE_METADATA = {
    "developer_id": "risk",
    "description": "Scores to probabilities that can be relied on",
}
