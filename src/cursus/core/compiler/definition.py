"""The compiled pipeline: a value that can be shown, compared and written to a file, with the SDK's verbs on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from json.encoder import encode_basestring as _quoted
from typing import Any

from cursus.core.compiler import deployment
from cursus.core.compiler.emit import emit_definition
from cursus.core.compiler.errors import DefinitionError
from cursus.core.compiler.validation import compact_json, validate_definition
from cursus.model.finding import Finding, Severity
from cursus.model.plan import PipelinePlan


def compile_plan(plan: PipelinePlan) -> PipelineDefinition:
    """The SageMaker pipeline definition of ``plan``: a pure function of it, offline, byte-identical on repeat.

    :raises DefinitionError: SageMaker would refuse the definition; carries every finding.
    """
    content = emit_definition(plan)
    workspaces = {step.name: step.workspace for step in plan.steps}
    name_findings = deployment.name_findings(plan.name)
    findings = tuple(
        replace(finding, workspace=workspaces.get(finding.step or ""))
        for finding in (*plan.findings, *name_findings, *validate_definition(content))
    )
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise DefinitionError(plan.name, errors)
    return PipelineDefinition(plan.name, content, plan.description, findings, _storage(plan))


def _storage(plan: PipelinePlan) -> str | None:
    """Where the pipeline keeps its code, and may keep more."""
    places = (step.code_uri for step in plan.steps if isinstance(step.code_uri, str))
    return next((uri.rsplit("/code/", 1)[0] for uri in places if "/code/" in uri), None)


@dataclass(frozen=True, eq=False)
class PipelineDefinition:
    """A validated SageMaker pipeline definition.

    The verbs that call SageMaker take an optional boto3 ``client``; without one they make one from the environment,
    which is the only point at which region and credentials matter.

    :param content: the definition as plain JSON values; not to be changed.
    :param findings: warnings of the validation (errors are raised by :func:`compile_plan`).
    :param storage: ``s3://…`` where a definition goes that is too long for a request; None when no place is known.
    """

    name: str
    content: Mapping[str, Any]
    description: str = ""
    findings: tuple[Finding, ...] = field(default=())
    storage: str | None = None

    def definition(self) -> str:
        """The definition as JSON text, indented, ending in a newline; the same bytes for the same plan."""
        return _indented(self.content, "\n") + "\n"

    @property
    def steps(self) -> tuple[Mapping[str, Any], ...]:
        """The definition's steps; those in branches of a condition are inside it."""
        return tuple(self.content["Steps"])

    @property
    def parameters(self) -> tuple[Mapping[str, Any], ...]:
        """The definition's parameters."""
        return tuple(self.content["Parameters"])

    def upsert(
        self,
        role_arn: str,
        description: str | None = None,
        tags: Sequence[Mapping[str, str]] | None = None,
        parallelism_config: Mapping[str, int] | None = None,
        *,
        client: Any = None,
        s3_client: Any = None,
    ) -> dict[str, str]:
        """Create the pipeline, or update it where it differs.

        A definition of more than 1 MiB is put into S3 first, and SageMaker is told where.

        :returns: ``PipelineArn`` and ``Action``: ``created``, ``updated`` or ``unchanged``.
        :raises DeploymentError: SageMaker refused or could not be reached.
        """
        wanted = self.wanted(role_arn, description)
        extras = {"ParallelismConfiguration": dict(parallelism_config)} if parallelism_config else {}
        return deployment.upsert(
            client,
            self.name,
            wanted,
            extras,
            [dict(tag) for tag in tags or ()],
            storage=self.storage,
            s3_client=s3_client,
        )

    def wanted(self, role_arn: str, description: str | None = None) -> dict[str, str]:
        """What :meth:`upsert` sees to that SageMaker has."""
        texts = {"PipelineDefinition": compact_json(self.content), "RoleArn": role_arn}
        if description or self.description:
            texts["PipelineDescription"] = description or self.description
        return texts

    def start(
        self,
        parameters: Mapping[str, str | int | float | bool] | None = None,
        execution_display_name: str | None = None,
        *,
        client: Any = None,
    ) -> str:
        """Start an execution of the deployed pipeline and return its ARN.

        :raises UsageError: a value for a parameter that the pipeline does not have, or one without a value.
        :raises DeploymentError: SageMaker refused or could not be reached.
        """
        values = deployment.parameter_values(self.name, self.parameters, parameters or {})
        return deployment.start(client, self.name, values, execution_display_name)

    def describe(self, *, client: Any = None) -> dict[str, Any]:
        """What is deployed under this name. :raises DeploymentError: nothing is, or SageMaker could not be reached."""
        return deployment.describe(client, self.name)

    def list_executions(self, *, client: Any = None) -> list[dict[str, Any]]:
        """Summaries of the executions, newest first. :raises DeploymentError: see :meth:`describe`."""
        return deployment.list_executions(client, self.name)

    def delete(self, *, client: Any = None) -> str:
        """Delete the deployed pipeline and return its ARN. :raises DeploymentError: see :meth:`describe`."""
        return deployment.delete(client, self.name)


def _indented(value: Any, line: str) -> str:
    """What ``json.dumps(value, indent=2)`` writes, in a third of its time: to indent, it calls Python for each value.

    :param line: a line break and the indentation of the line that ``value`` stands on.
    """
    kind = type(value)
    if kind is str:
        return _quoted(value)
    inner = line + "  "
    if kind is dict and value:
        members = [f"{_quoted(k)}: {_quoted(v) if type(v) is str else _indented(v, inner)}" for k, v in value.items()]
        return f"{{{inner}{f',{inner}'.join(members)}{line}}}"
    if kind is list and value:
        return f"[{inner}{f',{inner}'.join([_indented(item, inner) for item in value])}{line}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
