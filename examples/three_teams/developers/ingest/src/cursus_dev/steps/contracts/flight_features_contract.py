"""What ``flight_features.py`` reads and writes."""

from __future__ import annotations

from cursus.core.base import ScriptContract

from ..constants import DELAY_MINUTES, INPUT_ROOT, OUTPUT_ROOT, WEATHER_LAG_HOURS

FLIGHT_FEATURES_CONTRACT = ScriptContract(
    entry_point="flight_features.py",
    expected_input_paths={
        "flights": f"{INPUT_ROOT}/flights",
        "weather": f"{INPUT_ROOT}/weather",
        "planes": f"{INPUT_ROOT}/planes",
    },
    expected_output_paths={"features": f"{OUTPUT_ROOT}/features"},
    required_env_vars=[],
    optional_env_vars={"DELAY_MINUTES": DELAY_MINUTES, "WEATHER_LAG_HOURS": WEATHER_LAG_HOURS},
    framework_requirements={"pandas": ">=1.5"},
    description="Joins flights, weather and planes into one row per flight, from what is known before departure.",
)
