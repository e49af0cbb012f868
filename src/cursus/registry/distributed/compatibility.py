"""The published tables: dictionaries that follow the current workspace.

A table is a ``dict`` whose own storage holds the core rows, so that code which looks into the storage (and never
calls a method) sees the core; everything that calls a method sees the current workspace's rows.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from pathlib import Path
from typing import Any, TypeVar, overload

from cursus.registry.distributed import context
from cursus.registry.distributed.context import current_tables
from cursus.registry.tables import CORE_TABLES, ReadOnlyDict, Row, Tables

V = TypeVar("V")
T = TypeVar("T")


class LiveTable(ReadOnlyDict[str, V]):
    """One of the four tables, as the current workspace sees it; read-only.

    :param choose: picks the table out of the four.
    """

    def __init__(self, choose: Callable[[Tables], dict[str, V]]) -> None:
        super().__init__(choose(CORE_TABLES))
        self._choose = choose

    def __getitem__(self, key: str) -> V:
        return self._choose(current_tables())[key]

    def __contains__(self, key: object) -> bool:
        return key in self._choose(current_tables())

    def __iter__(self) -> Iterator[str]:
        return iter(self._choose(current_tables()))

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._choose(current_tables()))

    def __len__(self) -> int:
        return len(self._choose(current_tables()))

    def __eq__(self, other: object) -> bool:
        return self._choose(current_tables()) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    def __repr__(self) -> str:
        return repr(self.copy())

    @overload  # type: ignore[override]
    def get(self, key: str) -> V | None: ...
    @overload
    def get(self, key: str, default: V) -> V: ...
    @overload
    def get(self, key: str, default: T) -> V | T: ...
    def get(self, key: str, default: Any = None) -> Any:
        """As for every dictionary."""
        return self._choose(current_tables()).get(key, default)

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """As for every dictionary."""
        return self._choose(current_tables()).keys()

    def values(self) -> ValuesView[V]:  # type: ignore[override]
        """As for every dictionary."""
        return self._choose(current_tables()).values()

    def items(self) -> ItemsView[str, V]:  # type: ignore[override]
        """As for every dictionary."""
        return self._choose(current_tables()).items()

    def copy(self) -> dict[str, V]:
        """The rows the current workspace sees now, as a plain dictionary."""
        return dict(self._choose(current_tables()))


STEP_NAMES: LiveTable[Row] = LiveTable(lambda tables: tables.step_names)
CONFIG_STEP_REGISTRY: LiveTable[str] = LiveTable(lambda tables: tables.config_step_registry)
BUILDER_STEP_NAMES: LiveTable[str] = LiveTable(lambda tables: tables.builder_step_names)
SPEC_STEP_TYPES: LiveTable[str] = LiveTable(lambda tables: tables.spec_step_types)


class BackwardCompatibilityLayer:
    """The step table in its published shape, for one workspace or the current one.

    :param workspaces_root: the workspace root, or None to find it as everywhere.
    """

    def __init__(self, workspaces_root: Path | str | None = None) -> None:
        self._root = None if workspaces_root is None else Path(workspaces_root)
        self._workspace_id: str | None = None

    def get_step_names(self, workspace_id: str | None = None) -> dict[str, Row]:
        """``STEP_NAMES`` of a workspace, as a plain dictionary."""
        return dict(self._tables(workspace_id).step_names)

    def set_workspace_context(self, workspace_id: str) -> None:
        """The workspace this layer speaks for when a call names none; the process's context is left alone.

        :raises InvalidWorkspaceId: ``workspace_id`` is not a safe name.
        """
        self._workspace_id = context.checked(workspace_id)

    def clear_workspace_context(self) -> None:
        """The layer speaks for the current workspace again."""
        self._workspace_id = None

    def _tables(self, workspace_id: str | None) -> Tables:
        chosen = workspace_id or self._workspace_id
        if self._root is None:
            return current_tables(chosen)
        chosen = chosen or context.get_workspace_context()
        return CORE_TABLES if chosen is None else context.read_tables(chosen, self._root)


class EnhancedBackwardCompatibilityLayer(BackwardCompatibilityLayer):
    """The derived tables too."""

    def get_builder_step_names(self, workspace_id: str | None = None) -> dict[str, str]:
        """``BUILDER_STEP_NAMES`` of a workspace."""
        return dict(self._tables(workspace_id).builder_step_names)

    def get_config_step_registry(self, workspace_id: str | None = None) -> dict[str, str]:
        """``CONFIG_STEP_REGISTRY`` of a workspace."""
        return dict(self._tables(workspace_id).config_step_registry)

    def get_spec_step_types(self, workspace_id: str | None = None) -> dict[str, str]:
        """``SPEC_STEP_TYPES`` of a workspace."""
        return dict(self._tables(workspace_id).spec_step_types)


def get_enhanced_compatibility() -> EnhancedBackwardCompatibilityLayer:
    """A layer of its own for each caller, so that one caller's workspace never becomes another's."""
    return EnhancedBackwardCompatibilityLayer()


def get_step_names(workspace_id: str | None = None) -> dict[str, Row]:
    """``STEP_NAMES`` of a workspace or the current one."""
    return get_enhanced_compatibility().get_step_names(workspace_id)


def get_builder_step_names(workspace_id: str | None = None) -> dict[str, str]:
    """``BUILDER_STEP_NAMES`` of a workspace or the current one."""
    return get_enhanced_compatibility().get_builder_step_names(workspace_id)


def get_config_step_registry(workspace_id: str | None = None) -> dict[str, str]:
    """``CONFIG_STEP_REGISTRY`` of a workspace or the current one."""
    return get_enhanced_compatibility().get_config_step_registry(workspace_id)


def get_spec_step_types(workspace_id: str | None = None) -> dict[str, str]:
    """``SPEC_STEP_TYPES`` of a workspace or the current one."""
    return get_enhanced_compatibility().get_spec_step_types(workspace_id)
