"""The second published address of :class:`~cursus.api.dag.workspace_dag.WorkspaceAwareDAG`; a declared alias."""

from __future__ import annotations

from cursus.api.dag.workspace_dag import WorkspaceAwareDAG

__all__ = ["WorkspaceAwareDAG"]
