"""Each node's step, with its contract, spec and code known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cursus.core.assembler.code import code_bundle
from cursus.core.assembler.codec import contract_from_json, spec_from_json
from cursus.core.assembler.errors import StepNotBuildable
from cursus.core.assembler.per_step import PerStep
from cursus.core.assembler.problems import Problems
from cursus.core.assembler.workshop import ask
from cursus.errors import CursusError, did_you_mean
from cursus.model.pipeline import Node, Pipeline
from cursus.model.plan import CodeBundle
from cursus.model.step import Contract, Opaque, Spec, Step
from cursus.model.workspace import ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.registry.visible import find_visible


@dataclass(frozen=True, slots=True)
class ResolvedNode:
    """A node with its step. ``contract`` is None for a step without a script, ``code`` likewise."""

    node: Node
    step: Step
    contract: Contract | None
    spec: Spec
    code: CodeBundle | None


def resolve_nodes(pipeline: Pipeline, catalog: StepCatalog) -> dict[str, ResolvedNode]:
    """Node name -> resolved node, in the order of the pipeline.

    :raises UnknownWorkspace, UnknownStep: with the place in the pipeline file.
    :raises NotVisible: the pipeline may not use the step.
    :raises StepNotBuildable: a step without a spec, or an input it does not have.
    :raises FileError: a component that is there but broken.
    :raises SeveralProblems: more than one of these.
    """
    problems = Problems(pipeline)
    found: dict[str, Step] = {}
    # Many nodes may use one step; it is looked up once and stays one object.
    known: dict[tuple[str, str, str | None], Step] = {}
    for node in pipeline.nodes:
        asked = (node.workspace, node.step, node.job_type)
        with problems.of(node.name, node.workspace):
            if asked not in known:
                known[asked] = find_visible(catalog, pipeline, node)
            found[node.name] = known[asked]
    loaded = _load_opaque(found, catalog, problems)
    code = PerStep(lambda step: code_bundle(step, catalog.index))
    resolved: dict[str, ResolvedNode] = {}
    for node in pipeline.nodes:
        if node.name in loaded:
            step = found[node.name]
            with problems.of(node.name, step.workspace):
                resolved[node.name] = _with_interface(node, step, *loaded[node.name], pipeline, code)
    problems.refuse()
    return resolved


def _load_opaque(
    found: Mapping[str, Step], catalog: StepCatalog, problems: Problems
) -> dict[str, tuple[Contract | None, Spec | None]]:
    """Contract and spec of each node; what cannot be read is loaded in the workspace's child process."""
    jobs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    known: dict[str, tuple[Contract | None, Spec | None]] = {}
    for name, step in found.items():
        contract = None if isinstance(step.contract, Opaque) else step.contract
        spec = None if isinstance(step.spec, Opaque) else step.spec
        known[name] = (contract, spec)
        for kind, value in ((ComponentKind.CONTRACT, step.contract), (ComponentKind.SPEC, step.spec)):
            if isinstance(value, Opaque):
                jobs[step.workspace].append(
                    {"op": "describe", "node": name, "kind": kind.value, "file": str(step.components[kind].path)}
                )
    for workspace_id, answers in ask(jobs, catalog).items():
        for job, answer in zip(jobs[workspace_id], answers, strict=True):
            node = job["node"]
            if isinstance(answer, CursusError):
                problems.add(answer, node, workspace_id)
                known.pop(node, None)
            elif node in known:
                contract, spec = known[node]
                if "contract" in answer:
                    known[node] = (contract_from_json(answer["contract"]), spec)
                else:
                    known[node] = (contract, spec_from_json(answer["spec"]))
    return known


def _with_interface(
    node: Node,
    step: Step,
    contract: Contract | None,
    spec: Spec | None,
    pipeline: Pipeline,
    code: PerStep[CodeBundle | None],
) -> ResolvedNode:
    if spec is None:
        raise StepNotBuildable(
            f"Step '{step.reference}' cannot be used in a pipeline: no spec states its inputs and outputs.",
            hint=f"Write its spec or its .step.yaml, then: cursus validate --workspace {step.workspace}",
            workspace=step.workspace,
            step=node.name,
            file=pipeline.source,
            line=node.line,
        )
    if contract is not None and ComponentKind.SCRIPT not in step.components:
        raise StepNotBuildable(
            f"Step '{step.reference}' has no script: its contract names {contract.entry_point}, which is not there.",
            hint=f"Write scripts/{contract.entry_point}, or correct the contract's entry_point.",
            workspace=step.workspace,
            step=node.name,
            file=contract.source or pipeline.source,
            line=contract.line if contract.source else node.line,
        )
    for key in node.inputs:
        if spec.dependency(key) is None:
            names = [d.name for d in spec.dependencies]
            raise StepNotBuildable(
                f"'{node.name}' is given an input '{key}' that {step.reference} does not have."
                f"{did_you_mean(key, names)} Its inputs: {', '.join(names) or 'none'}.",
                hint=f"Name one of its inputs under steps.{node.name}.inputs.",
                workspace=step.workspace,
                step=node.name,
                file=pipeline.source,
                line=node.line,
            )
    return ResolvedNode(node, step, contract, spec, code(step))
