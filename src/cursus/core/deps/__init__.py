"""Wire: which output feeds which input, and why.

``wiring`` is the one engine, pure and on the nouns; ``scoring`` holds the published weights; the published registry
and resolver classes are short coordinators over the two. No files are read here and no request is built; an output that
does not clearly feed an input is refused, never guessed.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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

#: Where each name of this package lives; loaded on first use, so that the wiring does not bring pydantic with it.
_HOMES = {
    "dependency_resolver": ("UnifiedDependencyResolver", "create_dependency_resolver"),
    "errors": ("AmbiguousInput", "TypeClash", "UnknownPort", "UnsatisfiedInput"),
    "factory": ("create_pipeline_components",),
    "property_reference": ("PropertyReference",),
    "registry_manager": ("RegistryManager",),
    "semantic_matcher": ("SemanticMatcher",),
    "specification_registry": ("SpecificationRegistry",),
    "wiring": ("wire",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [*sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
