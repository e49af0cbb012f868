"""Who may use a step in a pipeline: ``[visibility]`` of the ``workspace.toml`` of the workspace that has it.

A pipeline belongs to the workspace whose folder its file is in; one of the whole team counts as of ``shared``. A step
may always be used in pipelines of its own workspace, and those of the core everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cursus.errors import FileError, did_you_mean
from cursus.model.finding import Finding, Severity
from cursus.model.workspace import CORE_ID, fold
from cursus.workspace import layout
from cursus.workspace.index import WorkspaceIndex

#: The key for every step that has none of its own.
OTHERS = "*"
TABLE = "visibility"


class InvalidVisibility(FileError):
    """A ``workspace.toml`` with a visibility that is none."""

    code = "invalid-visibility"


class Reach(StrEnum):
    """How far a step may be used."""

    PUBLIC = "public"
    PROTECTED = "protected"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who may use a step; ``workspaces`` are those a protected one may be used by."""

    reach: Reach = Reach.PUBLIC
    workspaces: tuple[str, ...] = ()

    def allows(self, workspace: str) -> bool:
        """Whether pipelines of another workspace may use the step."""
        return self.reach is Reach.PUBLIC or workspace in self.workspaces

    def __str__(self) -> str:
        return f"{self.reach.value}: {', '.join(self.workspaces)}" if self.workspaces else self.reach.value


@dataclass(frozen=True, slots=True)
class Rules:
    """What one workspace says of its steps.

    :param named: folded step name -> the name as written, and its visibility.
    """

    others: Visibility = field(default_factory=Visibility)
    named: Mapping[str, tuple[str, Visibility]] = field(default_factory=dict)

    def of(self, step: str) -> Visibility:
        """The visibility of the workspace's step of that name."""
        return self.named[fold(step)][1] if fold(step) in self.named else self.others


def rules_of(index: WorkspaceIndex, workspace_id: str) -> Rules:
    """What a workspace says of its steps; without a word, all are public.

    :raises UnknownWorkspace: there is no such workspace.
    :raises InvalidVisibility: its ``workspace.toml`` has a visibility that is none.
    :raises FileError: that file cannot be read.
    """
    table = index.settings(workspace_id).get(TABLE, {})
    if not isinstance(table, Mapping):
        raise _invalid(index, workspace_id, TABLE, f"{TABLE} is a table of step names")
    named: dict[str, tuple[str, Visibility]] = {}
    for key, value in table.items():
        if fold(key) in named:
            told = f"{TABLE} names one step twice, as {named[fold(key)][0]} and {key}"
            raise _invalid(index, workspace_id, key, told)
        named[fold(key)] = (key, _visibility(index, workspace_id, key, value))
    others = named.pop(OTHERS, ("", Visibility()))[1]
    return Rules(others, named)


def shown(index: WorkspaceIndex, workspace_id: str, step: str) -> str | None:
    """Who may use a step, as text for a list; None when ``workspace.toml`` does not tell, which is a problem of it."""
    if workspace_id == CORE_ID:
        return str(Visibility())
    try:
        return str(rules_of(index, workspace_id).of(step))
    except FileError:
        return None


def visibility_problems(index: WorkspaceIndex, workspace_id: str, steps: Iterable[str]) -> Iterator[Finding]:
    """What is wrong with what a workspace says of its ``steps``: no table, or a name that is not there."""
    try:
        rules = rules_of(index, workspace_id)
    except FileError as error:
        yield Finding.from_error(error)
        return
    names = sorted(steps)
    known = {fold(name) for name in names}
    workspaces = sorted(w.id for w in index.tree.workspaces if w.id != CORE_ID)
    for key, (name, visibility) in rules.named.items():
        if key not in known:
            yield _finding(index, workspace_id, name, f"'{name}' is no step of it.{did_you_mean(name, names)}")
        for other in visibility.workspaces:
            if other not in workspaces:
                told = f"'{name}' is open to '{other}', which is no workspace.{did_you_mean(other, workspaces)}"
                yield _finding(index, workspace_id, name, told)


def _visibility(index: WorkspaceIndex, workspace_id: str, step: str, value: Any) -> Visibility:
    if value in (Reach.PUBLIC.value, Reach.PRIVATE.value):
        return Visibility(Reach(value))
    if isinstance(value, Mapping) and set(value) == {Reach.PROTECTED.value}:
        names = value[Reach.PROTECTED.value]
        if isinstance(names, list) and names and all(isinstance(n, str) and n for n in names):
            return Visibility(Reach.PROTECTED, tuple(sorted(set(names))))
    told = f'{TABLE}.{step} is none of "public", "private", {{ protected = ["<workspace>", …] }}'
    raise _invalid(index, workspace_id, step, told)


def _invalid(index: WorkspaceIndex, workspace_id: str, key: str, told: str) -> InvalidVisibility:
    path = layout.workspace_toml(index.workspace(workspace_id))
    return InvalidVisibility(
        f"In {path.name} of '{workspace_id}': {told}.",
        hint='Write a step as Report = "private", or "public", or { protected = ["<workspace>"] }',
        workspace=workspace_id,
        file=path,
        line=_line(path, key),
    )


def _finding(index: WorkspaceIndex, workspace_id: str, key: str, told: str) -> Finding:
    path = layout.workspace_toml(index.workspace(workspace_id))
    return Finding(
        InvalidVisibility.code,
        Severity.ERROR,
        f"In {path.name} of '{workspace_id}', [{TABLE}]: {told}",
        workspace=workspace_id,
        file=path,
        line=_line(path, key),
        hint=f"Correct {path.name}",
    )


def _line(path: Path, key: str) -> int | None:
    """The line a key stands on, which the TOML reader does not tell."""
    start = re.compile(rf"""\s*\[*\s*["']?(?:{TABLE}\s*\.\s*)?["']?{re.escape(key)}["']?\s*[=\].]""")
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if start.match(line)), None)
