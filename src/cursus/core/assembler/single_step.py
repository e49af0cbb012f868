"""The plan of one step alone, for trying its script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cursus.core.assembler.plan import make_plan
from cursus.core.assembler.resolve import resolve_nodes
from cursus.model.pipeline import Node, Pipeline
from cursus.model.plan import PipelinePlan
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
    :raises StepNotBuildable: it has no spec.
    :raises CursusError: as :func:`~cursus.core.assembler.plan.make_plan`.
    """
    found = catalog.find(workspace, step, job_type)
    node = Node(name=found.name, workspace=workspace, step=step, job_type=job_type, config=dict(config or {}))
    alone = Pipeline(name=node.name, nodes=(node,), edges=(), shared=LOCAL_CONFIG)
    spec = resolve_nodes(alone, catalog)[node.name].spec
    node = replace(node, inputs={d.name: f"s3://local-run.example/{d.name}" for d in spec.dependencies})
    return make_plan(replace(alone, nodes=(node,)), catalog)
