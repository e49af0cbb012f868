"""The specification registries of several contexts."""

from __future__ import annotations

from typing import Literal, TypedDict, overload

from cursus.core.deps.specification_registry import SpecificationRegistry


class ContextStats(TypedDict):
    """Counts of one context."""

    step_count: int
    step_type_count: int


class RegistryManager:
    """One :class:`SpecificationRegistry` for each context; an instance shares nothing with another."""

    def __init__(self) -> None:
        self._registries: dict[str, SpecificationRegistry] = {}

    @overload
    def get_registry(
        self, context_name: str = "default", create_if_missing: Literal[True] = True
    ) -> SpecificationRegistry: ...
    @overload
    def get_registry(
        self, context_name: str = "default", *, create_if_missing: bool
    ) -> SpecificationRegistry | None: ...
    @overload
    def get_registry(self, context_name: str, create_if_missing: bool) -> SpecificationRegistry | None: ...
    def get_registry(
        self, context_name: str = "default", create_if_missing: bool = True
    ) -> SpecificationRegistry | None:
        """The registry of a context; None when there is none and it is not to be made."""
        if context_name not in self._registries and create_if_missing:
            self._registries[context_name] = SpecificationRegistry(context_name)
        return self._registries.get(context_name)

    def list_contexts(self) -> list[str]:
        """Names of the contexts, sorted."""
        return sorted(self._registries)

    def clear_context(self, context_name: str) -> bool:
        """Forget a context; False when there was none."""
        return self._registries.pop(context_name, None) is not None

    def clear_all_contexts(self) -> None:
        """Forget all contexts."""
        self._registries.clear()

    def get_context_stats(self) -> dict[str, ContextStats]:
        """Steps and step types of each context."""
        return {
            name: {"step_count": len(registry), "step_type_count": len(registry.list_step_types())}
            for name, registry in sorted(self._registries.items())
        }

    def __len__(self) -> int:
        return len(self._registries)

    def __contains__(self, context_name: object) -> bool:
        return context_name in self._registries
