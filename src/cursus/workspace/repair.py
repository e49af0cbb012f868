"""Put right what can be without asking.

It adds what a workspace lacks, puts back what an interrupted removal took away, and deletes what interrupted commands
left behind and a cache that cannot be used. No file of anybody is changed, and doing it again does nothing more.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cursus.errors import FileError
from cursus.workspace import aside, layout, scaffold
from cursus.workspace.health import cache_fault, leftovers, targets
from cursus.workspace.index import WorkspaceIndex


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing put right, or to be.

    :param action: ``added``, ``restored`` or ``deleted``.
    """

    action: str
    path: Path

    def to_json(self) -> dict[str, str]:
        """Plain values."""
        return {"action": self.action, "path": str(self.path)}


def repair(index: WorkspaceIndex, workspace_id: str | None = None, *, dry_run: bool = False) -> tuple[Repair, ...]:
    """Put right one workspace, or the root and all of them.

    Without an id, a folder that is no workspace yet is left alone: it may be anything. Named, it becomes one.

    :param dry_run: only say what would be done.
    :raises UnknownWorkspace: there is no such folder.
    :raises FileError: something cannot be written.
    """
    done: list[Repair] = []
    if workspace_id is None:
        # First, so that what comes back is completed with the others.
        done += _restored(index.root, dry_run=dry_run)
        if done and not dry_run:
            index.refresh()
    for workspace in targets(index, workspace_id):
        names = scaffold.missing(workspace) if dry_run else scaffold.complete(workspace)
        done += [Repair("added", workspace.root / name) for name in names]
    if workspace_id is None:
        done += _deleted(index.root, dry_run=dry_run)
    return tuple(done)


def _restored(root: Path, *, dry_run: bool) -> Iterator[Repair]:
    """Put back workspaces whose removal was interrupted, where their place is still free."""
    for folder in aside.leftovers(root, aside.REMOVING):
        for path in sorted(folder.iterdir()):
            place = layout.developers_dir(root) / path.name
            if os.path.lexists(place):
                continue
            if not dry_run:
                with scaffold.as_file_error(layout.developer_workspace(root, path.name)):
                    aside.ensure_inside(place.parent, root)
                    path.rename(place)
            yield Repair("restored", place)
        if not dry_run and not any(folder.iterdir()):
            folder.rmdir()


def _deleted(root: Path, *, dry_run: bool) -> Iterator[Repair]:
    """Delete what is worth nothing."""
    for path in leftovers(root):
        if not dry_run:
            _delete(path)
        if dry_run or not path.exists():
            yield Repair("deleted", path)
    database = layout.index_path(root)
    if cache_fault(database) is not None and not database.parent.is_symlink() and not database.is_dir():
        if not dry_run:
            _delete(database.with_name(database.name + "-journal"))
            _delete(database)
        yield Repair("deleted", database)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)  # what stays of it stays a finding
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{path} cannot be deleted: {error.strerror}.", hint=f"Check the permissions of {path.parent}", file=path
        ) from error
