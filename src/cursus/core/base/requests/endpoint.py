"""EndpointConfig and Endpoint steps: a model behind an endpoint."""

from __future__ import annotations

from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.requests.transform import model_name


class EndpointConfigKind(BasicKind):
    """One variant of one model; its name is the input ``model_name`` or the config's."""

    type = "EndpointConfig"
    sagemaker_types: tuple[str, ...] = ("EndpointConfig",)
    cacheable = True
    retryable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateEndpointConfig."""
        settings = parts.settings
        variant = {
            "VariantName": settings.text("variant_name") or "AllTraffic",
            "ModelName": model_name(parts, filled),
            "InitialInstanceCount": settings.count("instance_count") or common.DEFAULT_INSTANCE_COUNT,
            "InstanceType": settings.text("instance_type") or common.DEFAULT_INSTANCE_TYPE,
            "InitialVariantWeight": 1.0,
        }
        return common.without_none(
            {
                "ProductionVariants": [variant],
                "KmsKeyId": settings.text("volume_kms_key"),
                "EnableNetworkIsolation": settings.flag("enable_network_isolation"),
                "VpcConfig": common.vpc_config(settings),
                "ExecutionRoleArn": parts.role if settings.find("subnets") else None,
                "Tags": common.tags(settings),
            }
        )


class EndpointKind(BasicKind):
    """An endpoint, made or updated; its config's name is the input ``endpoint_config_name`` or the config's."""

    type = "Endpoint"
    sagemaker_types: tuple[str, ...] = ("Endpoint",)
    cacheable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateEndpoint."""
        name = filled.inputs.get("endpoint_config_name")
        return common.without_none(
            {
                "EndpointName": common.needed(parts, "endpoint_name"),
                "EndpointConfigName": name or common.needed(parts, "endpoint_config_name"),
                "Tags": common.tags(parts.settings),
            }
        )
