"""Processing steps: the request of CreateProcessingJob."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Code, Filled, Parts
from cursus.core.base.values import Value, text

INPUT_ROOT = "/opt/ml/processing/input"
OUTPUT_ROOT = "/opt/ml/processing/output"
#: Where the code archive is mounted; a contract may not use it.
CODE_PATH = f"{INPUT_ROOT}/code"
CODE_INPUT = "code"
#: SageMaker's limit for one element of ``ContainerEntrypoint``.
ENTRYPOINT_LIMIT = 256
_DEFAULT_IMAGE = ("sklearn", "1.2-1")


class ProcessingKind(BasicKind):
    """A script, or a container of its own, over files."""

    type = "Processing"
    sagemaker_types: tuple[str, ...] = ("Processing", "CradleDataLoading", "Base")
    cacheable = True
    retryable = True

    def inputs(self, parts: Parts, bound: Mapping[str, Value]) -> list[dict[str, Any]]:
        """``ProcessingInputs`` without the code."""
        paths = _input_paths(parts)
        common.check_names(parts, "input", bound, paths)
        common.required_inputs(parts, bound)
        return [processing_input(name, bound[name], path) for name, path in paths.items() if name in bound]

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> list[dict[str, Any]]:
        """``ProcessingOutputConfig.Outputs``."""
        paths = _output_paths(parts)
        common.check_names(parts, "output", destinations, paths)
        return [
            processing_output(name, common.destination(parts, name, destinations), path) for name, path in paths.items()
        ]

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateProcessingJob."""
        inputs = list(filled.inputs)
        if parts.code is not None:
            _check_code_place(parts, inputs)
            inputs.append(processing_input(CODE_INPUT, parts.code.uri, CODE_PATH))
        app = {
            "ImageUri": common.image(parts, "processing", scope="training", default=_default_image(parts)),
            "ContainerEntrypoint": _entrypoint(parts),
            "ContainerArguments": list(filled.arguments),
        }
        return job_members(parts, app, inputs, list(filled.outputs), filled.environment)

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """``PropertyFiles``."""
        files = [_property_file(parts, f) for f in parts.settings.items("property_files")]
        return {"PropertyFiles": files} if files else {}


def job_members(
    parts: Parts,
    app: Mapping[str, Any],
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    environment: Mapping[str, Value],
) -> dict[str, Any]:
    """The request of CreateProcessingJob around what runs (``AppSpecification``), its inputs and its outputs."""
    settings = parts.settings
    return common.without_none(
        {
            "ProcessingResources": {"ClusterConfig": _cluster(parts)},
            "AppSpecification": common.without_none(app),
            "RoleArn": parts.role,
            "ProcessingInputs": inputs,
            "ProcessingOutputConfig": None
            if not outputs
            else common.without_none({"Outputs": outputs, "KmsKeyId": settings.text("output_kms_key")}),
            "Environment": dict(environment),
            "StoppingCondition": {"MaxRuntimeInSeconds": common.runtime_limit(settings)},
            "NetworkConfig": common.without_none(
                {
                    "EnableNetworkIsolation": settings.flag("enable_network_isolation"),
                    "EnableInterContainerTrafficEncryption": settings.flag("encrypt_inter_container_traffic"),
                    "VpcConfig": common.vpc_config(settings),
                }
            ),
            "Tags": common.tags(settings),
        }
    )


def processing_output(name: str, uri: Value, path: str) -> dict[str, Any]:
    """One element of ``ProcessingOutputConfig.Outputs``: everything below ``path``, copied when the job has ended."""
    return {
        "OutputName": name,
        "AppManaged": False,
        "S3Output": {"S3Uri": uri, "LocalPath": path, "S3UploadMode": "EndOfJob"},
    }


def processing_input(name: str, uri: Value, path: str) -> dict[str, Any]:
    """One element of ``ProcessingInputs``: everything below ``uri``, copied to ``path`` before the job starts."""
    return {
        "InputName": name,
        "AppManaged": False,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": path,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
            "S3CompressionType": "None",
        },
    }


def _input_paths(parts: Parts) -> dict[str, str]:
    """Container path by logical name; a step without a script gets the standard places."""
    if parts.contract is not None:
        return dict(parts.contract.expected_input_paths)
    return {n: f"{INPUT_ROOT}/{n}" for n in (parts.spec.dependencies if parts.spec else ())}


