"""A graph and its configs as a pipeline that can be planned.

What a graph has no field for stands among its config values under a few reserved names: ``external_inputs`` of a step
(logical name -> URI or ``{Get: Parameters.<name>}`` of data from outside), and in ``global_config`` of a workspace
graph ``parameters``, ``description``, ``pipeline_owner`` (the workspace it belongs to) and ``order_only``, the
dependencies along which no data flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.assembler.errors import ConfigClassMismatch, MissingDependency
from cursus.core.assembler.problems import Problems
from cursus.core.base.config_files import BASE_CLASSES, ConfigFile
from cursus.core.base.tagged import same
from cursus.core.base.values import as_expression
from cursus.errors import ConfigurationError, UnknownStep, did_you_mean
from cursus.model.expression import Get
from cursus.model.pipeline import Edge, Node, Parameter, Pipeline
from cursus.model.step import Step
from cursus.model.workspace import CORE_ID, SHARED_ID, ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.registry.distributed.context import get_workspace_context
from cursus.registry.names import split_job

EXTERNAL_INPUTS = "external_inputs"
PARAMETERS = "parameters"
DESCRIPTION = "description"
ORDER_ONLY = "order_only"
JOB_TYPE = "job_type"
OWNER = "pipeline_owner"
RESERVED = (PARAMETERS, DESCRIPTION, ORDER_ONLY, OWNER)
_PARAMETER_TYPES = ("String", "Integer", "Float", "Boolean")


@dataclass(frozen=True)
class NodeSource:
    """What a node of a graph was resolved to.

    :param node: the node as the pipeline has it.
    :param step: the step it is a use of.
    :param config_key: the key of its config in the config file, or None when its config stands in the graph alone.
    :param config_class: name of the class that config is of, as the file says.
    """

    node: Node
    step: Step
    config_key: str | None
    config_class: str | None


@dataclass(frozen=True)
class Composition:
    """A graph with the configs it is built from.

    :param configs: config values by step key, or None when the graph carries its own.
    :param workspace: where nodes without an owner are looked up.
    :param role: role of every job, instead of what the configs say.
    """

    dag: PipelineDAG
    catalog: StepCatalog
    configs: ConfigFile | None = None
    workspace: str = CORE_ID
    role: str | None = None

    def pipeline(self, name: str, sources: Mapping[str, NodeSource]) -> Pipeline:
        """The pipeline of the resolved nodes.

        :raises ConfigurationError: the graph's and the file's shared values contradict each other, or a reserved name
            does not have what belongs there.
        """
        stated = self.stated_globally()
        ordering = order_pairs(stated.get(ORDER_ONLY, []))
        edges = [e for e in self.dag.port_edges() if (e.source, e.target) not in ordering]
        depends_on: dict[str, tuple[str, ...]] = {}
        for source, target in sorted(ordering):
            depends_on[target] = (*depends_on.get(target, ()), source)
        return Pipeline(
            name=name,
            nodes=tuple(_with_order(sources[n].node, depends_on.get(n, ())) for n in self.dag.nodes),
            edges=tuple(Edge(e.source, e.target, e.output, e.input) for e in edges),
            description=str(stated.get(DESCRIPTION) or ""),
            shared=self.shared(),
            parameters=parameters_of(stated.get(PARAMETERS, {})),
            owner=owner_stated(stated) if self.workspace == CORE_ID else self.workspace,
        )

    def sources(self, problems: Problems) -> dict[str, NodeSource]:
        """Each node's step and config; what cannot be resolved is noted in ``problems`` and left out."""
        found: dict[str, NodeSource] = {}
        missing = self.dag.missing_dependencies() if isinstance(self.dag, WorkspaceAwareDAG) else {}
        for absent, dependents in missing.items():
            for dependent in dependents:
                owner = self._owned(dependent)[0]
                problems.add(MissingDependency(dependent, absent, self.dag.nodes), dependent, owner)
        for name in self.dag.nodes:
            with problems.of(name, self._owned(name)[0]):
                found[name] = self.source(name)
        return found

    def source(self, name: str) -> NodeSource:
        """One node's step and config.

        :raises UnknownWorkspace, UnknownStep: it is a use of a step that is not there.
        :raises ConfigurationError: it has no config; or its config contradicts the graph.
        :raises CursusError: the step is there but broken.
        """
        workspace, step_name, own = self._owned(name)
        step = self._step(workspace, step_name, name, own.get(JOB_TYPE))
        key = self._key(name, step, own)
        stated = {} if key is None or self.configs is None else self.configs.specific[key]
        values = _merged(name, stated, own)
        step = self._for_job(workspace, step, name, {**self.shared(), **values}.get(JOB_TYPE))
        config_class = None if key is None or self.configs is None else self.configs.types[key]
        if config_class is not None:
            self._check_class(name, step, config_class)
        inputs = values.pop(EXTERNAL_INPUTS, {})
        if self.role is not None:
            values.pop("role", None)
        node = Node(
            name=name,
            workspace=workspace,
            step=step.name,
            job_type=step.job_type,
            config=values,
            inputs=external_inputs_of(name, inputs),
        )
        return NodeSource(node, step, key, config_class)

    def shared(self) -> dict[str, Any]:
        """Config values of every node."""
        stated = {k: v for k, v in self.stated_globally().items() if k not in RESERVED}
        shared = _merged("every step", {} if self.configs is None else self.configs.shared, stated)
        return shared if self.role is None else {**shared, "role": self.role}

    def stated_globally(self) -> Mapping[str, Any]:
        """What a workspace graph says about the pipeline as a whole."""
        return self.dag.global_config if isinstance(self.dag, WorkspaceAwareDAG) else {}

    def _owned(self, name: str) -> tuple[str, str, dict[str, Any]]:
        """Workspace, name of the step, and config values of a node, as far as the graph says."""
        owned = self.dag.get_workspace_step(name) if isinstance(self.dag, WorkspaceAwareDAG) else None
        if owned is None:
            return self.workspace, name, {}
        return owned["developer_id"], owned["step_type"], owned["config_data"]

    def _step(self, workspace: str, step: str, node: str, job_type: str | None) -> Step:
        """The step a node is a use of: by name, with a job suffix or without; else by the class of its config."""
        base, job = split_job(step)
        if job is not None and job_type in (None, job):
            try:
                found = self.catalog.find(workspace, base, job)
                if found.name == base:
                    return found
            except UnknownStep:
                pass
        try:
            return self.catalog.find(workspace, step, job_type)
        except UnknownStep as error:
            file = self.configs
            if file is None or node not in file.types:
                raise
            rows = self.catalog.rows(workspace).values()
            named = [r.name for r in rows if r.config_class == file.types[node] and r.config_class not in BASE_CLASSES]
            job_type = job_type or file.values(node).get(JOB_TYPE)
            if len(named) != 1 and not (named := _by_job(self.catalog, workspace, step, job_type)):
                raise error
            return self.catalog.find(workspace, named[0], job_type)

    def _for_job(self, workspace: str, step: Step, node: str, stated: object) -> Step:
        """The step's variant for the job type that its config states."""
        if stated is None or stated == step.job_type:
            return step
        if step.job_type is not None or not isinstance(stated, str):
            raise ConfigurationError(
                f"Step '{node}' is of job type '{step.job_type}' by its name, its config says job_type: {stated!r}.",
                hint=f"Correct job_type in the config of '{node}', or the node's name.",
                step=node,
            )
        return self.catalog.find(workspace, step.name, stated)

    def _key(self, node: str, step: Step, own: Mapping[str, Any]) -> str | None:
        if self.configs is None:
            return None
        try:
            return self.configs.find(node, step.name, step.job_type)
        except ConfigurationError:
            if own:
                return None
            raise

    def _check_class(self, node: str, step: Step, config_class: str) -> None:
        """Refuse a config that was made for another class than the one the step is configured with."""
        own = list(dict.fromkeys((step.entry.config_class, f"{step.name}Config")))
        allowed = own if ComponentKind.CONFIG in step.components else [*own, *BASE_CLASSES]
        if config_class not in allowed:
            raise ConfigClassMismatch(node, step, config_class, allowed)


