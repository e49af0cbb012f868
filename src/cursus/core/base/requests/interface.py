"""What a kind of step is given and what it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.contract_base import ScriptContract
from cursus.core.base.settings import Settings
from cursus.core.base.specification_base import StepSpecification
from cursus.core.base.values import Value


@dataclass(frozen=True)
class Code:
    """A step's code: an archive in S3 and the script inside it."""

    uri: Value
    entry_point: str


@dataclass(frozen=True)
class Parts:
    """What a request is made from.

    :param node: the step's name in the pipeline.
    :param role: the role the job runs as.
    :param image: image stated by the builder, or None to take it from the settings.
    :param code: None for a step without a script.
    """

    node: str
    config: BasePipelineConfig
    settings: Settings
    contract: ScriptContract | None
    spec: StepSpecification | None
    role: Value
    code: Code | None = None
    image: Value | None = None


@dataclass(frozen=True)
class Filled:
    """What the builder's methods gave, to be put into the request.

    :param inputs: what ``_get_inputs`` gave, in the form of the kind.
    :param outputs: what ``_get_outputs`` gave, in the form of the kind.
    :param arguments: ``--name``, ``value``, … in order.
    """

    inputs: Any
    outputs: Any
    environment: Mapping[str, Value] = field(default_factory=dict)
    arguments: tuple[Value, ...] = ()
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)


class StepKind(Protocol):
    """One kind of step.

    ``type`` is the ``Type`` of the pipeline definition; ``sagemaker_types`` are the registry's
    ``sagemaker_step_type`` values that mean it; ``cacheable`` and ``retryable`` say whether SageMaker takes a
    ``CacheConfig`` and ``RetryPolicies`` for it.
    """

    type: str
    sagemaker_types: tuple[str, ...]
    cacheable: bool
    retryable: bool

    def inputs(self, parts: Parts, bound: Mapping[str, Value]) -> Any:
        """The bound inputs in the form the request has them."""
        ...

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> Any:
        """Where outputs go, in the form the request has it; ``destinations`` override the default place."""
        ...

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The whole request, without the job's name."""
        ...

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """What stands beside the request in the definition, apart from caching and retries."""
        ...

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The environment variables a finished request sets."""
        ...
