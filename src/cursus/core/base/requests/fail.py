"""Fail steps: end the execution with a message."""

from __future__ import annotations

from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts


class FailKind(BasicKind):
    """Marks the execution as failed; config ``error_message`` says why."""

    type = "Fail"
    sagemaker_types: tuple[str, ...] = ("Fail",)

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The message."""
        return {"ErrorMessage": common.needed(parts, "error_message")}
