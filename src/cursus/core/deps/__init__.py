"""Wire: which output feeds which input, and why.

``wiring`` is the one engine, pure and on the nouns; ``scoring`` holds the published weights; the published registry
and resolver classes are short coordinators over the two. No files are read here and no request is built; an output that
does not clearly feed an input is refused, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.core.deps.dependency_resolver import UnifiedDependencyResolver as UnifiedDependencyResolver
    from cursus.core.deps.dependency_resolver import create_dependency_resolver as create_dependency_resolver
    from cursus.core.deps.errors import AmbiguousInput as AmbiguousInput
    from cursus.core.deps.errors import TypeClash as TypeClash
    from cursus.core.deps.errors import UnknownPort as UnknownPort
    from cursus.core.deps.errors import UnsatisfiedInput as UnsatisfiedInput
    from cursus.core.deps.factory import create_pipeline_components as create_pipeline_components
    from cursus.core.deps.property_reference import PropertyReference as PropertyReference
    from cursus.core.deps.registry_manager import RegistryManager as RegistryManager
    from cursus.core.deps.semantic_matcher import SemanticMatcher as SemanticMatcher
    from cursus.core.deps.specification_registry import SpecificationRegistry as SpecificationRegistry
    from cursus.core.deps.wiring import wire as wire

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "dependency_resolver": ("UnifiedDependencyResolver", "create_dependency_resolver"),
        "errors": ("AmbiguousInput", "TypeClash", "UnknownPort", "UnsatisfiedInput"),
        "factory": ("create_pipeline_components",),
        "property_reference": ("PropertyReference",),
        "registry_manager": ("RegistryManager",),
        "semantic_matcher": ("SemanticMatcher",),
        "specification_registry": ("SpecificationRegistry",),
        "wiring": ("wire",),
    },
)
