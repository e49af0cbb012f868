"""The published components, joined."""

from __future__ import annotations

from typing import TypedDict

from cursus.core.deps.dependency_resolver import UnifiedDependencyResolver
from cursus.core.deps.registry_manager import RegistryManager
from cursus.core.deps.semantic_matcher import SemanticMatcher
from cursus.core.deps.specification_registry import SpecificationRegistry


class PipelineComponents(TypedDict):
    """What :func:`create_pipeline_components` returns."""

    semantic_matcher: SemanticMatcher
    registry_manager: RegistryManager
    registry: SpecificationRegistry
    resolver: UnifiedDependencyResolver


def create_pipeline_components(context_name: str | None = None) -> PipelineComponents:
    """New components that share nothing with those of another call."""
    manager = RegistryManager()
    registry = manager.get_registry(context_name or "default")
    matcher = SemanticMatcher()
    return {
        "semantic_matcher": matcher,
        "registry_manager": manager,
        "registry": registry,
        "resolver": UnifiedDependencyResolver(registry, matcher),
    }
