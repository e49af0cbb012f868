"""The same pipeline with one step exchanged for another, and how what the two promise differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cursus.core.assembler.resolve import ResolvedNode, resolve_nodes
from cursus.core.workspace.pipeline_file import find_pipeline, load_pipeline
from cursus.errors import CursusError, UsageError, did_you_mean
from cursus.model.pipeline import Node, Pipeline
from cursus.model.step import Contract
from cursus.model.workspace import fold, reference
from cursus.registry.catalog import StepCatalog
from cursus.registry.names import split_job

if TYPE_CHECKING:
    from cursus.core.assembler.diff import Difference


@dataclass(frozen=True, slots=True)
class Swap:
    """One step exchanged.

    :param before: ``<workspace>/<Step>`` that was used, and ``after`` what is used instead.
    :param differences: what the two do not promise alike: ports, paths, columns, variables, arguments, step type.
    :param unknown: why one of them could not be compared; None when both could.
    """

    node: str
    before: str
    after: str
    differences: tuple[Difference, ...]
    unknown: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "node": self.node,
            "before": self.before,
            "after": self.after,
            "differences": [difference.to_json() for difference in self.differences],
            "unknown": self.unknown,
        }


def load_swapped(name: str, catalog: StepCatalog, swaps: Sequence[str]) -> tuple[Pipeline, tuple[Swap, ...]]:
    """A pipeline with some of its steps exchanged, and what is exchanged; it is not planned yet.

    :param name: see :func:`~cursus.core.workspace.pipeline_file.find_pipeline`.
    :raises CursusError: there is no such pipeline, its file is none; or as :func:`swapped`.
    """
    return swapped(load_pipeline(find_pipeline(name, catalog.index), catalog.index.root), swaps, catalog)


def swapped(pipeline: Pipeline, swaps: Sequence[str], catalog: StepCatalog) -> tuple[Pipeline, tuple[Swap, ...]]:
    """The pipeline with steps exchanged; everything else of their nodes stays.

    :param swaps: ``<node or step>=<workspace>/<Step>``; a step's name, or ``<workspace>/<Step>``, means the one node
        that uses it.
    :raises UsageError: not of that form, no node is meant or several, or one is exchanged twice.
    """
    found: dict[str, Swap] = {}
    for text in swaps:
        which, node = _asked(pipeline, text)
        if node.name in found:
            raise UsageError(f"Node '{which}' is exchanged twice.", hint="Leave one --swap out.")
        old = next(n for n in pipeline.nodes if n.name == node.name)
        found[node.name] = _swap(pipeline, old, node, catalog)
        nodes = tuple(node if n is old else n for n in pipeline.nodes)
        pipeline = replace(pipeline, nodes=nodes)
    return pipeline, tuple(found.values())


def _asked(pipeline: Pipeline, text: str) -> tuple[str, Node]:
    """Which node is meant, as written, and the node as it will be."""
    which, equals, use = text.partition("=")
    workspace, slash, step = use.partition("/")
    if not (which and equals and workspace and slash and step) or "/" in step:
        raise UsageError(
            f"--swap {text!r} is not of the form STEP=WORKSPACE/STEP.", hint="--swap train=risk/DelayTraining"
        )
    old = _meant(pipeline, which)
    base, job = split_job(step)
    return which, replace(old, workspace=workspace, step=base, job_type=job or old.job_type)


def _meant(pipeline: Pipeline, which: str) -> Node:
    node = pipeline.node(which)
    if node is not None:
        return node
    found = [n for n in pipeline.nodes if fold(which) in (fold(n.step), fold(reference(n.workspace, n.step)))]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"Several nodes of pipeline '{pipeline.name}' use {which}: {', '.join(n.name for n in found)}.",
            hint=f"Name the node: --swap {found[0].name}=WORKSPACE/STEP",
        )
    known = {n.name for n in pipeline.nodes} | {n.step for n in pipeline.nodes}
    raise UsageError(
        f"Pipeline '{pipeline.name}' has no node and uses no step '{which}'.{did_you_mean(which, known)}",
        hint=f"Its nodes: {', '.join(n.name for n in pipeline.nodes)}",
    )


def _swap(pipeline: Pipeline, old: Node, new: Node, catalog: StepCatalog) -> Swap:
    before, after = (reference(node.workspace, node.step) for node in (old, new))
    try:
        one, other = (_alone(pipeline, node, catalog) for node in (old, new))
    except CursusError as error:
        # What is wrong with the new step stops the planning; the old one need not be sound any more.
        return Swap(old.name, before, after, (), f"the two cannot be compared: {error.message}")
    from cursus.core.assembler.diff import differences  # only who exchanges a step pays for it

    told = tuple(_by_type(differences(_promised(one), _promised(other))))
    return Swap(old.name, one.step.reference, other.step.reference, told)


def _alone(pipeline: Pipeline, node: Node, catalog: StepCatalog) -> ResolvedNode:
    alone = replace(pipeline, nodes=(replace(node, inputs={}, depends_on=()),), edges=())
    return resolve_nodes(alone, catalog)[node.name]


def _promised(node: ResolvedNode) -> dict[str, Any]:
    """What a step promises to the steps around it and to the platform, as JSON values."""
    contract = node.contract or Contract("", {}, {})
    return {
        "sagemaker_step_type": node.step.entry.sagemaker_step_type,
        "inputs": {
            d.name: {"type": d.type.value, "required": d.required, **_place(contract, contract.inputs, d.name)}
            for d in node.spec.dependencies
        },
        "outputs": {
            o.name: {"type": o.type.value, "aliases": sorted(o.aliases), **_place(contract, contract.outputs, o.name)}
            for o in node.spec.outputs
        },
        "environment": {**dict.fromkeys(contract.required_env, "required"), **contract.optional_env},
        "arguments": dict(contract.arguments),
        "framework_requirements": dict(contract.framework_requirements),
    }


def _place(contract: Contract, paths: Mapping[str, str], name: str) -> dict[str, Any]:
    columns = {"columns": dict(contract.schemas[name])} if name in contract.schemas else {}
    return {"path": paths.get(name), **columns}


def _by_type(found: Iterator[Difference]) -> Iterator[Difference]:
    """The differences; a port that only one side has is told by its type alone."""
    for difference in found:
        before, after = (
            side.get("type") if isinstance(side, Mapping) and "type" in side else side
            for side in (difference.before, difference.after)
        )
        yield replace(difference, before=before, after=after)
