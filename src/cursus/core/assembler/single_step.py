"""The plan of one step alone, for trying its script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.assembler.errors import StepNotBuildable
from cursus.core.assembler.plan import make_plan
from cursus.model.pipeline import Node, Pipeline
from cursus.model.plan import PipelinePlan
from cursus.model.step import Opaque, Spec
from cursus.registry.catalog import StepCatalog

#: What a config must say before anything can be built, though nothing of it matters on this machine. The names are
#: reserved for examples and never resolve.
LOCAL_CONFIG: Mapping[str, Any] = {
    "author": "local",
    "bucket": "local-run.example",
    "role": "arn:aws:iam::000000000000:role/local-run",
    "region": "us-east-1",
    "service_name": "local",
    "pipeline_version": "0",
}


def plan_step(
    catalog: StepCatalog,
    workspace: str,
    step: str,
    *,
    job_type: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> PipelinePlan:
    """A plan whose one node is the step; each of its inputs enters from outside.

    :param config: config values, as a pipeline would give them.
    :raises UnknownWorkspace, UnknownStep: it is not there.
    :raises StepNotBuildable: it has no spec, or one that has to be loaded to be known.
    :raises CursusError: as :func:`~cursus.core.assembler.plan.make_plan`.
    """
    found = catalog.find(workspace, step, job_type)
    if not isinstance(found.spec, Spec):
        why = f"its spec cannot be read: {found.spec.reason}" if isinstance(found.spec, Opaque) else "it has no spec"
        raise StepNotBuildable(
            f"Step '{found.reference}' cannot be run alone: {why}.",
            hint=f"cursus validate {found.name} --workspace {found.workspace}",
            workspace=found.workspace,
            step=found.name,
        )
    node = Node(
        name=found.name,
        workspace=workspace,
        step=step,
        job_type=job_type,
        config=dict(config or {}),
        inputs={d.name: f"s3://local-run.example/{d.name}" for d in found.spec.dependencies},
    )
    pipeline = Pipeline(name=node.name, nodes=(node,), edges=(), shared=LOCAL_CONFIG)
    return make_plan(pipeline, catalog)
