"""Copy a workspace: its files as they are, and its own name replaced where it refers to itself."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from cursus.model.workspace import Workspace
from cursus.workspace import layout, templates
from cursus.workspace.errors import EscapesWorkspace, MalformedToml
from cursus.workspace.files import MAX_TOML, not_regular, read_file

_NOT_COPIED = ("__pycache__", layout.CACHE, ".git", ".venv", "venv")


def copy_into(source: Workspace, target: Workspace, *, owner: str = "", description: str = "") -> None:
    """Copy the files of ``source`` to the empty folder of ``target``, which has the new id.

    Caches, reports and version control are left behind. References to the old name are adjusted in the pipelines
    (``old/Step``), the data manifest (``old:script``) and the registry overlay; ``workspace.toml`` keeps the
    description, not the owner.

    :raises FileError: a file of the source cannot be read, is no regular file, or is a link out of its workspace.
    """
    for path in files_to_copy(source):
        copy = target.root / path.relative_to(source.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        shutil.copymode(path, copy)
    for path in _referring(target):
        text = path.read_text("utf-8")
        changed = _renamed(text, source.id, target.id)
        if changed != text:
            path.write_text(changed, "utf-8")
    about = templates.about(owner, description or _description(source), date.today())
    layout.workspace_toml(target).write_text(about, "utf-8")


def files_to_copy(workspace: Workspace) -> Iterator[Path]:
    """The files of a workspace that a copy has too.

    :raises FileError: one of them is no regular file, or is a link.
    """
    skipped = {layout.reports_dir(workspace)}
    for folder, names, files in os.walk(workspace.root):
        here = Path(folder)
        names[:] = sorted(n for n in names if n not in _NOT_COPIED and here / n not in skipped)
        for name in sorted([*files, *(n for n in names if (here / n).is_symlink())]):
            path = here / name
            if path.is_symlink():
                raise EscapesWorkspace(
                    f"{path.name} is a link; a copy would share its target with '{workspace.id}'.",
                    hint=f"Replace {path} by the file it stands for.",
                    workspace=workspace.id,
                    file=path,
                )
            if not path.is_file():
                raise not_regular(path, workspace.id)
            yield path


def _referring(workspace: Workspace) -> Iterator[Path]:
    """The files of a workspace that may call it by its name."""
    candidates = [layout.overlay_path(workspace), layout.data_manifest_path(workspace)]
    pipelines = layout.pipelines_dir(workspace)
    if pipelines.is_dir():
        candidates += sorted(p for p in pipelines.iterdir() if p.suffix in layout.PIPELINE_SUFFIXES)
    return (path for path in candidates if path.is_file())


def _renamed(text: str, old: str, new: str) -> str:
    word = re.escape(old)
    text = re.sub(rf"(?<![\w./-]){word}(?=/[A-Z])", new, text)  # a step in a pipeline
    text = re.sub(rf"(?<![\w./-]){word}(?=:[A-Za-z_])", new, text)  # a script in a data manifest
    return re.sub(rf"([\"']){word}\1", rf"\g<1>{new}\g<1>", text)


def _description(workspace: Workspace) -> str:
    path = layout.workspace_toml(workspace)
    if not path.is_file():
        return ""
    try:
        data = read_file(path, boundary=workspace.root, limit=MAX_TOML, workspace=workspace.id)
        return str(tomllib.loads(data.decode("utf-8")).get("description", ""))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MalformedToml(
            f"{path.name} is not TOML: {error}.", hint=f"Correct {path}", workspace=workspace.id, file=path
        ) from None
