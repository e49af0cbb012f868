"""Calls to SageMaker about a compiled pipeline. boto3 is imported here and only when a call is made."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cursus.core.compiler.errors import DeploymentError
from cursus.core.compiler.problems import Problems
from cursus.core.compiler.references import Scope
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.shapes import ShapeChecker
from cursus.errors import MissingExtra, UsageError, did_you_mean
from cursus.model.finding import Finding

_ABSENT = ("ResourceNotFound", "ResourceNotFoundException")


def name_findings(name: str) -> tuple[Finding, ...]:
    """What SageMaker would have against ``name`` as the name of a pipeline."""
    problems = Problems()
    shapes = ShapeChecker(load_service_model("sagemaker"), Scope({}, {}), problems, None)
    shapes.check("PipelineName", name, "pipeline name")
    return tuple(problems.findings)


def upsert(
    client: Any, name: str, wanted: Mapping[str, str], extras: Mapping[str, Any], tags: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Create pipeline ``name`` or update it when ``wanted`` (or any of ``extras``) is not what is there."""
    client = _client(client, name)
    deployed = _deployed(client, name)
    request = {"PipelineName": name, **wanted, **extras}
    if deployed is None:
        with _speaking("create", name):
            response = client.create_pipeline(**request, **({"Tags": list(tags)} if tags else {}))
        return {"PipelineArn": response["PipelineArn"], "Action": "created"}
    if _same(deployed, {**wanted, **extras}):
        return {"PipelineArn": deployed["PipelineArn"], "Action": "unchanged"}
    with _speaking("update", name):
        response = client.update_pipeline(**request)
    return {"PipelineArn": response["PipelineArn"], "Action": "updated"}


def start(client: Any, name: str, values: Sequence[Mapping[str, str]], display_name: str | None) -> str:
    """Start an execution; returns its ARN."""
    request: dict[str, Any] = {"PipelineName": name}
    if values:
        request["PipelineParameters"] = list(values)
    if display_name:
        request["PipelineExecutionDisplayName"] = display_name
    with _speaking("start", name):
        return str(_client(client, name).start_pipeline_execution(**request)["PipelineExecutionArn"])


def describe(client: Any, name: str) -> dict[str, Any]:
    """The service's answer without the transport's metadata."""
    with _speaking("describe", name):
        answer = _client(client, name).describe_pipeline(PipelineName=name)
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def list_executions(client: Any, name: str) -> list[dict[str, Any]]:
    """All pages of the list of executions, newest first."""
    client = _client(client, name)
    found: list[dict[str, Any]] = []
    with _speaking("list the executions of", name):
        pages = client.get_paginator("list_pipeline_executions").paginate(
            PipelineName=name, SortBy="CreationTime", SortOrder="Descending"
        )
        for page in pages:
            found += page["PipelineExecutionSummaries"]
    return found


def delete(client: Any, name: str) -> str:
    """Delete the pipeline; returns the ARN it had."""
    with _speaking("delete", name):
        return str(_client(client, name).delete_pipeline(PipelineName=name)["PipelineArn"])


def parameter_values(
    name: str, declared: Sequence[Mapping[str, Any]], given: Mapping[str, str | int | float | bool]
) -> list[dict[str, str]]:
    """``given`` in the form of a start request, sorted.

    :raises UsageError: a name that is not declared, or a declared parameter without default that has no value.
    """
    known = {str(p["Name"]) for p in declared}
    for parameter in given:
        if parameter not in known:
            listing = ", ".join(sorted(known)) or "none"
            raise UsageError(
                f"Pipeline '{name}' has no parameter '{parameter}'.{did_you_mean(parameter, known)}",
                hint=f"Its parameters: {listing}.",
            )
    missing = sorted(str(p["Name"]) for p in declared if "DefaultValue" not in p and p["Name"] not in given)
    if missing:
        raise UsageError(
            f"Pipeline '{name}' cannot be started without a value for {', '.join(missing)}.",
            hint="Give each as NAME=VALUE.",
        )
    return [{"Name": key, "Value": _as_text(given[key])} for key in sorted(given)]


def _as_text(value: str | int | float | bool) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _same(deployed: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    for key, value in wanted.items():
        there = deployed.get(key)
        if key == "PipelineDefinition":
            with contextlib.suppress(ValueError, TypeError):
                there, value = json.loads(there or ""), json.loads(value)
        if there != value:
            return False
    return True


def _client(client: Any, name: str) -> Any:
    if client is not None:
        return client
    try:
        import boto3
    except ImportError as error:
        raise MissingExtra("Deploying a pipeline", "aws") from error
    with _speaking("reach SageMaker for", name):
        return boto3.client("sagemaker")


def _deployed(client: Any, name: str) -> dict[str, Any] | None:
    """What stands under ``name``, or None when nothing does; any other refusal is raised."""
    try:
        return describe(client, name)
    except DeploymentError as error:
        code = getattr(error.__cause__, "response", {}).get("Error", {}).get("Code")
        if code in _ABSENT or (code == "ValidationException" and not _is_listed(client, name)):
            return None
        raise


def _is_listed(client: Any, name: str) -> bool:
    with _speaking("look for", name):
        for page in client.get_paginator("list_pipelines").paginate(PipelineNamePrefix=name):
            if any(summary["PipelineName"] == name for summary in page["PipelineSummaries"]):
                return True
    return False


@contextlib.contextmanager
def _speaking(action: str, name: str) -> Iterator[None]:
    """Turn what botocore raises into an error that names the pipeline and the action."""
    from botocore import exceptions

    try:
        yield
    except exceptions.ClientError as error:
        said = error.response.get("Error", {})
        raise DeploymentError(action, name, f"{said.get('Code')}: {said.get('Message')}") from error
    except exceptions.NoRegionError as error:
        raise DeploymentError(action, name, str(error), hint="Set AWS_REGION.") from error
    except exceptions.NoCredentialsError as error:
        raise DeploymentError(action, name, str(error), hint="aws configure, or set AWS_PROFILE") from error
    except exceptions.BotoCoreError as error:
        raise DeploymentError(action, name, str(error)) from error
