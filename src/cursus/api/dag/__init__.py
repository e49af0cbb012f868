"""Directed acyclic graphs of pipeline steps: :class:`PipelineDAG` and, with owners, :class:`WorkspaceAwareDAG`.

One graph algorithm serves both. Nothing here reads files or resolves steps.
"""

from cursus.api.dag.base_dag import PipelineDAG
from cursus.api.dag.errors import CycleError
from cursus.api.dag.workspace_dag import WorkspaceAwareDAG

__all__ = ["CycleError", "PipelineDAG", "WorkspaceAwareDAG"]
