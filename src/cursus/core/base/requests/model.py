"""CreateModel steps: the request of CreateModel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.values import Value
from cursus.model.step import DependencyType

MODEL_INPUT = "model_data"


class ModelKind(BasicKind):
    """A SageMaker model from a model archive and an image that serves it."""

    type = "Model"
    sagemaker_types: tuple[str, ...] = ("CreateModel", "Model")
    retryable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateModel."""
        settings = parts.settings
        return common.without_none(
            {
                "ExecutionRoleArn": parts.role,
                "PrimaryContainer": container(parts, filled),
                "EnableNetworkIsolation": settings.flag("enable_network_isolation"),
                "VpcConfig": common.vpc_config(settings),
                "Tags": common.tags(settings),
            }
        )

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """``PrimaryContainer.Environment``."""
        environment: Mapping[str, Any] = request.get("PrimaryContainer", {}).get("Environment", {})
        return environment


def container(parts: Parts, filled: Filled) -> dict[str, Any]:
    """A serving container: image, model archive, environment; the step's code becomes the container's script.

    :raises ConfigurationError: when neither an input nor the config names the model's archive.
    """
    archive = common.bound_by_role(
        parts, filled.inputs, "the model's archive", MODEL_INPUT, (DependencyType.MODEL_ARTIFACTS,)
    )
    archive = archive or parts.settings.text("model_data_url")
    if archive is None:
        raise parts.settings.missing(
            "no model is known",
            f"Feed the input '{MODEL_INPUT}' of '{parts.node}', or set 'model_data_url' in its config.",
        )
    environment: dict[str, Value] = dict(filled.environment)
    if parts.code is not None:
        environment = {
            "SAGEMAKER_PROGRAM": parts.code.entry_point,
            "SAGEMAKER_SUBMIT_DIRECTORY": parts.code.uri,
            "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
            "SAGEMAKER_REGION": parts.config.aws_region,
        } | environment
    return common.without_none(
        {
            "Image": common.image(parts, "model", scope="inference"),
            "ModelDataUrl": archive,
            "Environment": environment,
        }
    )