def _output_paths(parts: Parts) -> dict[str, str]:
    """Container path by logical name; an output the contract knows by an alias gets the spec's logical name."""
    if parts.contract is None:
        return {n: f"{OUTPUT_ROOT}/{n}" for n in (parts.spec.outputs if parts.spec else ())}
    paths = {}
    for name, path in parts.contract.expected_output_paths.items():
        port = parts.spec.get_output_by_name_or_alias(name) if parts.spec else None
        paths[port.logical_name if port else name] = path
    return paths


def _cluster(parts: Parts) -> dict[str, Any]:
    settings = parts.settings
    return common.without_none(
        {
            "InstanceType": _instance_type(parts),
            "InstanceCount": settings.count("processing_instance_count", "instance_count")
            or common.DEFAULT_INSTANCE_COUNT,
            "VolumeSizeInGB": settings.count("processing_volume_size", "volume_size_gb")
            or common.DEFAULT_VOLUME_SIZE_GB,
            "VolumeKmsKeyId": settings.text("volume_kms_key"),
        }
    )


def _instance_type(parts: Parts) -> Value:
    settings = parts.settings
    settings.config._note("processing_instance_type_large", "processing_instance_type_small", "instance_type")
    sizes = ("use_large_processing_instance", "processing_instance_type_large", "processing_instance_type_small")
    if settings.stated("processing_instance_type") is None and any(settings.stated(n) is not None for n in sizes):
        size = "large" if settings.flag("use_large_processing_instance") else "small"
        chosen: Value | None = getattr(parts.config, f"processing_instance_type_{size}", None)
        return chosen or common.DEFAULT_INSTANCE_TYPE
    return settings.text("processing_instance_type", "instance_type") or common.DEFAULT_INSTANCE_TYPE


def _default_image(parts: Parts) -> tuple[str, str]:
    """Framework and version of a script for which none is stated."""
    framework, version = _DEFAULT_IMAGE
    return framework, parts.settings.plain_text("processing_framework_version") or version


def _entrypoint(parts: Parts) -> list[Any] | None:
    """The command: unpack the code and run the script, or what the config says for a container with its own code."""
    if parts.code is None:
        return parts.settings.items("container_entrypoint") or None
    command = _command(parts.code)
    if len(command) > ENTRYPOINT_LIMIT:
        raise parts.settings.missing(
            f"the path of its script is too long for a container command: {parts.code.entry_point}",
            "Give the script a shorter name.",
        )
    return code_entrypoint(parts.code)


def code_entrypoint(code: Code) -> list[Any]:
    """The command that unpacks a mounted code archive and runs the script in it."""
    # "cursus" is $0, the name bash uses in its own messages; the job's arguments follow as $1, $2, …
    return ["/bin/bash", "-c", _command(code), "cursus"]


def _command(code: Code) -> str:
    script = shlex.quote(f"./{code.entry_point}")
    return (
        "d=/opt/ml/processing/code && mkdir -p $d && "
        f'tar -xzf {CODE_PATH}/sourcedir.tar.gz -C $d && cd $d && exec python3 {script} "$@"'
    )


def _check_code_place(parts: Parts, inputs: list[dict[str, Any]]) -> None:
    for given in inputs:
        place = str(given.get("S3Input", {}).get("LocalPath", "")).rstrip("/")
        if given.get("InputName") == CODE_INPUT or place == CODE_PATH or place.startswith(CODE_PATH + "/"):
            raise parts.settings.missing(
                f"input '{given.get('InputName')}' takes the name or place of the step's code ({CODE_PATH})",
                "Use another logical name and container path in the contract.",
            )


def _property_file(parts: Parts, file: Any) -> dict[str, Any]:
    keys = {"name": "PropertyFileName", "output": "OutputName", "path": "FilePath"}
    if not isinstance(file, Mapping) or set(file) != set(keys):
        raise parts.settings.wrong(("property_files",), "a list of {name, output, path}", file)
    common.check_names(parts, "output", {str(file["output"]): ""}, _output_paths(parts))
    return {member: str(text(file[key])) for key, member in keys.items()}
