"""The four parameters of a script; apart from the other facts, whose classes take ten times as long to make."""

from __future__ import annotations

from enum import StrEnum


class MainParameter(StrEnum):
    """The four parameters of a script's ``main``."""

    INPUTS = "input_paths"
    OUTPUTS = "output_paths"
    ENVIRONMENT = "environ_vars"
    ARGUMENTS = "job_args"
