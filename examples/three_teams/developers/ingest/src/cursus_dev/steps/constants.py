"""What the files of this workspace's steps agree on."""

from __future__ import annotations

INPUT_ROOT = "/opt/ml/processing/input"
OUTPUT_ROOT = "/opt/ml/processing/output"
DELAY_MINUTES = "15"
WEATHER_LAG_HOURS = "1"
