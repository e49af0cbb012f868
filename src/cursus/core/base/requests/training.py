"""Training steps: the request of CreateTrainingJob."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.distribution import distribution_hyperparameters
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.settings import Settings
from cursus.core.base.values import Value, as_expression, text
from cursus.model.expression import Get, Join

CHANNEL_ROOT = "/opt/ml/input/data"
CONFIG_ROOT = "/opt/ml/input/config"


class TrainingKind(BasicKind):
    """A script, or a container of its own, that makes a model from channels of data."""

    type = "Training"
    sagemaker_types: tuple[str, ...] = ("Training",)
    cacheable = True
    retryable = True

    def inputs(self, parts: Parts, bound: Mapping[str, Value]) -> list[dict[str, Any]]:
        """``InputDataConfig``: one channel for each bound input, named by the last part of its container path."""
        channels = _channels(parts)
        common.check_names(parts, "input", bound, channels)
        common.required_inputs(parts, bound)
        mode = parts.settings.plain_text("training_input_mode")
        return [
            channel(name, bound[logical], input_mode=None if mode in (None, "File") else mode)
            for logical, name in channels.items()
            if logical in bound
        ]

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> dict[str, Any]:
        """``OutputDataConfig``: SageMaker knows one place for the model and the output data together."""
        names = [*(parts.spec.outputs if parts.spec else ()), *_contract_outputs(parts)]
        common.check_names(parts, "output", destinations, [*names, "output_path"])
        place = common.one_place(parts, destinations, "a training job")
        place = place or common.own_place(parts)
        return common.without_none({"S3OutputPath": place, "KmsKeyId": parts.settings.text("output_kms_key")})

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateTrainingJob."""
        settings = parts.settings
        spot = bool(settings.flag("use_spot_instances"))
        return common.without_none(
            {
                "AlgorithmSpecification": algorithm(parts),
                "HyperParameters": hyperparameters(parts, filled),
                "InputDataConfig": list(filled.inputs),
                "OutputDataConfig": filled.outputs,
                "ResourceConfig": resources(settings),
                "RoleArn": parts.role,
                "StoppingCondition": stopping(settings, spot=spot),
                "EnableManagedSpotTraining": spot or None,
                "CheckpointConfig": checkpoints(settings),
                "Environment": dict(filled.environment),
                "EnableNetworkIsolation": settings.flag("enable_network_isolation"),
                "EnableInterContainerTrafficEncryption": settings.flag("encrypt_inter_container_traffic"),
                "VpcConfig": common.vpc_config(settings),
                "Tags": common.tags(settings),
            }
        )


def channel(name: str, uri: Value, *, input_mode: str | None = None) -> dict[str, Any]:
    """One element of ``InputDataConfig``."""
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    members = {"ChannelName": name, "DataSource": {"S3DataSource": source}, "InputMode": input_mode}
    return common.without_none(members)


def hyperparameters(parts: Parts, filled: Filled) -> dict[str, Value]:
    """``HyperParameters``, with the script's place for a container that runs one."""
    own: dict[str, Value] = {name: hyperparameter(parts, value) for name, value in filled.hyperparameters.items()}
    arguments = filled.arguments
    own |= {str(name).removeprefix("--"): value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}
    if parts.code is not None:
        uri = parts.code.uri
        own["sagemaker_program"] = json.dumps(parts.code.entry_point)
        # Only a known text can be quoted; the containers take an unquoted one for what it is.
        own["sagemaker_submit_directory"] = json.dumps(uri) if isinstance(uri, str) else uri
        own["sagemaker_container_log_level"] = "20"
        own["sagemaker_region"] = json.dumps(parts.config.aws_region)
    own |= distribution_hyperparameters(parts.settings, str(_instance_type(parts.settings)))
    return own


def hyperparameter(parts: Parts, value: Any) -> Value:
    """One hyperparameter: JSON, as the containers that run a script read it, else plain text as an algorithm does."""
    value = as_expression(value)
    if parts.code is None or isinstance(value, Get | Join | Mapping | list | tuple):
        return text(value)
    return json.dumps(getattr(value, "value", value), default=str)


