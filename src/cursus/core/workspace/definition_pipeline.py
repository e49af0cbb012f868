"""Workspace pipeline definitions as pipelines and as pipeline files, and back; nothing is looked up for it.

A step's job type stands at the end of its ``step_type`` or in its ``config_data``; either comes back where it stood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cursus.api.dag import WorkspaceAwareDAG
from cursus.core.assembler.dag_pipeline import (
    DESCRIPTION,
    EXTERNAL_INPUTS,
    JOB_TYPE,
    ORDER_ONLY,
    OWNER,
    PARAMETERS,
    RESERVED,
    external_inputs_of,
    order_pairs,
    owner_stated,
    parameters_of,
)
from cursus.core.assembler.errors import MissingDependency
from cursus.core.base.documents import yaml_text
from cursus.core.base.tagged import decode, encode_values
from cursus.core.workspace.config import WorkspacePipelineDefinition, WorkspaceStepDefinition
from cursus.core.workspace.pipeline_file import load_pipeline, parse_pipeline
from cursus.errors import ConfigurationError
from cursus.model.expression import plain
from cursus.model.pipeline import Edge, Node, Pipeline
from cursus.model.workspace import SHARED_ID, reference
from cursus.registry.names import split_job
from cursus.workspace.writing import write_text


def pipeline_from(definition: WorkspacePipelineDefinition) -> Pipeline:
    """The pipeline that a definition describes; its steps are not looked up yet.

    :raises MissingDependency: a step depends on one that the definition does not have.
    :raises ConfigurationError: a reserved value does not have the form it should, or a step another workspace root.
    """
    dag = _graph(definition)
    for missing, dependents in dag.missing_dependencies().items():
        raise MissingDependency(dependents[0], missing, dag.nodes)
    stated = dag.global_config
    ordering = order_pairs(stated.get(ORDER_ONLY, []))
    earlier = {
        step.step_name: [d for d in step.dependencies if (d, step.step_name) in ordering] for step in definition.steps
    }
    edges: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in dag.port_edges():
        if (edge.source, edge.target) not in ordering:
            edges[edge.source, edge.target].append(edge)
    return Pipeline(
        name=definition.pipeline_name,
        nodes=tuple(node_from(step, earlier[step.step_name]) for step in definition.steps),
        edges=tuple(
            e for step in definition.steps for d in step.dependencies for e in edges.pop((d, step.step_name), ())
        ),
        description=str(stated.get(DESCRIPTION) or ""),
        shared={key: value for key, value in stated.items() if key not in RESERVED},
        parameters=parameters_of(stated.get(PARAMETERS, {})),
        owner=owner_stated(stated),
    )


def definition_from(pipeline: Pipeline, workspace_root: str | Path) -> WorkspacePipelineDefinition:
    """The definition that describes a pipeline; lines of the pipeline file are not kept."""
    dag = WorkspaceAwareDAG(workspace_root)
    ordering: list[dict[str, str]] = []
    for node in pipeline.nodes:
        dag.add_workspace_step(node.name, node.workspace, *_type_and_config(node))
    for edge in pipeline.edges:
        dag.add_edge(edge.source, edge.target, edge.output, edge.input)
    for node in pipeline.nodes:
        for earlier in node.depends_on:
            dag.add_edge(earlier, node.name)
            ordering.append({"source": earlier, "target": node.name})
    config = dag.to_workspace_pipeline_config(pipeline.name)
    reserved = {
        DESCRIPTION: pipeline.description,
        PARAMETERS: _parameter_entries(pipeline),
        ORDER_ONLY: ordering,
        OWNER: None if pipeline.owner == SHARED_ID else pipeline.owner,
    }
    stated = {key: value for key, value in reserved.items() if value}
    shared = decode(dict(pipeline.shared), {})
    return WorkspacePipelineDefinition.model_validate(
        {**config, "global_config": {**shared, **config["global_config"], **stated}}
    )


def pipeline_text(pipeline: Pipeline) -> str:
    """A pipeline as the text of a pipeline file.

    :raises ConfigurationError: a name or value that a pipeline file cannot hold.
    """
    steps = {node.name: _step_entry(node) for node in pipeline.nodes}
    content: dict[str, Any] = {"schema_version": 1, "name": pipeline.name}
    if pipeline.description:
        content["description"] = pipeline.description
    if pipeline.parameters:
        content["parameters"] = _parameter_entries(pipeline)
    content["steps"] = steps
    if pipeline.edges:
        content["edges"] = [edge.text for edge in pipeline.edges]
    if pipeline.shared:
        content["config"] = {"shared": plain(encode_values(pipeline.shared))}
    text = yaml_text(content)
    # A name that the file's grammar has no place for is refused here, not when the file is used.
    parse_pipeline(text.encode(), Path(f"{pipeline.name}.yaml"))
    return text


def write_pipeline_file(definition: WorkspacePipelineDefinition, path: str | Path) -> None:
    """Write a definition as a pipeline file, whole or not at all.

    :raises ConfigurationError: a name or value that a pipeline file cannot hold.
    :raises FileError: the place cannot be written.
    """
    write_text(Path(path), pipeline_text(pipeline_from(definition)))


def read_pipeline_file(path: str | Path, workspace_root: str | Path) -> WorkspacePipelineDefinition:
    """The definition that a pipeline file describes, over the workspaces below ``workspace_root``.

    :raises FileError: it cannot be read.
    :raises ConfigurationError: it is not a pipeline file; with the line.
    """
    return definition_from(load_pipeline(Path(path), Path(workspace_root)), workspace_root)


def with_role(pipeline: Pipeline, role: str | None) -> Pipeline:
    """The pipeline with one role for every job; as it is when that is None."""
    if role is None:
        return pipeline
    nodes = (replace(n, config={k: v for k, v in n.config.items() if k != "role"}) for n in pipeline.nodes)
    return replace(pipeline, nodes=tuple(nodes), shared={**pipeline.shared, "role": role})


def _graph(definition: WorkspacePipelineDefinition) -> WorkspaceAwareDAG:
    for step in definition.steps:
        if Path(step.workspace_root) != Path(definition.workspace_root):
            raise ConfigurationError(
                f"Step '{step.step_name}' is of workspace root {step.workspace_root}, its pipeline of "
                f"{definition.workspace_root}.",
                hint="Use steps of one root.",
                workspace=step.developer_id,
                step=step.step_name,
            )
    try:
        return definition.to_dag()
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(
            f"global_config['edge_ports'] of pipeline '{definition.pipeline_name}' cannot be used: {error}",
            hint="It is a list of {source, target, output, input}, each along a dependency.",
        ) from error


def node_from(step: WorkspaceStepDefinition, depends_on: Sequence[str] = ()) -> Node:
    """The node that a step of a definition describes.

    :raises ConfigurationError: its job type is stated twice, differently, or its inputs are no mapping.
    """
    base, job = split_job(step.step_type)
    config = dict(step.config_data)
    inputs = external_inputs_of(step.step_name, config.pop(EXTERNAL_INPUTS, {}))
    stated = config.get(JOB_TYPE)
    if stated is not None and job is not None and stated != job:
        raise ConfigurationError(
            f"Step '{step.step_name}' is of job type '{job}' by its step_type, its config_data says {stated!r}.",
            hint="State the job type once.",
            workspace=step.developer_id,
            step=step.step_name,
        )
    return Node(
        name=step.step_name,
        workspace=step.developer_id,
        step=step.step_type if job is None else base,
        job_type=job if stated is None else str(stated),
        config=config,
        inputs=inputs,
        depends_on=tuple(depends_on),
    )


def _type_and_config(node: Node) -> tuple[str, Mapping[str, Any]]:
    config = decode(dict(node.config), {})
    if node.inputs:
        config[EXTERNAL_INPUTS] = plain(node.inputs)
    if node.job_type is None or config.get(JOB_TYPE) == node.job_type:
        return node.step, config
    return f"{node.step}_{node.job_type}", config


def _step_entry(node: Node) -> str | dict[str, Any]:
    entry: dict[str, Any] = {"use": reference(node.workspace, node.step)}
    if node.job_type is not None:
        entry["job_type"] = node.job_type
    if node.config:
        entry["config"] = plain(encode_values(node.config))
    if node.inputs:
        entry["inputs"] = plain(node.inputs)
    if node.depends_on:
        entry["depends_on"] = list(node.depends_on)
    return entry if len(entry) > 1 else str(entry["use"])


def _parameter_entries(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    return {
        p.name: {"type": p.type}
        | ({} if p.default is None else {"default": p.default})
        | ({"values": list(p.values)} if p.values else {})
        for p in pipeline.parameters
    }
