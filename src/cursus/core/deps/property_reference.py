"""An output of a step that runs earlier, as a consumer refers to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cursus.core.base.specification_base import OutputSpec
from cursus.model.expression import Get


@dataclass(frozen=True)
class PropertyReference:
    """What feeds an input.

    :param step_name: the producing step.
    :param output_spec: which of its outputs.
    """

    step_name: str
    output_spec: OutputSpec

    def to_expression(self) -> Get:
        """The reference as a value of a request."""
        return Get.step(self.step_name, self.output_spec.property_path)

    def to_sagemaker_property(self) -> dict[str, Any]:
        """The reference as the pipeline definition has it: ``{"Get": "Steps.<step>.<property path>"}``."""
        return self.to_expression().to_json()

    def __str__(self) -> str:
        return f"{self.step_name}.{self.output_spec.logical_name}"
