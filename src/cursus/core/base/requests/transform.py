"""Transform steps: the request of CreateTransformJob."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.values import Value
from cursus.model.step import DependencyType

MODEL_INPUT = "model_name"
DATA_INPUT = "processed_data"
_DATA = (DependencyType.PROCESSING_OUTPUT, DependencyType.TRAINING_DATA, DependencyType.PAYLOAD_SAMPLES)
_MODEL = (DependencyType.CUSTOM_PROPERTY, DependencyType.MODEL_ARTIFACTS)


class TransformKind(BasicKind):
    """Batch scoring of files with a model."""

    type = "Transform"
    sagemaker_types: tuple[str, ...] = ("Transform",)
    cacheable = True
    retryable = True

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> dict[str, Any]:
        """``TransformOutput``; a transform job has one output."""
        names = list(parts.spec.outputs) if parts.spec else []
        if len(names) > 1:
            raise parts.settings.missing(
                f"a transform job has one output, its spec has {len(names)}: {', '.join(names)}",
                "Keep one in the spec.",
            )
        name = names[0] if names else "output"
        common.check_names(parts, "output", destinations, [name])
        settings = parts.settings
        return common.without_none(
            {
                "S3OutputPath": common.destination(parts, name, destinations),
                "Accept": settings.text("transform_accept"),
                "AssembleWith": settings.text("transform_assemble_with"),
                "KmsKeyId": settings.text("output_kms_key"),
            }
        )

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateTransformJob."""
        settings = parts.settings
        return common.without_none(
            {
                "ModelName": model_name(parts, filled),
                "MaxConcurrentTransforms": settings.count("max_concurrent_transforms"),
                "MaxPayloadInMB": settings.count("max_payload_mb"),
                "BatchStrategy": settings.text("batch_strategy"),
                "Environment": dict(filled.environment),
                "TransformInput": _input(parts, filled),
                "TransformOutput": filled.outputs,
                "TransformResources": common.without_none(
                    {
                        "InstanceType": settings.text("transform_instance_type", "instance_type")
                        or common.DEFAULT_INSTANCE_TYPE,
                        "InstanceCount": settings.count("transform_instance_count", "instance_count")
                        or common.DEFAULT_INSTANCE_COUNT,
                        "VolumeKmsKeyId": settings.text("volume_kms_key"),
                    }
                ),
                "DataProcessing": common.without_none(
                    {
                        "InputFilter": settings.text("input_filter"),
                        "OutputFilter": settings.text("output_filter"),
                        "JoinSource": settings.text("join_source"),
                    }
                ),
                "Tags": common.tags(settings),
            }
        )


def model_name(parts: Parts, filled: Filled) -> Value:
    """The model's name: an input's, else the config's.

    :raises ConfigurationError: when neither names it.
    """
    name = common.bound_by_role(parts, filled.inputs, "the model's name", MODEL_INPUT, _MODEL)
    name = name or parts.settings.text("model_name")
    if name is None:
        raise parts.settings.missing(
            "no model is known", f"Feed the input '{MODEL_INPUT}' of '{parts.node}', or set 'model_name' in its config."
        )
    return name


def _input(parts: Parts, filled: Filled) -> dict[str, Any]:
    data = common.bound_by_role(parts, filled.inputs, "the data", DATA_INPUT, _DATA)
    data = data or parts.settings.text("transform_data_uri")
    if data is None:
        raise parts.settings.missing(
            "no data to score is known",
            f"Feed an input of '{parts.node}', or set 'transform_data_uri' in its config.",
        )
    settings = parts.settings
    return common.without_none(
        {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": data}},
            "ContentType": settings.text("content_type"),
            "CompressionType": settings.text("compression_type"),
            "SplitType": settings.text("split_type"),
        }
    )
