"""Settings of modelling's MetricsReport."""

from __future__ import annotations

from pydantic import Field

from cursus.core.base import ProcessingStepConfigBase, ScriptContract

from ..contracts.metrics_report_contract import METRICS_REPORT_CONTRACT


class MetricsReportConfig(ProcessingStepConfigBase):
    """How much the importance of features may cost.

    :param label_field: the column with the label.
    :param feature_count: how many features the model has.
    :param prediction_budget: how many rows may be scored for the importance, all features and repeats together.
    :param repeats: how often each feature is shuffled.
    """

    framework: str | None = "sklearn"
    processing_framework_version: str = "1.4-2"
    label_field: str = "delayed"
    feature_count: int = Field(default=24, ge=1)
    prediction_budget: int = Field(default=360_000, ge=1)
    repeats: int = Field(default=3, ge=1, le=20)
    seed: int = 2013

    def get_script_contract(self) -> ScriptContract:
        """The contract of ``metrics_report.py``."""
        return METRICS_REPORT_CONTRACT
