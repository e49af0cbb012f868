"""Settings of risk's MetricsReport."""

from __future__ import annotations

from pydantic import Field

from cursus.core.base import ProcessingStepConfigBase, ScriptContract

from ..contracts.metrics_report_contract import METRICS_REPORT_CONTRACT


class MetricsReportConfig(ProcessingStepConfigBase):
    """For whom the probabilities are measured.

    :param slices: columns whose every value is measured by itself.
    :param min_flights: a slice with fewer flights is listed without measures.
    """

    framework: str | None = "sklearn"
    processing_framework_version: str = "1.4-2"
    slices: list[str] = Field(default=["carrier"], min_length=1)
    min_flights: int = Field(default=100, ge=1)

    def get_script_contract(self) -> ScriptContract:
        """The contract of ``metrics_report.py``."""
        return METRICS_REPORT_CONTRACT
