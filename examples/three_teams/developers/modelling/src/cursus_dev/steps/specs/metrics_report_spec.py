"""The ports of modelling's MetricsReport."""

from __future__ import annotations

from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

from ..contracts.metrics_report_contract import METRICS_REPORT_CONTRACT

METRICS_REPORT_SPEC = StepSpecification(
    step_type="MetricsReport",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(
            logical_name="model",
            dependency_type=DependencyType.MODEL_ARTIFACTS,
            compatible_sources=["DelayTraining"],
            semantic_keywords=["model", "artifacts"],
            description="The model and its baselines",
        ),
        DependencySpec(
            logical_name="testing_data",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            compatible_sources=["TabularPreprocessing"],
            semantic_keywords=["testing", "test", "data"],
            description="Rows that nothing was fitted or chosen on",
        ),
    ],
    outputs=[
        OutputSpec(
            logical_name="report",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri",
            description="Comparison and importance as CSV, JSON and Markdown",
        ),
    ],
    script_contract=METRICS_REPORT_CONTRACT,
)
