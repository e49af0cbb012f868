"""A graph with its configs as a pipeline that can be planned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.assembler.dag_pipeline import owner_stated
from cursus.errors import ConfigurationError, FileError, PipelineError
from cursus.model.pipeline import Node, Pipeline
from cursus.model.step import Spec
from cursus.registry.catalog import StepCatalog

_MODEL_KEYS = ("__model_type__", "__model_module__")


def pipeline_of(
    dag: PipelineDAG,
    *,
    name: str,
    developer: str | None,
    shared: Mapping[str, Any],
    specific: Mapping[str, Mapping[str, Any]],
    catalog: StepCatalog,
    inputs: Iterable[tuple[str, str]] = (),
) -> Pipeline:
    """The graph's steps and edges with their config values.

    A graph cannot say where data enters. It does at every input of a step that no edge leads to, and at ``inputs``;
    every other input must be fed by an edge.

    :param developer: workspace in which plain nodes, which have no owner, are looked up by their own names.
    :param shared: config values of every step.
    :param specific: node -> its own config values; they win over a workspace step's ``config_data``.
    :param inputs: (node, logical name) of further inputs that data enters at.
    :raises UnknownStep: a step without incoming edge is not there.
    :raises PipelineError: a step depends on one that is not there, or a plain node has no workspace.
    :raises ConfigurationError: config values for a node that is not in the graph.
    """
    if isinstance(dag, WorkspaceAwareDAG) and (missing := dag.missing_dependencies()):
        step, dependents = next(iter(missing.items()))
        raise PipelineError(
            f"Step '{dependents[0]}' depends on '{step}', which is not in the pipeline.",
            hint=f"Add '{step}', or remove the dependency.",
            step=dependents[0],
        )
    further = set(inputs)
    nodes = []
    for place in dag.nodes:
        node = _node(dag, place, developer, specific.get(place, {}))
        entering = {key for key_node, key in further if key_node == place}
        if not dag.reverse_adj[place]:
            spec = catalog.find(node.workspace, node.step, node.job_type).spec
            entering |= {d.name for d in spec.dependencies} if isinstance(spec, Spec) else set()
        nodes.append(replace(node, inputs={key: f"s3://local-run.example/{key}" for key in sorted(entering)}))
    owner = owner_stated(dag.global_config) if isinstance(dag, WorkspaceAwareDAG) and developer is None else developer
    return Pipeline(name=name, nodes=tuple(nodes), edges=dag.port_edges(), shared=dict(shared), owner=owner)


def read_configs(
    dag: PipelineDAG, config_path: str | Path | None, available: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """(shared values, node -> own values) from a merged config file and config objects; the objects win.

    :param config_path: JSON with ``configuration.shared`` and ``configuration.specific``; keys of ``specific`` are
        nodes, or step names when one node is that step.
    :param available: node -> mapping or pydantic model.
    :raises FileError: the file is not there or is not such JSON.
    :raises ConfigurationError: values for a step that the graph does not have.
    """
    shared: dict[str, Any] = {}
    specific: dict[str, dict[str, Any]] = {}
    if config_path is not None:
        stated = _read(Path(config_path))
        shared = _plain_values(stated.get("shared", {}))
        for key, values in stated.get("specific", {}).items():
            specific[_node_of(dag, key)] = _plain_values(values)
    for key, values in (available or {}).items():
        node = _node_of(dag, key)
        specific[node] = {**specific.get(node, {}), **_plain_values(values)}
    return shared, specific


def _node(dag: PipelineDAG, node: str, developer: str | None, own: Mapping[str, Any]) -> Node:
    owned = dag.get_workspace_step(node) if isinstance(dag, WorkspaceAwareDAG) else None
    if owned is not None:
        config = {**owned["config_data"], **own}
        workspace, step = owned["developer_id"], owned["step_type"]
    elif developer is not None:
        workspace, step, config = developer, node, dict(own)
    else:
        raise PipelineError(
            f"Step '{node}' belongs to no workspace, so it cannot be looked up.",
            hint="Add it with add_workspace_step, or name a workspace_dir.",
            step=node,
        )
    job_type = config.get("job_type")
    return Node(name=node, workspace=workspace, step=step, job_type=job_type, config=config)


def _node_of(dag: PipelineDAG, key: str) -> str:
    """The node that config values are for."""
    if key in dag.adj_list:
        return key
    typed = dag.get_steps_by_type(key) if isinstance(dag, WorkspaceAwareDAG) else []
    if len(typed) == 1:
        return typed[0]
    what = f"several steps of type '{key}': {', '.join(typed)}" if typed else f"no step '{key}'"
    raise ConfigurationError(
        f"There are config values for '{key}', but the pipeline has {what}.",
        hint=f"Use the names of its steps: {', '.join(sorted(dag.nodes))}",
        step=key,
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"The config file {path} cannot be read: {error.strerror}.", file=path) from error
    except json.JSONDecodeError as error:
        raise FileError(
            f"The config file {path.name} is not JSON: {error.msg}.", file=path, line=error.lineno, column=error.colno
        ) from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"The config file {path.name} is not JSON: {error}.", file=path) from error
    configuration = value.get("configuration") if isinstance(value, dict) else None
    if not isinstance(configuration, dict) or not all(
        isinstance(configuration.get(part, {}), dict) for part in ("shared", "specific")
    ):
        raise FileError(
            f"The config file {path.name} has no 'configuration' with 'shared' and 'specific'.", file=path, line=1
        )
    return configuration


def _plain_values(values: Any) -> dict[str, Any]:
    """Config values as a mapping: of a mapping without the marks of its class, of a model what was set on it."""
    if hasattr(values, "model_dump"):
        values = values.model_dump(exclude_unset=True)
    if not isinstance(values, Mapping):
        raise ConfigurationError(f"Config values are a mapping or a config object, not a {type(values).__name__}.")
    return {str(k): v for k, v in values.items() if k not in _MODEL_KEYS}
