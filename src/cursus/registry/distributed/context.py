"""Which workspace is current, and the tables it sees.

In this order: an explicit argument, a config's ``workspace_id``, the context variable, ``CURSUS_WORKSPACE_ID``, none
(the core table). The tables of a workspace are read when first asked for and kept with the context they were read
in: another ``workspace_context`` reads them again.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from cursus.errors import InvalidWorkspaceId, NoWorkspaceRoot, UnknownWorkspace
from cursus.model.workspace import CORE_ID, SHARED_ID
from cursus.registry.tables import CORE_TABLES, Tables
from cursus.workspace.names import check_workspace_id
from cursus.workspace.root import ROOT_VARIABLE, find_root

WORKSPACE_VARIABLE = "CURSUS_WORKSPACE_ID"


class UnknownWorkspaceWarning(UserWarning):
    """The current workspace does not exist, so the core table is used."""


class Selection:
    """A workspace chosen as current, and its tables once somebody asks for them.

    :param workspace_id: its id, or None for none, which is the core table.
    :param root: the workspace root, or None to find it as everywhere.
    """

    def __init__(self, workspace_id: str | None, root: Path | None = None) -> None:
        self.workspace_id = workspace_id
        self.root = root
        self._tables: Tables | None = None
        self._lock = threading.Lock()

    @property
    def tables(self) -> Tables:
        """The tables the workspace sees; the core ones, with a warning, when there is no such workspace.

        :raises FileError: the workspace's overlay is broken.
        """
        if self._tables is None:
            with self._lock:
                if self._tables is None:
                    self._tables = read_tables(self.workspace_id, self.root)
        return self._tables


_current: ContextVar[Selection | None] = ContextVar("cursus_workspace", default=None)


def set_workspace_context(workspace_id: str, workspace_root: Path | str | None = None) -> None:
    """Make a workspace current in this thread or task, until changed.

    :raises InvalidWorkspaceId: ``workspace_id`` is not a safe name.
    """
    _current.set(_selection(workspace_id, workspace_root))


def get_workspace_context() -> str | None:
    """The current workspace's id: of the context, else of ``CURSUS_WORKSPACE_ID``, else None."""
    selection = _current.get()
    return selection.workspace_id if selection is not None else os.environ.get(WORKSPACE_VARIABLE) or None


def clear_workspace_context() -> None:
    """No workspace is current in this thread or task; what the environment names is read again when needed."""
    _current.set(None)
    _from_environment.cache_clear()


@contextmanager
def workspace_context(workspace_id: str | None, workspace_root: Path | str | None = None) -> Iterator[str | None]:
    """Make a workspace current for a ``with`` block; None makes none current, whatever the environment says.

    :raises InvalidWorkspaceId: ``workspace_id`` is not a safe name.
    """
    token = _current.set(_selection(workspace_id, workspace_root))
    try:
        yield workspace_id
    finally:
        _current.reset(token)


def current_tables(workspace_id: str | None = None) -> Tables:
    """The tables of ``workspace_id``, or of the current workspace when it is None.

    :raises FileError: the workspace's overlay is broken.
    """
    selection = _current.get()
    if workspace_id is None:
        if selection is not None:
            return selection.tables
        named = os.environ.get(WORKSPACE_VARIABLE)
        return CORE_TABLES if not named else _environment_tables(named)
    if selection is not None and selection.workspace_id == workspace_id:
        return selection.tables
    return read_tables(workspace_id, selection.root if selection is not None else None)


def workspace_id_of(config: object, explicit: str | None = None) -> str | None:
    """The workspace that counts for a config: ``explicit``, else its ``workspace_id``, else the current one."""
    own = getattr(config, "workspace_id", None)
    return explicit or (own if isinstance(own, str) and own else get_workspace_context())


def read_tables(workspace_id: str | None, root: Path | None = None) -> Tables:
    """The tables of a workspace, read now.

    :raises FileError: its overlay is broken.
    """
    if workspace_id is None or workspace_id == CORE_ID:
        return CORE_TABLES
    from cursus.registry.catalog import StepCatalog
    from cursus.workspace.index import WorkspaceIndex

    try:
        catalog = StepCatalog(WorkspaceIndex(find_root(root)))
        return Tables.of(catalog.rows(checked(workspace_id)).values())
    except (NoWorkspaceRoot, UnknownWorkspace, InvalidWorkspaceId) as error:
        warnings.warn(f"{error} The core step table is used.", UnknownWorkspaceWarning, stacklevel=2)
        return CORE_TABLES


def checked(workspace_id: str) -> str:
    """The id itself when it is a developer's safe name, ``core`` or ``shared``.

    :raises InvalidWorkspaceId: it is none of these.
    """
    return workspace_id if workspace_id in (CORE_ID, SHARED_ID) else check_workspace_id(workspace_id)


def _selection(workspace_id: str | None, root: Path | str | None) -> Selection:
    chosen = None if workspace_id is None else checked(workspace_id)
    return Selection(chosen, None if root is None else Path(root))


def _environment_tables(workspace_id: str) -> Tables:
    return _from_environment(workspace_id, os.environ.get(ROOT_VARIABLE), Path.cwd()).tables


@lru_cache(maxsize=8)
def _from_environment(workspace_id: str, _root: str | None, _cwd: Path) -> Selection:
    """The selection the environment makes; the arguments are all that it depends on."""
    return Selection(workspace_id)
