"""Builds the processing job of modelling's MetricsReport."""

from __future__ import annotations

from cursus.core.base import StepBuilderBase
from cursus.errors import ConfigurationError

from ..configs.config_metrics_report_step import MetricsReportConfig

FEWEST_ROWS = 500


class MetricsReportStepBuilder(StepBuilderBase):
    """Works out how many rows the importance may use, so that more features or repeats do not make the job longer."""

    config: MetricsReportConfig

    @property
    def sample_rows(self) -> int:
        """Rows to score for each shuffle of each feature within the budget."""
        return self.config.prediction_budget // (self.config.feature_count * self.config.repeats)

    def validate_configuration(self) -> None:
        """Refuse a budget that leaves too few rows to tell a feature from noise."""
        super().validate_configuration()
        if self.sample_rows < FEWEST_ROWS:
            needed = FEWEST_ROWS * self.config.feature_count * self.config.repeats
            raise ConfigurationError(
                f"prediction_budget {self.config.prediction_budget} leaves {self.sample_rows} rows for each shuffle; "
                f"at least {FEWEST_ROWS} are needed.",
                hint=f"Set prediction_budget to {needed} or more, or shuffle less often (repeats).",
            )

    def _get_job_arguments(self) -> list[str]:
        """The arguments of the script, with the number of rows in place of its fixed default."""
        arguments = {"repeats": self.config.repeats, "sample_rows": self.sample_rows, "seed": self.config.seed}
        return [part for name, value in arguments.items() for part in (f"--{name}", str(value))]
