"""Calls to SageMaker about a compiled pipeline."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cursus.core.compiler import aws
from cursus.core.compiler.aws import error_code, speaking
from cursus.core.compiler.errors import DeploymentError
from cursus.core.compiler.problems import Problems
from cursus.core.compiler.references import Scope
from cursus.core.compiler.service_model import load_service_model
from cursus.core.compiler.shapes import ShapeChecker
from cursus.core.compiler.storage import Store
from cursus.core.compiler.validation import most_inline
from cursus.errors import UsageError, did_you_mean
from cursus.model.finding import Finding

_ABSENT = ("ResourceNotFound", "ResourceNotFoundException")
_ANY = re.compile(r".*", re.DOTALL)
#: How a value of each type is written in a start request.
_FORMS = {
    "Integer": re.compile(r"[+-]?\d+"),
    "Float": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    "Boolean": re.compile(r"true|false"),
}


def name_findings(name: str) -> tuple[Finding, ...]:
    """What SageMaker would have against ``name`` as the name of a pipeline."""
    return _judged("PipelineName", name, "pipeline name")


def role_findings(role: str) -> tuple[Finding, ...]:
    """What SageMaker would have against ``role`` as the role of a pipeline."""
    return _judged("RoleArn", role, "role")


def _judged(shape: str, value: str, path: str) -> tuple[Finding, ...]:
    problems = Problems()
    ShapeChecker(load_service_model("sagemaker"), Scope({}, {}), problems, None).check(shape, value, path)
    return tuple(problems.findings)


def upsert(
    client: Any,
    name: str,
    wanted: Mapping[str, str],
    extras: Mapping[str, Any],
    tags: Sequence[Mapping[str, str]],
    *,
    storage: str | None = None,
    s3_client: Any = None,
) -> dict[str, str]:
    """Create pipeline ``name`` or update it when ``wanted`` (or any of ``extras``) is not what is there.

    A definition that does not fit into a request is put below ``storage`` first.
    """
    client = _client(client, name)
    deployed = find_deployed(name, client)
    if deployed is not None and same(deployed, {**wanted, **extras}):
        return {"PipelineArn": deployed["PipelineArn"], "Action": "unchanged"}
    request = {"PipelineName": name, **_sendable(name, wanted, storage, s3_client), **extras}
    if deployed is None:
        with speaking("create", name):
            response = client.create_pipeline(**request, **({"Tags": list(tags)} if tags else {}))
        return {"PipelineArn": response["PipelineArn"], "Action": "created"}
    with speaking("update", name):
        response = client.update_pipeline(**request)
    return {"PipelineArn": response["PipelineArn"], "Action": "updated"}


def _sendable(name: str, wanted: Mapping[str, str], storage: str | None, s3_client: Any) -> dict[str, Any]:
    text = wanted["PipelineDefinition"]
    if len(text) <= most_inline():
        return dict(wanted)
    if storage is None:
        raise DeploymentError(
            "send the definition of",
            name,
            f"its {len(text)} characters do not fit into a request, and no step says where in S3 to put it.",
            hint="Give 'bucket' (or 'pipeline_s3_loc') a fixed value in the pipeline's config.",
        )
    store = Store(s3_client if s3_client is not None else aws.client("s3", name), name)
    bucket, key = store.put_text(f"{storage}/definitions", text)
    rest = {key: value for key, value in wanted.items() if key != "PipelineDefinition"}
    return {**rest, "PipelineDefinitionS3Location": {"Bucket": bucket, "ObjectKey": key}}


def start(client: Any, name: str, values: Sequence[Mapping[str, str]], display_name: str | None) -> str:
    """Start an execution; returns its ARN."""
    request: dict[str, Any] = {"PipelineName": name}
    if values:
        request["PipelineParameters"] = list(values)
    if display_name:
        request["PipelineExecutionDisplayName"] = display_name
    with speaking("start", name):
        return str(_client(client, name).start_pipeline_execution(**request)["PipelineExecutionArn"])


def describe(client: Any, name: str) -> dict[str, Any]:
    """The service's answer without the transport's metadata."""
    with speaking("describe", name):
        answer = _client(client, name).describe_pipeline(PipelineName=name)
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def list_executions(client: Any, name: str) -> list[dict[str, Any]]:
    """All pages of the list of executions, newest first."""
    client = _client(client, name)
    found: list[dict[str, Any]] = []
    with speaking("list the executions of", name):
        pages = client.get_paginator("list_pipeline_executions").paginate(
            PipelineName=name, SortBy="CreationTime", SortOrder="Descending"
        )
        for page in pages:
            found += page["PipelineExecutionSummaries"]
    return found


def list_pipelines(client: Any, prefix: str = "") -> list[dict[str, Any]]:
    """Summaries of the deployed pipelines whose names start with ``prefix``, sorted by name."""
    client = _client(client, prefix)
    request = {"PipelineNamePrefix": prefix} if prefix else {}
    with speaking("list", f"{prefix}…" if prefix else "every pipeline"):
        pages = client.get_paginator("list_pipelines").paginate(**request)
        found = [summary for page in pages for summary in page["PipelineSummaries"]]
    return sorted(found, key=lambda summary: str(summary["PipelineName"]))


def delete(client: Any, name: str) -> str:
    """Delete the pipeline; returns the ARN it had."""
    with speaking("delete", name):
        return str(_client(client, name).delete_pipeline(PipelineName=name)["PipelineArn"])


def parameter_values(
    name: str, declared: Sequence[Mapping[str, Any]], given: Mapping[str, str | int | float | bool]
) -> list[dict[str, str]]:
    """``given`` in the form of a start request, sorted.

    :raises UsageError: a name that is not declared, a value that is not of the parameter's type, or a declared
        parameter without default that has no value.
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
    return [_parameter_value(p, given[p["Name"]]) for p in sorted(declared, key=_name) if p["Name"] in given]


def _name(parameter: Mapping[str, Any]) -> str:
    return str(parameter["Name"])


def _parameter_value(parameter: Mapping[str, Any], value: str | int | float | bool) -> dict[str, str]:
    name, kind = _name(parameter), str(parameter["Type"])
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    if not _FORMS.get(kind, _ANY).fullmatch(text):
        raise UsageError(f"Parameter '{name}' is of type {kind}; {text!r} is not.")
    choices = [str(choice) for choice in parameter.get("EnumValues", ())]
    if choices and text not in choices:
        raise UsageError(f"Parameter '{name}' cannot be {text!r}. Allowed: {', '.join(choices)}.")
    return {"Name": name, "Value": text}


def same(deployed: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether everything ``wanted`` is what is ``deployed``; definitions are compared as values."""
    for key, value in wanted.items():
        there = deployed.get(key)
        if key == "PipelineDefinition":
            with contextlib.suppress(ValueError, TypeError):
                there, value = json.loads(there or ""), json.loads(value)
        if there != value:
            return False
    return True


def _client(client: Any, name: str) -> Any:
    return client if client is not None else aws.client("sagemaker", name)


def find_deployed(name: str, client: Any) -> dict[str, Any] | None:
    """What stands under ``name``, or None when nothing does; any other refusal is raised."""
    try:
        return describe(client, name)
    except DeploymentError as error:
        code = error_code(error.__cause__)
        if code in _ABSENT or (code == "ValidationException" and not _is_listed(client, name)):
            return None
        raise


def _is_listed(client: Any, name: str) -> bool:
    return any(summary["PipelineName"] == name for summary in list_pipelines(client, name))
