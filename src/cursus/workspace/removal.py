"""Remove a workspace: moved aside in one step, backed up, then deleted, so that nobody ever sees half of one.

Whatever goes wrong before the backup is complete, the workspace comes back to its place.
"""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.errors import FileError, PolicyError, UnknownWorkspace, UsageError
from cursus.model.workspace import CORE_ID, SHARED_ID, Layer, Workspace
from cursus.workspace import aside, layout
from cursus.workspace.errors import EscapesWorkspace
from cursus.workspace.names import check_workspace_id
from cursus.workspace.root import absolute
from cursus.workspace.scaffold import as_file_error
from cursus.workspace.scan import scan
from cursus.workspace.writing import replacing


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to be removed.

    :param files: number of files in the workspace.
    :param size: their bytes.
    :param backup_dir: where the backup goes; None for none.
    """

    root: Path
    workspace: Workspace
    files: int
    size: int
    backup_dir: Path | None

    @property
    def backup(self) -> Path | None:
        """The archive the workspace would be kept in."""
        return None if self.backup_dir is None else _free_name(self.backup_dir, self.workspace.id)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "workspace": self.workspace.id,
            "path": str(self.workspace.root),
            "files": self.files,
            "bytes": self.size,
            "backup": None if self.backup is None else str(self.backup),
        }


def plan_removal(root: Path, workspace_id: str, *, backup: bool = True, backup_dir: Path | None = None) -> Removal:
    """What :func:`remove` would do; nothing is changed.

    A folder under ``developers/`` that is no complete workspace can be removed too.

    :param backup_dir: where the backup goes instead of ``.cursus/removed``.
    :raises PolicyError: the workspace is the bundled one, the shared one, or the root itself.
    :raises InvalidWorkspaceId: the id is not a safe folder name.
    :raises UnknownWorkspace: there is no such folder.
    :raises EscapesWorkspace: the folder is a link, or is reached through one that leads out of the root.
    :raises UsageError: the backup would lie in what is removed.
    """
    root = absolute(root)
    tree = scan(root)
    if workspace_id in (CORE_ID, SHARED_ID) or (tree.single and workspace_id == tree.workspaces[0].id):
        raise PolicyError(_refusal(workspace_id), hint="cursus workspace list", workspace=workspace_id)
    workspace = layout.developer_workspace(root, check_workspace_id(workspace_id))
    if not os.path.lexists(workspace.root):
        known = [w.id for w in tree.workspaces if w.layer is Layer.DEVELOPER]
        raise UnknownWorkspace(workspace_id, known, root)
    aside.ensure_inside(workspace.root.parent, root)
    if workspace.root.is_symlink() or not workspace.root.is_dir():
        raise EscapesWorkspace(
            f"{workspace.root.name} is a link or a file, not a workspace; it is not removed.",
            hint=f"Look at {workspace.root}, and delete it yourself if it is not needed.",
            workspace=workspace_id,
            file=workspace.root,
        )
    target = None
    if backup:
        target = layout.removed_dir(root) if backup_dir is None else absolute(backup_dir)
        if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(workspace.root)):
            raise UsageError(
                f"The backup would be written into the workspace that is removed: {target}.",
                hint=f"cursus workspace remove {workspace_id} --backup-dir DIR",
            )
    sizes = [size for _, size in _files(workspace.root)]
    return Removal(root, workspace, len(sizes), sum(sizes), target)


def remove(removal: Removal) -> Path | None:
    """Remove the workspace of a plan.

    :return: the archive it is kept in, or None.
    :raises FileError: it cannot be moved or backed up, and is where it was; or it is gone from its place, but what it
        consisted of could not be deleted altogether.
    """
    workspace, kept = removal.workspace, None
    with as_file_error(workspace), aside.folder_aside(removal.root, aside.REMOVING) as folder:
        there = folder / workspace.id
        try:
            workspace.root.rename(there)
            if removal.backup_dir is not None:
                kept = _back_up(there, removal.backup_dir)
        except BaseException:
            if there.exists() and not os.path.lexists(workspace.root):
                there.rename(workspace.root)
            if not any(folder.iterdir()):
                folder.rmdir()
            raise
        doomed = folder.rename(folder.with_name(folder.name.replace(aside.REMOVING, aside.REMOVED, 1)))
        shutil.rmtree(doomed, ignore_errors=True)
    if doomed.exists():
        raise FileError(
            f"'{workspace.id}' is removed, but a part of it could not be deleted: {doomed}.",
            hint=f"Check its permissions, then: rm -r {doomed}",
            workspace=workspace.id,
            file=doomed,
        )
    return kept


def _back_up(folder: Path, target: Path) -> Path:
    """Keep ``folder`` as an archive in ``target``: links stay links, whole or not at all."""
    archive = _free_name(target, folder.name)
    with replacing(archive) as stream, tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as tar:
        try:
            tar.add(folder, arcname=folder.name)
        except OSError as error:
            if error.filename is None:  # the archive's own file: its writer says so
                raise
            name = Path(error.filename).relative_to(folder.parent)
            raise FileError(
                f"{name} cannot be backed up: {error.strerror}. Nothing was removed.",
                hint=f"Check its permissions, or: cursus workspace remove {folder.name} --no-backup",
                workspace=folder.name,
            ) from error
    return archive


def _free_name(folder: Path, name: str) -> Path:
    """An archive's name that nothing has yet: ``name.tar.gz``, ``name-2.tar.gz``, …"""
    path, number = folder / f"{name}.tar.gz", 1
    while os.path.lexists(path):
        number += 1
        path = folder / f"{name}-{number}.tar.gz"
    return path


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every file below, with its size; links are not followed."""
    for here, _, names in os.walk(folder):
        for name in names:
            path = Path(here, name)
            try:
                found = path.lstat()
            except OSError:
                continue  # only counted here; what cannot be read says so when it is backed up
            yield path, found.st_size if stat.S_ISREG(found.st_mode) else 0


def _refusal(workspace_id: str) -> str:
    if workspace_id == CORE_ID:
        return "The bundled steps are part of the installation; they cannot be removed."
    if workspace_id == SHARED_ID:
        return "Every workspace falls back to 'shared'; it is not removed by a command."
    return "The root is itself the one workspace; it is not removed by a command."
