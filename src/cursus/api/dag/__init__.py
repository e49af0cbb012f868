"""Directed acyclic graphs of pipeline steps: :class:`PipelineDAG` and, with owners, :class:`WorkspaceAwareDAG`.

One graph algorithm serves both. Nothing here reads files or resolves steps. Names are loaded on first use: a pipeline
is planned without the graph with owners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.api.dag.base_dag import PipelineDAG as PipelineDAG
    from cursus.api.dag.errors import CycleError as CycleError
    from cursus.api.dag.workspace_dag import WorkspaceAwareDAG as WorkspaceAwareDAG

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {"base_dag": ("PipelineDAG",), "errors": ("CycleError",), "workspace_dag": ("WorkspaceAwareDAG",)},
)
