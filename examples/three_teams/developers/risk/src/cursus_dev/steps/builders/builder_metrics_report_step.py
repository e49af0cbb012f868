"""Builds the processing job of risk's MetricsReport."""

from __future__ import annotations

from cursus.core.base import StepBuilderBase

from ..configs.config_metrics_report_step import MetricsReportConfig


class MetricsReportStepBuilder(StepBuilderBase):
    """Hands the list of slices over as the one text that an environment variable can hold."""

    config: MetricsReportConfig

    def _get_environment_variables(self) -> dict[str, str]:
        """The default ones, with ``SLICE_FIELDS`` from the config's list."""
        return {**super()._get_environment_variables(), "SLICE_FIELDS": ",".join(self.config.slices)}
