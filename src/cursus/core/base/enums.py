"""The two enumerations of a spec, at their published address."""

from __future__ import annotations

from cursus.model.step import DependencyType, NodeType

__all__ = ["DependencyType", "NodeType"]
