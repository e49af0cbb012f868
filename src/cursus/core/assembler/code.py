"""Which files travel with a script: the script and the modules of its own workspace that it imports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from cursus.core.base.archive import make_bundle, read_regular
from cursus.model.facts import Import
from cursus.model.plan import CodeBundle, PlannedFile
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind, Layer, Workspace
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
    own = index.workspace(script.workspace)
    # cursus_dev is looked for where the loader looks: in the workspace itself, then in shared.
    homes = [own, *(w for w in index.tree.workspaces if w.layer is Layer.SHARED and own.layer is Layer.DEVELOPER)]
    files = {script.path.name: script.path}
    pending = [script.path.name]
    while pending:
        name = pending.pop()
        for found, path in _local_imports(PurePosixPath(name), files[name], index, homes):
            if found not in files:
                files[found] = path
                pending.append(found)
    return make_bundle(script.path.name, files)


def planned_files(step: Step, index: WorkspaceIndex) -> tuple[PlannedFile, ...]:
    """The step's component files with their digests, in the order of their kinds; each may be of another workspace.

    :raises FileError: one of them cannot be read.
    """
    components = [step.components[kind] for kind in ComponentKind if kind in step.components]
    return tuple(
        PlannedFile(
            kind=component.kind,
            workspace=component.workspace,
            name=_below(component.path, index.workspace(component.workspace).root),
            sha256=hashlib.sha256(read_regular(component.path)).hexdigest(),
            path=component.path,
        )
        for component in components
    )


def _below(path: Path, root: Path) -> str:
    """``path`` as seen from ``root``, which it lies below; pathlib takes ten times as long for the usual case."""
    text, start = str(path), f"{root}/"
    return text.removeprefix(start) if text.startswith(start) else path.relative_to(root).as_posix()


def _local_imports(
    name: PurePosixPath, path: Path, index: WorkspaceIndex, homes: Sequence[Workspace]
) -> Iterator[tuple[str, Path]]:
    """(place in the archive, file) of every module of ``homes`` that the file at ``name`` of the archive imports."""
    own = homes[0]
    for statement in index.module(path).imports:
        for dotted in _candidates(statement, _package(name, path, own)):
            if dotted.split(".", 1)[0] != PACKAGE:
                yield from _module_files(dotted, kind_dir(own, ComponentKind.SCRIPT))
                continue
            for home in homes:
                found = list(_module_files(dotted, source_root(home)))
                if found:
                    yield from found
                    break


def _package(name: PurePosixPath, path: Path, own: Workspace) -> tuple[str, ...]:
    """The package a file of the archive belongs to, which its relative imports start from.

    For a file at the top of the archive, which is in none there, that of its place in the workspace.
    """
    if name.parent.parts:
        return name.parent.parts
    root = source_root(own)
    return path.parent.relative_to(root).parts if path.is_relative_to(root) else ()


def _candidates(statement: Import, package: tuple[str, ...]) -> Iterator[str]:
    """Dotted names a statement may mean: the module, and each imported name as a submodule of it."""
    module = statement.module
    if statement.level:
        kept = package[: len(package) - statement.level + 1]
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