def algorithm(parts: Parts) -> dict[str, Any]:
    """``AlgorithmSpecification``."""
    return common.without_none(
        {
            "TrainingImage": common.image(parts, "training", scope="training"),
            "TrainingInputMode": parts.settings.plain_text("training_input_mode") or "File",
            "MetricDefinitions": _metrics(parts.settings),
        }
    )


def resources(settings: Settings) -> dict[str, Any]:
    """``ResourceConfig``."""
    return common.without_none(
        {
            "InstanceType": _instance_type(settings),
            "InstanceCount": settings.count("training_instance_count", "instance_count")
            or common.DEFAULT_INSTANCE_COUNT,
            "VolumeSizeInGB": settings.count("training_volume_size", "volume_size_gb") or common.DEFAULT_VOLUME_SIZE_GB,
            "VolumeKmsKeyId": settings.text("volume_kms_key"),
            "KeepAlivePeriodInSeconds": settings.count("keep_alive_period_seconds"),
        }
    )


def stopping(settings: Settings, *, spot: bool) -> dict[str, Any]:
    """``StoppingCondition``; with spot capacity the wait includes the run.

    :raises ConfigurationError: when the wait is missing, shorter than the run, or given without spot capacity.
    """
    limit, wait = common.runtime_limit(settings), settings.count("max_wait_seconds")
    if spot and wait is None:
        raise settings.missing(
            "spot capacity needs a time to wait", f"Set 'max_wait_seconds' for '{settings.node}', at least {limit}."
        )
    if wait is not None and not spot:
        raise settings.missing(
            "'max_wait_seconds' only counts for spot capacity", "Set 'use_spot_instances', or leave it out."
        )
    if isinstance(wait, int) and isinstance(limit, int) and wait < limit:
        raise settings.missing(
            f"'max_wait_seconds' ({wait}) is less than the time the job may run ({limit})",
            "Raise 'max_wait_seconds' or lower 'max_runtime_seconds'.",
        )
    return common.without_none({"MaxRuntimeInSeconds": limit, "MaxWaitTimeInSeconds": wait})


def checkpoints(settings: Settings) -> dict[str, Any] | None:
    """``CheckpointConfig``, or None when no place for checkpoints is set."""
    uri = settings.text("checkpoint_s3_uri")
    if uri is None:
        return None
    return common.without_none({"S3Uri": uri, "LocalPath": settings.text("checkpoint_local_path")})


def _channels(parts: Parts) -> dict[str, str]:
    """Channel by logical name. What SageMaker itself writes below ``/opt/ml/input/config`` is no channel."""
    if parts.contract is None:
        return {n: n for n in (parts.spec.dependencies if parts.spec else ())}
    found: dict[str, str] = {}
    for logical, path in parts.contract.expected_input_paths.items():
        if path.startswith(CONFIG_ROOT):
            continue
        name = path.removeprefix(CHANNEL_ROOT).strip("/")
        if not path.startswith(CHANNEL_ROOT + "/") or not name or "/" in name:
            raise parts.settings.missing(
                f"input '{logical}' of a training step must be a channel, {CHANNEL_ROOT}/<channel>, not {path}",
                "Correct the path in the contract, or override _get_inputs in the builder.",
            )
        found[logical] = name
    return found


def _contract_outputs(parts: Parts) -> list[str]:
    return list(parts.contract.expected_output_paths) if parts.contract else []


def _instance_type(settings: Settings) -> Value:
    return settings.text("training_instance_type", "instance_type") or common.DEFAULT_INSTANCE_TYPE


def _metrics(settings: Settings) -> list[dict[str, Any]]:
    value = settings.find("metric_definitions")
    if isinstance(value, Mapping):
        return [{"Name": str(name), "Regex": regex} for name, regex in sorted(value.items())]
    return settings.items("metric_definitions")
