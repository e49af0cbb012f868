"""The steps of this workspace that are written as Python files; manifests carry their own row."""

WORKSPACE_STEPS = {
    "MetricsReport": {
        "config_class": "MetricsReportConfig",
        "builder_step_name": "MetricsReportStepBuilder",
        "spec_type": "MetricsReport",
        "sagemaker_step_type": "Processing",
        "description": "Compares the model with its baselines and ranks its features",
    },
}

WORKSPACE_METADATA = {
    "developer_id": "modelling",
    "description": "Features to models",
}
