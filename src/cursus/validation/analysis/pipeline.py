"""A pipeline file as a check sees it: its steps found where they can be, and wired as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cursus.core.deps.columns import columns
from cursus.errors import CursusError, UnknownStep, UnknownWorkspace
from cursus.model.pipeline import Pipeline
from cursus.model.plan import Binding
from cursus.model.step import Opaque, Spec, Step
from cursus.model.workspace import Workspace
from cursus.registry.catalog import StepCatalog
from cursus.registry.errors import StepHasNoFiles
from cursus.registry.visible import NotVisible, find_visible
from cursus.validation.analysis.source import source_of_file
from cursus.validation.analysis.suppression import Suppression, suppressions
from cursus.workspace.scan import PipelineFile

if TYPE_CHECKING:
    from cursus.core.deps.wiring import Wiring

#: What a node can be wrong about by itself; any other error is of the step's own files and is reported there.
_WRONG_REFERENCE = (UnknownStep, UnknownWorkspace, StepHasNoFiles, NotVisible)


@dataclass(frozen=True)
class PipelineSubject:
    """One pipeline file.

    :param workspace: the workspace it stands in; None for one of the whole team.
    """

    name: str
    path: Path
    workspace: Workspace | None
    root: Path
    catalog: StepCatalog

    @cached_property
    def read(self) -> Pipeline | CursusError:
        """The pipeline, or why the file is none."""
        # The planning behind it takes longer to import than a small tree to judge, which may have no pipeline.
        from cursus.core.workspace.pipeline_file import load_pipeline

        try:
            return load_pipeline(self.path, self.root)
        except CursusError as error:
            return error

    @property
    def pipeline(self) -> Pipeline | None:
        """The pipeline; None when the file is none."""
        return None if isinstance(self.read, CursusError) else self.read

    @property
    def step_of(self) -> Mapping[Path, str]:
        """A pipeline file belongs to no step."""
        return {}

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """Comments by which findings in this file are accepted."""
        return suppressions(self.path, source_of_file(self.path, self.workspace))

    @cached_property
    def _found(self) -> Mapping[str, Step | CursusError]:
        found: dict[str, Step | CursusError] = {}
        if self.pipeline is None:
            return found
        for node in self.pipeline.nodes:
            try:
                found[node.name] = find_visible(self.catalog, self.pipeline, node)
            except CursusError as error:
                found[node.name] = error
        return found

    @property
    def used(self) -> frozenset[str]:
        """The workspaces its nodes name, whether there are such or not, and those that their steps are of."""
        nodes = self.pipeline.nodes if self.pipeline else ()
        return frozenset({*(node.workspace for node in nodes), *(step.workspace for step in self.steps.values())})

    @property
    def steps(self) -> Mapping[str, Step]:
        """Node -> its step, for every node whose step is there and can be read."""
        return {node: step for node, step in self._found.items() if isinstance(step, Step)}

    @property
    def wrong_references(self) -> Mapping[str, CursusError]:
        """Node -> why it names no step."""
        return {node: e for node, e in self._found.items() if isinstance(e, _WRONG_REFERENCE)}

    @property
    def unknown(self) -> Mapping[str, str]:
        """Node -> why its ports are not known, though the step is there."""
        reasons: dict[str, str] = {}
        for node, step in self._found.items():
            if isinstance(step, CursusError):
                if not isinstance(step, _WRONG_REFERENCE):
                    reasons[node] = f"its step cannot be read: {step.message}"
            elif isinstance(step.spec, Opaque):
                reasons[node] = f"its spec has to be loaded to be known: {step.spec.reason}"
        return {**self._unknown_columns, **reasons}

    @property
    def _unknown_columns(self) -> Mapping[str, str]:
        """Node -> why the columns of a port are not known, though the step it is joined to states its own."""
        reasons: dict[str, str] = {}
        for binding in self.wiring.bindings:
            ends = (binding.source, binding.output), (binding.step, binding.input)
            for (node, _), (other, port) in (ends, ends[::-1]):
                contract = self.steps[node].contract
                if isinstance(contract, Opaque) and columns(self.steps[other], port):
                    reasons[node] = f"its contract has to be loaded to be known: {contract.reason}"
        return reasons

    @cached_property
    def cycle(self) -> tuple[str, ...]:
        """The nodes of a cycle, the first one again at the end; empty without one."""
        from cursus.core.assembler.plan import graph

        return () if self.pipeline is None else tuple(graph(self.pipeline).find_cycle() or ())

    @cached_property
    def wiring(self) -> Wiring:
        """What is bound, and what cannot be; of a node behind one that is not known, only what is surely wrong."""
        from cursus.core.deps.wiring import Wiring, diagnose

        if self.pipeline is None or self.cycle:
            return Wiring((), ())
        specs = {node: step.spec for node, step in self.steps.items() if isinstance(step.spec, Spec)}
        nodes = {n.name: n for n in self.pipeline.nodes}
        behind = {e.target for e in self.pipeline.edges if e.source not in specs}
        found = diagnose(
            specs={n: _open(spec) if n in behind else spec for n, spec in specs.items()},
            edges=[e for e in self.pipeline.edges if e.source in specs and e.target in specs],
            external={n: set(nodes[n].inputs) for n in specs},
            step_names={n: self.steps[n].name for n in specs},
        )
        return replace(found, errors=tuple(e for e in found.errors if e.step not in behind or _is_sure(e)))

    def line_of(self, binding: Binding) -> int | None:
        """Where the file joins the two, see :meth:`~cursus.model.plan.Binding.line_in`."""
        return binding.line_in(self.pipeline) if self.pipeline else None


def _open(spec: Spec) -> Spec:
    """The same ports, none of them required: what is missing may come from a step that is not known."""
    return replace(spec, dependencies=tuple(replace(d, required=False) for d in spec.dependencies))


def _is_sure(error: CursusError) -> bool:
    """Whether the error stands whatever the unknown steps put out."""
    return error.code in ("unknown-port", "type-clash", "unknown-node")


def pipelines(catalog: StepCatalog, workspaces: Iterable[str]) -> tuple[PipelineSubject, ...]:
    """The pipeline files of these workspaces, and those of the whole team, in the order of the tree."""
    index = catalog.index
    wanted = set(workspaces)
    return tuple(_subject(file, catalog) for file in index.tree.pipelines if file.workspace in {None, *wanted})


def _subject(file: PipelineFile, catalog: StepCatalog) -> PipelineSubject:
    workspace = None if file.workspace is None else catalog.index.workspace(file.workspace)
    return PipelineSubject(file.name, file.path, workspace, catalog.index.tree.root, catalog)
