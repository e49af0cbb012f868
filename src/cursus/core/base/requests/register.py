"""RegisterModel steps: the request of CreateModelPackage (the model registry)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.requests.model import container
from cursus.core.base.values import Value, join_uri

METRICS_INPUT = "model_metrics"
_APPROVALS = ("Approved", "Rejected", "PendingManualApproval")


class RegisterModelKind(BasicKind):
    """A new version of a model in a model package group."""

    type = "RegisterModel"
    sagemaker_types: tuple[str, ...] = ("RegisterModel",)
    retryable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateModelPackage."""
        settings = parts.settings
        group = settings.text("model_package_group_name")
        if group is None:
            raise settings.missing(
                "no model package group is named", f"Set 'model_package_group_name' for '{parts.node}'."
            )
        return common.without_none(
            {
                "ModelPackageGroupName": group,
                "ModelPackageDescription": settings.text("model_package_description"),
                "InferenceSpecification": _inference(parts, filled),
                "ModelApprovalStatus": _approval(parts),
                "ModelMetrics": _metrics(parts, filled),
                "CustomerMetadataProperties": settings.mapping("customer_metadata"),
                "Domain": settings.text("domain"),
                "Task": settings.text("task"),
                "SamplePayloadUrl": settings.text("sample_payload_url"),
                "SecurityConfig": common.without_none({"KmsKeyId": settings.text("model_package_kms_key")}),
            }
        )

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """``InferenceSpecification.Containers[0].Environment``."""
        containers = request.get("InferenceSpecification", {}).get("Containers", [])
        environment: Mapping[str, Any] = containers[0].get("Environment", {}) if containers else {}
        return environment


def _inference(parts: Parts, filled: Filled) -> dict[str, Any]:
    settings = parts.settings
    return common.without_none(
        {
            "Containers": [container(parts, filled)],
            "SupportedContentTypes": settings.items("content_types") or ["text/csv"],
            "SupportedResponseMIMETypes": settings.items("response_types") or ["text/csv"],
            "SupportedTransformInstanceTypes": settings.items("transform_instances"),
            "SupportedRealtimeInferenceInstanceTypes": settings.items("inference_instances"),
        }
    )


def _approval(parts: Parts) -> Value:
    status = parts.settings.text("approval_status") or "PendingManualApproval"
    if isinstance(status, str) and status not in _APPROVALS:
        raise parts.settings.wrong(("approval_status",), f"one of {', '.join(_APPROVALS)}", status)
    return status


def _metrics(parts: Parts, filled: Filled) -> dict[str, Any] | None:
    """``ModelMetrics`` from the folder fed to ``model_metrics``; its file is ``model_metrics_file``."""
    folder = filled.inputs.get(METRICS_INPUT)
    if folder is None:
        return None
    file = parts.settings.plain_text("model_metrics_file") or "metrics.json"
    return {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": join_uri(folder, file)}}}
