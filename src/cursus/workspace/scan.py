"""Find what is there: one pass over the folders, file names and types only; nothing is opened.

Whatever is not what its place calls for (a link out of the workspace, a pipe named ``x.py``, a name that follows no
convention) becomes a finding and hides nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from cursus.errors import InvalidWorkspaceId
from cursus.model.workspace import SHARED_ID, Component, ComponentKind, Workspace
from cursus.workspace import layout
from cursus.workspace.collecting import uncollected
from cursus.workspace.names import check_workspace_id
from cursus.workspace.root import absolute, is_multi_root

if TYPE_CHECKING:  # costs more than all the rest together, and most trees give nothing to find fault with
    from cursus.model.finding import Finding

#: By value, which is the order of a step's components.
_KINDS = tuple(sorted(ComponentKind, key=lambda kind: kind.value))
_CHECK = "cursus validate --workspace {}"


@dataclass(frozen=True)
class PipelineFile:
    """A pipeline found. ``workspace`` is None for one of the whole team; ``name`` is the file name without suffix."""

    name: str
    workspace: str | None
    path: Path


@dataclass(frozen=True)
class Tree:
    """What one scan found, everything in stable order.

    :param single: the root is itself the one workspace.
    :param workspaces: developers by id, then shared, then core.
    :param components: by workspace id, sorted by step, kind and job.
    :param findings: what was refused or follows no convention.
    """

    root: Path
    single: bool
    workspaces: tuple[Workspace, ...]
    components: Mapping[str, tuple[Component, ...]]
    pipelines: tuple[PipelineFile, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Workspace]:
        """The workspaces by their ids."""
        return {workspace.id: workspace for workspace in self.workspaces}

    @cached_property
    def by_root(self) -> Mapping[Path, Workspace]:
        """The workspaces by their own folders."""
        return {workspace.root: workspace for workspace in self.workspaces}

    @property
    def shared(self) -> Workspace | None:
        """The workspace that developers fall back to, if there is one."""
        return self.by_id.get(SHARED_ID)


def scan(root: Path) -> Tree:
    """Everything under ``root``, and the core workspace.

    :raises OSError: never for a folder inside the root; those become findings.
    """
    with uncollected():
        return _Scan(absolute(root)).tree()


@dataclass(frozen=True)
class Folder:
    """A folder of step files; ``entries`` are those a scan finds components in, by name."""

    workspace: Workspace
    kind: ComponentKind
    path: Path
    entries: tuple[os.DirEntry[str], ...]


def folders(root: Path, kinds: Collection[ComponentKind] = tuple(ComponentKind)) -> Iterator[Folder]:
    """Every folder of step files under ``root`` and of the core, one by one; what :func:`scan` refuses is left out."""
    finder = _Scan(absolute(root))
    for workspace in finder.workspaces():
        for kind in kinds:
            entries = tuple(entry for _, entry in finder.files(workspace, kind))
            finder.findings.clear()
            if entries:
                yield Folder(workspace, kind, layout.kind_dir(workspace, kind), entries)


class _Scan:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []

    @property
    def single(self) -> bool:
        return not is_multi_root(self.root) and layout.single_workspace(self.root).steps_dir.is_dir()

    def workspaces(self) -> Iterator[Workspace]:
        if self.single:
            yield layout.single_workspace(self.root)
        else:
            yield from self.developers()
            yield from self.shared()
        yield layout.core_workspace()

    def tree(self) -> Tree:
        single = self.single
        workspaces = tuple(self.workspaces())
        components = {w.id: self.components(w) for w in workspaces}
        pipelines = tuple(self.pipelines(workspaces))
        findings = tuple(sorted(self.findings, key=lambda finding: finding.sort_key()))
        return Tree(self.root, single, workspaces, components, pipelines, findings)

    def developers(self) -> Iterator[Workspace]:
        folder = layout.developers_dir(self.root)
        if self.leaves(folder, self.root, None):
            return
        for entry in self.entries(folder, None):
            if entry.name.startswith((".", "_")) or not (entry.is_symlink() or entry.is_dir()):
                continue
            try:
                workspace = layout.developer_workspace(self.root, check_workspace_id(entry.name))
            except InvalidWorkspaceId as error:
                self.findings.append(_finding(error.code, error.message, None, Path(entry.path), error.hint))
                continue
            if self.is_workspace(workspace):
                yield workspace

    def shared(self) -> Iterator[Workspace]:
        workspace = layout.shared_workspace(self.root)
        if workspace.root.is_symlink() or workspace.root.is_dir():
            if self.leaves(workspace.root, self.root, workspace.id):
                return
            if self.is_workspace(workspace):
                yield workspace

    def is_workspace(self, workspace: Workspace) -> bool:
        if self.leaves(workspace.root, workspace.root.parent, workspace.id):
            return False
        if not workspace.steps_dir.is_dir():
            where = workspace.steps_dir.relative_to(workspace.root)
            message = f"The folder '{workspace.id}' is not a workspace: it has no {where}."
            hint = f"cursus workspace create NAME makes a complete one; or remove {workspace.id}"
            self.findings.append(_finding("not-a-workspace", message, workspace.id, workspace.root, hint, warning=True))
            return False
        inner = layout.source_dirs(workspace)
        return not any(self.leaves(p, workspace.root, workspace.id) for p in (*inner, workspace.steps_dir))

    def components(self, workspace: Workspace) -> tuple[Component, ...]:
        found: list[Component] = []
        specs: list[tuple[str, Path]] = []
        steps: set[str] = set()
        for kind in _KINDS:
            folder = layout.kind_dir(workspace, kind)
            for step, entry in self.files(workspace, kind):
                if kind is ComponentKind.SPEC:
                    specs.append((step, folder / entry.name))
                else:
                    steps.add(step)
                    found.append(Component(workspace.id, step, kind, None, folder / entry.name))
        jobs: list[Component] = []
        for step, path in specs:
            split = layout.split_job(step) if layout.is_job_variant(step, steps) else None
            name, job = split if split else (step, None)
            jobs.append(Component(workspace.id, name, ComponentKind.SPEC, job, path))
        found += sorted(jobs, key=lambda c: c.job or "")
        return tuple(sorted(found, key=attrgetter("step")))  # stable, and the kinds came in their order

    def files(self, workspace: Workspace, kind: ComponentKind) -> Iterator[tuple[str, os.DirEntry[str]]]:
        folder = layout.kind_dir(workspace, kind)
        if self.leaves(folder, workspace.root, workspace.id):
            return
        suffix = layout.MANIFEST_SUFFIX if kind is ComponentKind.INTERFACE else layout.PYTHON_SUFFIX
        matches = layout.file_name_pattern(kind).fullmatch
        for entry in self.entries(folder, workspace.id):
            name = entry.name
            match = matches(name)
            if match is not None:
                if entry.is_file(follow_symlinks=False) or not self.refused(entry, workspace.root, workspace.id):
                    yield match[1], entry
            elif name.startswith((".", "_")):
                continue
            elif not name.endswith(suffix):
                if kind is ComponentKind.INTERFACE and name.endswith((".yaml", ".yml")):
                    self.misnamed(workspace, kind, Path(entry.path))
            elif entry.is_file(follow_symlinks=False) or not self.refused(entry, workspace.root, workspace.id):
                self.misnamed(workspace, kind, Path(entry.path))

    def refused(self, entry: os.DirEntry[str], boundary: Path, workspace_id: str | None) -> bool:
        """Whether something that is no plain file is not to be used; says so."""
        path = Path(entry.path)
        if self.leaves(path, boundary, workspace_id):
            return True
        try:
            if entry.is_file():
                return False
            what = "a folder" if entry.is_dir() else "not a regular file"
        except OSError as error:
            what = f"not readable ({error.strerror})"
        message = f"{path.name} is {what}; a file is expected here."
        self.findings.append(_finding("unreadable-file", message, workspace_id, path, f"Remove or rename {path.name}"))
        return True

    def misnamed(self, workspace: Workspace, kind: ComponentKind, path: Path) -> None:
        pattern = layout.naming_pattern(kind)
        message = (
            f"{path.name} is in {path.parent.name}/ but is not called {pattern} (step in snake case); it is not used."
        )
        hint = f"Rename it to {pattern}, or start its name with '_' if it is a helper module."
        self.findings.append(_finding("naming", message, workspace.id, path, hint, warning=True))

    def pipelines(self, workspaces: tuple[Workspace, ...]) -> Iterator[PipelineFile]:
        for workspace_id, folder in layout.pipelines_dirs(self.root, workspaces):
            if self.leaves(folder, folder.parent, workspace_id):
                continue
            for entry in self.entries(folder, workspace_id):
                stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 - an entry's name, not a path
                if suffix not in layout.PIPELINE_SUFFIXES or stem.startswith((".", "_")):
                    continue
                if entry.is_file(follow_symlinks=False) or not self.refused(entry, self.root, workspace_id):
                    yield PipelineFile(stem, workspace_id, folder / entry.name)

    def entries(self, folder: Path, workspace_id: str | None) -> list[os.DirEntry[str]]:
        """The folder's entries by name; none when it is absent; a finding when it cannot be read."""
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda e: e.name)
        except FileNotFoundError:
            return []
        except OSError as error:
            message = f"{folder.name}/ cannot be listed: {error.strerror}."
            self.findings.append(_finding("unreadable-folder", message, workspace_id, folder))
            return []

    def leaves(self, path: Path, boundary: Path, workspace_id: str | None) -> bool:
        """Whether ``path`` is a link to somewhere outside ``boundary``; says so."""
        if not os.path.islink(path):  # noqa: PTH114 - asked of every folder, and faster by half
            return False
        target = os.path.realpath(path)
        inside = os.path.realpath(boundary)
        if target.startswith(inside + os.sep):
            return False
        message = f"{path.name} is a link that leads outside {boundary.name}/; it is not followed."
        hint = "Copy the files into the workspace instead."
        self.findings.append(_finding("escapes-workspace", message, workspace_id, path, hint))
        return True


def _finding(
    code: str, message: str, workspace: str | None, path: Path, hint: str | None = None, *, warning: bool = False
) -> Finding:
    from cursus.model.finding import Finding, Severity

    severity = Severity.WARNING if warning else Severity.ERROR
    fallback = _CHECK.format(workspace) if workspace else "cursus workspace list"
    return Finding(code, severity, message, workspace=workspace, file=path, hint=hint or fallback)
