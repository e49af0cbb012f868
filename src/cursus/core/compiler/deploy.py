"""Deploying in two halves: find out what there is to do, which changes nothing, and do it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cursus.core.assembler.diff import PlanDiff
from cursus.core.compiler import aws, deployment
from cursus.core.compiler.definition import PipelineDefinition, compile_plan
from cursus.core.compiler.definition_diff import diff_deployed, read_deployed
from cursus.core.compiler.errors import DeploymentError
from cursus.core.compiler.fixed_places import fixed_place_findings
from cursus.core.compiler.storage import PlacedBundle, Store, placed_bundles
from cursus.errors import UsageError
from cursus.model.finding import Finding, Severity
from cursus.model.plan import PipelinePlan
from cursus.model.workspace import SINGLE_ID, Layer, Workspace

#: Between a pipeline's name and that of the workspace it is deployed for.
_FOR = "--"
_ROLE_HINT = "Name one with --role, or as 'role' in the shared config of the pipeline."


@dataclass(frozen=True)
class Clients:
    """The two services that a deployment talks to, as boto3 clients."""

    sagemaker: Any
    s3: Any

    @classmethod
    def connect(cls, pipeline: str) -> Clients:
        """Clients from the environment.

        :raises MissingExtra: boto3 is not installed.
        :raises DeploymentError: no region.
        """
        return cls(aws.client("sagemaker", pipeline), aws.client("s3", pipeline))


@dataclass(frozen=True)
class Deployment:
    """Everything that a deployment will do.

    :param definition: what will be deployed, under the name it will have.
    :param action: ``create``, ``update`` or ``none``.
    :param diff: against what is deployed; everything is added when nothing is.
    :param deployed: what SageMaker had when it was asked, or None.
    :param bundles: the code archives of the pipeline.
    :param missing: URIs of those that have to be uploaded.
    :param parameters: values to start an execution with; None when none is to be started.
    """

    definition: PipelineDefinition
    role: str
    region: str
    action: str
    diff: PlanDiff
    deployed: Mapping[str, Any] | None
    bundles: tuple[PlacedBundle, ...]
    missing: frozenset[str]
    findings: tuple[Finding, ...]
    parameters: Mapping[str, str] | None
    clients: Clients = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name under which it is deployed."""
        return self.definition.name

    @property
    def nothing_to_do(self) -> bool:
        """True when all of it is deployed already and no execution is to be started."""
        return self.action == "none" and not self.missing and self.parameters is None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "region": self.region,
            "role": self.role,
            "action": self.action,
            "arn": None if self.deployed is None else self.deployed["PipelineArn"],
            "code": [
                {
                    "uri": b.uri,
                    "digest": b.bundle.digest,
                    "steps": list(b.steps),
                    "action": "upload" if b.uri in self.missing else "none",
                }
                for b in self.bundles
            ],
            "diff": self.diff.to_json(),
            "start": None if self.parameters is None else dict(self.parameters),
        }


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did.

    :param arn: of the pipeline.
    :param execution: ARN of the execution that was started, or None.
    """

    arn: str
    execution: str | None


def deployed_name(pipeline: str, workspace: Workspace | None) -> str:
    """The name to deploy under: ``<pipeline>--<workspace>`` for a developer's workspace, else the pipeline's own.

    A workspace id may hold characters that SageMaker does not allow in a name; they become hyphens, and part of a
    digest of the id keeps two such ids apart.
    """
    if workspace is None or workspace.layer is not Layer.DEVELOPER or workspace.id == SINGLE_ID:
        return pipeline
    words = [
        word for word in "".join(c if c.isascii() and c.isalnum() else "-" for c in workspace.id).split("-") if word
    ]
    suffix = "-".join(words)
    if suffix != workspace.id:
        suffix = "-".join([*words, hashlib.sha256(workspace.id.encode()).hexdigest()[:6]])
    return f"{pipeline}{_FOR}{suffix}"


def is_deployment_of(deployed: str, pipeline: str) -> bool:
    """Whether :func:`deployed_name` gives a pipeline that name, for the team or for some workspace."""
    return deployed == pipeline or deployed.startswith(pipeline + _FOR)


def prepare(
    plan: PipelinePlan,
    *,
    name: str | None = None,
    role: str | None = None,
    parameters: Mapping[str, str] | None = None,
    clients: Clients | None = None,
) -> Deployment:
    """Find out what deploying ``plan`` would do. Nothing is changed; AWS is asked only when all else is in order.

    :param name: name to deploy under; the pipeline's own when None.
    :param role: ARN of the role the pipeline runs as; ``role`` of the shared config when None.
    :param parameters: values to start an execution with afterwards; None to start none.
    :param clients: from the environment when None.
    :raises DefinitionError: SageMaker would refuse the definition.
    :raises UsageError: there is no role, or what is given is none; values that do not fit the pipeline's parameters.
    :raises CodeLocation: a place for code that is not fixed.
    :raises MissingExtra: boto3 is not installed.
    :raises DeploymentError: AWS refused or could not be reached.
    """
    definition = compile_plan(replace(plan, name=name or plan.name))
    bundles = placed_bundles(plan)
    chosen = _role(plan, role)
    if parameters is not None:
        deployment.parameter_values(definition.name, definition.parameters, parameters)
    clients = clients or Clients.connect(definition.name)
    deployed = deployment.find_deployed(definition.name, clients.sagemaker)
    store = Store(clients.s3, definition.name)
    missing = frozenset(b.uri for b in bundles if not store.has(b.uri, b.bundle.digest))
    wanted = definition.wanted(chosen)
    action = "create" if deployed is None else "none" if deployment.same(deployed, wanted) else "update"
    return Deployment(
        definition=definition,
        role=chosen,
        region=str(clients.sagemaker.meta.region_name),
        action=action,
        diff=diff_deployed(definition.name, deployed, {**wanted, "PipelineDefinition": definition.content}),
        deployed=deployed,
        bundles=bundles,
        missing=missing,
        findings=(
            *definition.findings,
            *fixed_place_findings(plan, definition.name),
            *_unreadable(definition.name, deployed),
        ),
        parameters=parameters,
        clients=clients,
    )


def carry_out(prepared: Deployment) -> Deployed:
    """Upload the code that is missing, create or update the pipeline, and start an execution when one is asked for.

    The pipeline is touched after the code is there: whenever this ends early, what was deployed before still runs as
    before.

    :raises FileError: the code changed since the plan was made.
    :raises DeploymentError: AWS refused or could not be reached, or somebody else deployed in between.
    """
    clients, definition = prepared.clients, prepared.definition
    store = Store(clients.s3, prepared.name)
    for placed in prepared.bundles:
        if placed.uri in prepared.missing:
            store.put_bundle(placed)
    if prepared.action == "none" and prepared.deployed is not None:
        arn = str(prepared.deployed["PipelineArn"])
    else:
        _check_untouched(prepared)
        arn = definition.upsert(prepared.role, client=clients.sagemaker, s3_client=clients.s3)["PipelineArn"]
    if prepared.parameters is None:
        return Deployed(arn, None)
    return Deployed(arn, definition.start(prepared.parameters, client=clients.sagemaker))


def _check_untouched(prepared: Deployment) -> None:
    if _fingerprint(deployment.find_deployed(prepared.name, prepared.clients.sagemaker)) != _fingerprint(
        prepared.deployed
    ):
        raise DeploymentError(
            "deploy",
            prepared.name,
            "somebody else changed what is deployed since it was compared.",
            hint="Run the same command again, and look at the difference.",
        )


def _role(plan: PipelinePlan, given: str | None) -> str:
    role = given if given is not None else plan.shared.get("role")
    if not isinstance(role, str):
        raise UsageError(f"It is not known which role pipeline '{plan.name}' is to run as.", hint=_ROLE_HINT)
    for finding in deployment.role_findings(role):
        raise UsageError(f"'{role}' is not the ARN of a role: {finding.message}.", hint=_ROLE_HINT)
    return role


def _unreadable(name: str, deployed: Mapping[str, Any] | None) -> tuple[Finding, ...]:
    if deployed is None or read_deployed(deployed) is not None:
        return ()
    message = f"What is deployed as '{name}' is no definition that can be read; it would be replaced altogether."
    return (Finding("deployed-definition-unreadable", Severity.WARNING, message),)


def _fingerprint(deployed: Mapping[str, Any] | None) -> object:
    keys = ("PipelineDefinition", "RoleArn", "PipelineDescription")
    return None if deployed is None else [deployed.get(key) for key in keys]
