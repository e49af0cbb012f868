"""Workspaces and the components found in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering
from pathlib import Path

CORE_ID = "core"
SHARED_ID = "shared"
SINGLE_ID = "default"


class Layer(StrEnum):
    """Where a workspace stands; a name is looked up from a developer down to the core."""

    CORE = "core"
    SHARED = "shared"
    DEVELOPER = "developer"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One isolated set of step components.

    :param id: ``core``, ``shared``, ``default`` (single form) or the developer id.
    :param layer: core, shared or developer.
    :param root: the workspace's own folder (``developers/<id>``); nothing outside it belongs to it.
    :param steps_dir: the folder that holds one folder for each kind of component (``builders``, ``scripts``, …).
    """

    id: str
    layer: Layer
    root: Path
    steps_dir: Path


class ComponentKind(StrEnum):
    """What a file of a step is. The value is the singular; the folder names live in the layout module."""

    SCRIPT = "script"
    CONTRACT = "contract"
    SPEC = "spec"
    CONFIG = "config"
    BUILDER = "builder"
    INTERFACE = "interface"


@total_ordering
@dataclass(frozen=True, slots=True)
class Component:
    """One file of one step, known without importing it.

    :param workspace: id of the owning workspace.
    :param step: file-level step name in snake case, as in ``<step>_contract.py``.
    :param kind: which of the step's files this is.
    :param job: job variant of a spec (``training``, …), else None.
    :param path: absolute path.
    """

    workspace: str
    step: str
    kind: ComponentKind
    job: str | None
    path: Path

    def __lt__(self, other: Component) -> bool:
        """By workspace, step and kind; a spec of no job type before those of one."""
        return self._sort_key() < other._sort_key()

    def _sort_key(self) -> tuple[str, str, str, str, Path]:
        return (self.workspace, self.step, self.kind.value, self.job or "", self.path)


def fold(name: str) -> str:
    """The key under which a step's CamelCase name and its snake_case file name meet: lower case, no underscores.

    >>> fold("XGBoostTraining") == fold("xgboost_training")
    True
    """
    return name.replace("_", "").replace("-", "").lower()


def reference(workspace: str, step: str) -> str:
    """A step of a workspace as it is written everywhere: ``<workspace>/<Step>``."""
    return f"{workspace}/{step}"
