"""Settings of FlightFeatures."""

from __future__ import annotations

from pydantic import Field

from cursus.core.base import ProcessingStepConfigBase, ScriptContract

from ..constants import DELAY_MINUTES, WEATHER_LAG_HOURS
from ..contracts.flight_features_contract import FLIGHT_FEATURES_CONTRACT


class FlightFeaturesConfig(ProcessingStepConfigBase):
    """What counts as late, and how old the weather has to be.

    :param delay_minutes: a flight that arrives later than this is labelled as delayed.
    :param weather_lag_hours: the weather is the one observed at least so long before the scheduled hour.
    """

    framework: str | None = "sklearn"
    processing_framework_version: str = "1.4-2"
    delay_minutes: int = Field(default=int(DELAY_MINUTES), ge=1, le=24 * 60)
    weather_lag_hours: int = Field(default=int(WEATHER_LAG_HOURS), ge=1, le=48)

    def get_script_contract(self) -> ScriptContract:
        """The contract of ``flight_features.py``."""
        return FLIGHT_FEATURES_CONTRACT
