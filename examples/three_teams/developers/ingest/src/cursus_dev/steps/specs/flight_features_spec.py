"""The ports of FlightFeatures."""

from __future__ import annotations

from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

from ..contracts.flight_features_contract import FLIGHT_FEATURES_CONTRACT

FLIGHT_FEATURES_SPEC = StepSpecification(
    step_type="FlightFeatures",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(
            logical_name="flights",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            semantic_keywords=["flights", "timetable"],
            description="Scheduled and actual flights",
        ),
        DependencySpec(
            logical_name="weather",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            semantic_keywords=["weather", "observations"],
            description="Hourly weather at the airports of departure",
        ),
        DependencySpec(
            logical_name="planes",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            semantic_keywords=["planes", "aircraft"],
            description="Aircraft by tail number",
        ),
    ],
    outputs=[
        OutputSpec(
            logical_name="features",
            aliases=["data"],
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri",
            description="One row per flight: id, date, label and features",
        ),
    ],
    script_contract=FLIGHT_FEATURES_CONTRACT,
)
