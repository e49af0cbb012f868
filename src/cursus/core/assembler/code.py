"""Which files travel with a script: the script and the modules of its own workspace that it imports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from cursus.core.base.archive import make_bundle
from cursus.model.facts import Import
from cursus.model.plan import CodeBundle, PlannedFile
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind, Workspace
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import PACKAGE, kind_dir, source_root


def code_bundle(step: Step, index: WorkspaceIndex) -> CodeBundle | None:
    """The step's code as one bundle, or None for a step without a script.

    Followed are imports of modules that stand beside the script and of ``cursus_dev.…``; both keep their place in the
    archive, so that the script finds them there as it does here. Anything else is expected in the container image.

    :raises FileError: when one of the files cannot be read or parsed.
    """
    script = step.components.get(ComponentKind.SCRIPT)
    if script is None:
        return None
    workspace = index.workspace(step.workspace)
    files = {script.path.name: script.path}
    pending = [script.path]
    while pending:
        path = pending.pop()
        for name, found in _local_imports(path, index, workspace):
            if name not in files:
                files[name] = found
                pending.append(found)
    return make_bundle(script.path.name, files)


def planned_files(step: Step, workspace: Workspace) -> tuple[PlannedFile, ...]:
    """The step's component files with their digests, in the order of their kinds."""
    return tuple(
        PlannedFile(
            kind=kind,
            workspace=step.workspace,
            name=step.components[kind].path.relative_to(workspace.root).as_posix(),
            sha256=hashlib.sha256(step.components[kind].path.read_bytes()).hexdigest(),
            path=step.components[kind].path,
        )
        for kind in ComponentKind
        if kind in step.components
    )


def _local_imports(path: Path, index: WorkspaceIndex, workspace: Workspace) -> Iterator[tuple[str, Path]]:
    """(place in the archive, file) of every module of the workspace that ``path`` imports."""
    scripts = kind_dir(workspace, ComponentKind.SCRIPT)
    package_root = source_root(workspace)
    for statement in index.module(path).imports:
        for dotted in _candidates(statement, path, package_root):
            top = dotted.split(".", 1)[0]
            base = package_root if top == PACKAGE else scripts
            yield from _module_files(dotted, base)


def _candidates(statement: Import, path: Path, package_root: Path) -> Iterator[str]:
    """Dotted names a statement may mean: the module, and each imported name as a submodule of it."""
    module = statement.module
    if statement.level:
        parts = path.parent.relative_to(package_root).parts if path.is_relative_to(package_root) else ()
        kept = parts[: len(parts) - statement.level + 1]
        module = ".".join((*kept, *filter(None, [module])))
    if module:
        yield module
    for name in statement.names:
        if module and name != "*":
            yield f"{module}.{name}"


def _module_files(dotted: str, base: Path) -> Iterator[tuple[str, Path]]:
    """The module's file and the ``__init__.py`` of every package above it, where they exist below ``base``."""
    parts = dotted.split(".")
    found = None
    for candidate in (base.joinpath(*parts).with_suffix(".py"), base.joinpath(*parts, "__init__.py")):
        if candidate.is_file():
            found = candidate
            break
    if found is None:
        return
    yield found.relative_to(base).as_posix(), found
    for depth in range(1, len(parts)):
        init = base.joinpath(*parts[:depth], "__init__.py")
        if init.is_file():
            yield init.relative_to(base).as_posix(), init
