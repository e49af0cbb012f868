"""The ports of risk's MetricsReport."""

from __future__ import annotations

from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

from ..contracts.metrics_report_contract import METRICS_REPORT_CONTRACT

METRICS_REPORT_SPEC = StepSpecification(
    step_type="MetricsReport",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(
            logical_name="predictions",
            dependency_type=DependencyType.PROCESSING_OUTPUT,
            compatible_sources=["DelayCalibration", "ModelEval"],
            semantic_keywords=["predictions", "scores", "probabilities"],
            description="Label, score and the slice fields, one row per flight",
        ),
    ],
    outputs=[
        OutputSpec(
            logical_name="report",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri",
            description="Metrics by slice as CSV, JSON and Markdown",
        ),
    ],
    script_contract=METRICS_REPORT_CONTRACT,
)
