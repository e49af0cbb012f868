"""A step as the pipeline definition has it: what a builder returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PipelineStep:
    """One step of a SageMaker pipeline, before it is rendered.

    :param name: the step's name in the pipeline.
    :param type: pipeline step type: ``Processing``, ``Training``, ``Model``, ``Transform``, …
    :param request: ``Arguments``: the Create…Job request without its name; may hold
        :class:`~cursus.model.expression.Get` and :class:`~cursus.model.expression.Join`.
    :param depends_on: names of steps that must finish first, beyond those the request refers to.
    :param options: what stands beside ``Arguments`` in the definition, by its name there: ``CacheConfig``,
        ``RetryPolicies``, ``PropertyFiles``, and for some types more (``FunctionArn``, ``OutputParameters``, …).
    """

    name: str
    type: str
    request: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
