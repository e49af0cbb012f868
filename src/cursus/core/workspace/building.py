"""A new pipeline file: of components, or of another pipeline with steps exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cursus.core.assembler.plan import graph, order_of, wire_nodes
from cursus.core.assembler.resolve import resolve_nodes
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.workspace.composing import Composed, compose
from cursus.core.workspace.definition_pipeline import pipeline_text
from cursus.core.workspace.pipeline_file import SUFFIXES, owner_of_file
from cursus.core.workspace.swap import Swap, load_swapped
from cursus.errors import FileError, UsageError
from cursus.model.pipeline import Pipeline
from cursus.registry.catalog import StepCatalog
from cursus.workspace import layout
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import absolute
from cursus.workspace.writing import write_new


@dataclass(frozen=True)
class Built:
    """A pipeline that may be written.

    :param text: the pipeline file.
    :param composed: how it was put together; None when it came from another pipeline.
    :param unset: config fields that every step needs and the pipeline does not state.
    """

    pipeline: Pipeline
    text: str
    composed: Composed | None
    swaps: tuple[Swap, ...]
    unset: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "pipeline": self.pipeline.name,
            "owner": self.pipeline.owner,
            "nodes": [
                {"name": n.name, "uses": f"{n.workspace}/{n.step}", "job_type": n.job_type} for n in self.pipeline.nodes
            ],
            "edges": [
                {"source": e.source, "output": e.output, "target": e.target, "input": e.input}
                for e in self.pipeline.edges
            ],
            "parameters": [p.name for p in self.pipeline.parameters],
            "swaps": [swap.to_json() for swap in self.swaps],
            "unset": list(self.unset),
            "text": self.text,
        }


def file_for(name: str, index: WorkspaceIndex, workspace: str | None, output: Path | None) -> Path:
    """Where the file of a new pipeline goes: as asked, else among the pipelines of a workspace or of the team.

    :raises UnknownWorkspace: there is no such workspace.
    :raises UsageError: the file asked for is not named like a pipeline file, or is in another workspace.
    """
    folder = layout.team_pipelines_dir(index.root)
    if workspace is not None:
        folder = layout.pipelines_dir(index.workspace(workspace))
    path = absolute(output) if output is not None else folder / f"{name.replace('-', '_')}{SUFFIXES[0]}"
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path.name} is not named like a pipeline file.", hint=f"--output {path.stem}.yaml")
    if workspace is not None and owner_of_file(path, index.root) != workspace:
        raise UsageError(
            f"{path} is not in workspace '{workspace}', so the pipeline would not be its.",
            hint="Leave out --output or --workspace.",
        )
    return path


def build_pipeline(
    name: str,
    catalog: StepCatalog,
    path: Path,
    *,
    components: Sequence[str] = (),
    origin: str | None = None,
    swaps: Sequence[str] = (),
    edges: Sequence[str] = (),
    shared: Mapping[str, str] | None = None,
) -> Built:
    """The pipeline ``name`` for the file ``path``; its steps are found and wired, nothing is written.

    :param components: see :func:`~cursus.core.workspace.composing.compose`.
    :param origin: the pipeline to start from, instead of components.
    :param swaps: see :func:`~cursus.core.workspace.swap.swapped`.
    :param edges: for ``components``.
    :param shared: config values of every step.
    :raises UsageError: neither or both of ``components`` and ``origin``; and as the functions named.
    :raises CursusError: a step is not there, may not be used, or cannot be wired.
    """
    if bool(components) == (origin is not None):
        raise UsageError("Give the components of the pipeline, or the pipeline to start from.", hint="--components")
    owner = owner_of_file(path, catalog.index.root)
    if origin is None:
        composed = compose(name, components, catalog, owner=owner, edges=edges, swaps=swaps, shared=shared)
        return Built(
            composed.pipeline, pipeline_text(composed.pipeline), composed, composed.swaps, _unset(composed.pipeline)
        )
    if edges:
        raise UsageError("--edge goes with --components; the other pipeline has its edges.", hint="Leave it out.")
    pipeline, found = load_swapped(origin, catalog, swaps)
    pipeline = replace(pipeline, name=name, owner=owner, shared={**pipeline.shared, **(shared or {})})
    wire_nodes(pipeline, resolve_nodes(pipeline, catalog), order_of(pipeline, graph(pipeline)))
    return Built(pipeline, pipeline_text(pipeline), None, found, _unset(pipeline))


def write_pipeline(path: Path, text: str) -> None:
    """Write a new pipeline file, whole or not at all.

    :raises UsageError: there is a file already; it stays as it is.
    :raises FileError: the place cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", file=path) from error
    if not write_new(path, text):
        raise UsageError(f"{path} is there already; nothing was written.", hint="Remove it, or give another --output.")


def _unset(pipeline: Pipeline) -> tuple[str, ...]:
    needed = [name for name, field in BasePipelineConfig.model_fields.items() if field.is_required()]
    return tuple(f for f in needed if f not in pipeline.shared and not all(f in n.config for n in pipeline.nodes))
