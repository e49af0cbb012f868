"""Make new workspaces: built aside, then renamed into place, so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from cursus.errors import FileError, UsageError, WorkspaceExists, did_you_mean
from cursus.model.workspace import SINGLE_ID, Layer, Workspace
from cursus.workspace import layout, templates
from cursus.workspace.aside import ensure_inside, making_aside
from cursus.workspace.copying import copy_into, files_to_copy
from cursus.workspace.names import check_workspace_id
from cursus.workspace.root import absolute, is_multi_root, is_root
from cursus.workspace.writing import write_new


def create_workspace(
    root: Path,
    workspace_id: str,
    *,
    template: str = "minimal",
    from_existing: Workspace | None = None,
    owner: str = "",
    description: str = "",
    structure: bool = True,
) -> Path:
    """Make ``developers/<workspace_id>`` with every folder it needs; makes the root too when it is not there.

    :param template: ``minimal`` (no step), ``training`` or ``data`` (one step each that runs as it is).
    :param from_existing: copy this workspace instead, with its own name replaced where it refers to itself.
    :param structure: False makes only the empty folder.
    :return: the workspace's folder.
    :raises InvalidWorkspaceId: the id is not a safe folder name.
    :raises WorkspaceExists: there is such a folder already, even if it is empty.
    :raises UsageError: unknown template, or the root is itself a workspace.
    :raises FileError: something cannot be written, or the place lies outside the root.
    """
    root = absolute(root)
    workspace = _new_workspace(root, workspace_id, template, from_existing)
    with _staged(root, workspace) as aside:
        if from_existing is not None and structure:
            copy_into(from_existing, aside, owner=owner, description=description)
        files = _files(aside, template, owner, description) if structure else {}
        _write_missing(aside, files)
        if structure:
            _make_folders(aside)
    return workspace.root


def planned_files(
    root: Path, workspace_id: str, *, template: str = "minimal", from_existing: Workspace | None = None
) -> tuple[str, ...]:
    """The files :func:`create_workspace` would write, by place below the workspace's folder; nothing is made.

    :raises CursusError: as :func:`create_workspace`, but for what only writing can tell.
    """
    root = absolute(root)
    workspace = _new_workspace(root, workspace_id, template, from_existing)
    ensure_inside(workspace.root.parent, root)
    files = set(_files(workspace, template, "", ""))
    if from_existing is not None:
        files |= {path.relative_to(from_existing.root).as_posix() for path in files_to_copy(from_existing)}
    return tuple(sorted(files))


def _new_workspace(root: Path, workspace_id: str, template: str, from_existing: Workspace | None) -> Workspace:
    """The workspace that is to be made; whatever forbids it raises."""
    check_workspace_id(workspace_id)
    if template not in templates.TEMPLATES:
        known = ", ".join(templates.TEMPLATES)
        raise UsageError(
            f"There is no template '{template}'.{did_you_mean(template, templates.TEMPLATES)} Templates: {known}.",
            hint=f"cursus workspace create {workspace_id} --template minimal",
        )
    if from_existing is not None and from_existing.layer is Layer.CORE:
        raise UsageError(
            "The bundled steps are not a workspace that can be copied; every workspace falls back to them.",
            hint=f"cursus workspace create {workspace_id}",
        )
    if is_root(root) and not is_multi_root(root):
        raise UsageError(
            f"{root} is itself a workspace; a workspace inside it would hide its own steps.",
            hint="Name a folder above or beside it: cursus workspace create NAME -C ROOT",
        )
    workspace = layout.developer_workspace(root, workspace_id)
    if os.path.lexists(workspace.root):
        raise WorkspaceExists(workspace_id, workspace.root)
    return workspace


def create_shared(root: Path) -> Path:
    """Make ``shared/``, or add what an existing one lacks; nothing that is there is changed.

    :return: the shared workspace's folder.
    :raises FileError: something cannot be written, or the place lies outside the root.
    """
    root = absolute(root)
    workspace = layout.shared_workspace(root)
    if not os.path.lexists(workspace.root):
        try:
            with _staged(root, workspace) as aside:
                _write_missing(aside, _files(aside, "minimal", "", ""))
                _make_folders(aside)
        except WorkspaceExists:
            pass  # another process was faster; complete what it made
    complete(workspace)
    return workspace.root


def complete(workspace: Workspace) -> tuple[str, ...]:
    """Add the files and folders a workspace lacks, and say which, by place below its folder.

    :raises FileError: something cannot be written.
    """
    with as_file_error(workspace):
        if workspace.id != SINGLE_ID:
            ensure_inside(workspace.root, workspace.root.parent)
        added = _write_missing(workspace, _files(workspace, "minimal", "", ""))
        return (*added, *_make_folders(workspace))


def missing(workspace: Workspace) -> tuple[str, ...]:
    """What :func:`complete` would add."""
    wanted = [*_files(workspace, "minimal", "", ""), *templates.folders(workspace)]
    return tuple(name for name in wanted if not os.path.lexists(workspace.root / name))


def _files(workspace: Workspace, template: str, owner: str, description: str) -> dict[str, str]:
    about = templates.about(owner, description, date.today())
    name = layout.workspace_toml(workspace).relative_to(workspace.root).as_posix()
    return {name: about} | templates.structure(workspace) | dict(templates.steps(workspace, template))


def _write_missing(workspace: Workspace, files: Mapping[str, str]) -> list[str]:
    added = []
    for name, text in files.items():
        path = workspace.root / name
        ensure_inside(path.parent, workspace.root)
        path.parent.mkdir(parents=True, exist_ok=True)
        if write_new(path, text):
            added.append(name)
    return added


def _make_folders(workspace: Workspace) -> list[str]:
    added = [name for name in templates.folders(workspace) if not (workspace.root / name).exists()]
    for name in added:
        ensure_inside(workspace.root / name, workspace.root)
        (workspace.root / name).mkdir(parents=True, exist_ok=True)
    return added


@contextmanager
def _staged(root: Path, workspace: Workspace) -> Iterator[Workspace]:
    """The workspace at another place; it moves to its own when the block ends well, and vanishes otherwise."""
    with as_file_error(workspace):
        workspace.root.parent.mkdir(parents=True, exist_ok=True)
        ensure_inside(workspace.root.parent, root)
        with making_aside(root) as folder:
            aside = _moved(workspace, root, folder)
            aside.root.mkdir(parents=True)
            yield aside
            try:
                aside.root.rename(workspace.root)
            except OSError as error:
                if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                    raise WorkspaceExists(workspace.id, workspace.root) from None
                raise


def _moved(workspace: Workspace, root: Path, folder: Path) -> Workspace:
    def there(path: Path) -> Path:
        return folder / path.relative_to(root)

    return Workspace(workspace.id, workspace.layer, there(workspace.root), there(workspace.steps_dir))


@contextmanager
def as_file_error(workspace: Workspace) -> Iterator[None]:
    """Whatever the system refuses in the block, as an error that names the workspace."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise FileError(
            f"The workspace '{workspace.id}' cannot be written: {why}.",
            hint=f"Check the permissions of {workspace.root.parent} and the space left on its disk.",
            workspace=workspace.id,
            file=Path(getattr(error, "filename", None) or workspace.root),
        ) from error