def _by_job(catalog: StepCatalog, workspace: str, step: str, job_type: object) -> list[str]:
    """``[step]`` when it is there for that job type, which its name does not say."""
    try:
        return [catalog.find(workspace, step, job_type).name] if isinstance(job_type, str) else []
    except UnknownStep:
        return []


def _merged(what: str, stated: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; neither wins where they differ."""
    for name in sorted(stated.keys() & own.keys()):
        if not same(stated[name], own[name]):
            raise ConfigurationError(
                f"'{name}' of {what} is {stated[name]!r} in the configs and {own[name]!r} in the graph.",
                hint="State it in one place.",
            )
    return {**stated, **own}


def external_inputs_of(node: str, stated: object) -> dict[str, str | Get]:
    """The inputs that ``external_inputs`` of a node states.

    :raises ConfigurationError: it is no mapping of names to URIs or references.
    """
    found: dict[str, str | Get] = {}
    for key, value in stated.items() if isinstance(stated, Mapping) else [("", None)]:
        value = as_expression(value)
        if not isinstance(value, str | Get):
            raise ConfigurationError(
                f"{EXTERNAL_INPUTS} of step '{node}' maps its inputs to URIs or {{Get: Parameters.<name>}}, "
                f"not {stated!r}.",
                step=node,
            )
        found[key] = value
    return found


def _with_order(node: Node, depends_on: tuple[str, ...]) -> Node:
    return Node(node.name, node.workspace, node.step, node.job_type, node.config, node.inputs, depends_on)


def owner_stated(stated: Mapping[str, Any]) -> str:
    """The workspace a pipeline belongs to: as stated, else the current one, else ``shared`` for the team."""
    return str(stated.get(OWNER) or get_workspace_context() or SHARED_ID)


def order_pairs(stated: object) -> set[tuple[str, str]]:
    """The (source, target) pairs that ``order_only`` states.

    :raises ConfigurationError: it is no list of such pairs.
    """
    found: set[tuple[str, str]] = set()
    for pair in stated if isinstance(stated, list) else [stated]:
        if not isinstance(pair, Mapping) or pair.keys() != {"source", "target"}:
            raise ConfigurationError(f"{ORDER_ONLY} is a list of {{source, target}}, not {stated!r}.")
        found.add((str(pair["source"]), str(pair["target"])))
    return found


def parameters_of(stated: object) -> tuple[Parameter, ...]:
    """The pipeline parameters that ``parameters`` states.

    :raises ConfigurationError: it is no mapping of names to types and defaults.
    """
    found = []
    for name, value in stated.items() if isinstance(stated, Mapping) else [("", None)]:
        given = value if isinstance(value, Mapping) else {}
        unknown = sorted(set(given) - {"type", "default", "values"})
        values = given.get("values", [])
        if given.get("type") not in _PARAMETER_TYPES or unknown or not isinstance(values, list):
            raise ConfigurationError(
                f"{PARAMETERS} maps names to a type ({', '.join(_PARAMETER_TYPES)}), a default and values, "
                f"not {stated!r}.{did_you_mean(unknown[0], ('type', 'default', 'values')) if unknown else ''}"
            )
        found.append(Parameter(name, given["type"], given.get("default"), tuple(values)))
    return tuple(found)
