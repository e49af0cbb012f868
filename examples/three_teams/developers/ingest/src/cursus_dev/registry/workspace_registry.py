"""The steps of this workspace."""

WORKSPACE_STEPS = {
    "FlightFeatures": {
        "config_class": "FlightFeaturesConfig",
        "builder_step_name": "FlightFeaturesStepBuilder",
        "spec_type": "FlightFeatures",
        "sagemaker_step_type": "Processing",
        "description": "Joins flights, weather and planes into features known before departure",
    },
}

WORKSPACE_METADATA = {
    "developer_id": "ingest",
    "description": "Raw data to features",
}
