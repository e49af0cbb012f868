"""Every error Cursus raises on purpose.

One base class, :class:`CursusError`. An error carries the object it is about (workspace, step, file, line) and the
command to try next; its sentence is composed here, in the class, so that callers only state facts. The lowest module
of the house: it imports the standard library and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 3
EXIT_REFUSED = 4


def suggest(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Names of ``known`` that look like ``name``, best first; only ever used to write a "did you mean"."""
    by_folded: dict[str, str] = {}
    for candidate in sorted(known):
        by_folded.setdefault(candidate.lower(), candidate)
    import difflib  # for the way to an error only

    close = difflib.get_close_matches(name.lower(), list(by_folded), n=most, cutoff=0.6)
    return [by_folded[c] for c in close]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` with a leading space, or an empty string when nothing is close."""
    close = suggest(name, known)
    if not close:
        return ""
    return " Did you mean " + " or ".join(f"'{c}'" for c in close) + "?"


class CursusError(Exception):
    """Base of every error of this package.

    :param message: what is wrong and why, one sentence or two.
    :param hint: what to do next, usually a command.
    :param workspace: id of the workspace concerned.
    :param step: the step concerned, by its canonical name or node name.
    :param file: the file concerned.
    :param line: line in ``file``, from 1.
    :param column: column in ``file``, from 1.
    """

    code = "error"
    exit_code = EXIT_USAGE

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        workspace: str | None = None,
        step: str | None = None,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.workspace = workspace
        self.step = step
        self.file = None if file is None else Path(file)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.message


class UsageError(CursusError):
    """The command or call was put together wrongly."""

    code = "usage"


class MissingExtra(CursusError):
    """An optional dependency is not installed."""

    code = "missing-extra"

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the optional dependency group '{extra}'.", hint=f"pip install 'cursus[{extra}]'"
        )
        self.extra = extra


class InvalidWorkspaceId(CursusError, ValueError):
    """A developer id that is not a safe folder name."""

    code = "invalid-workspace-id"

    def __init__(self, workspace_id: str, why: str) -> None:
        super().__init__(
            f"{workspace_id!r} is not a workspace id: {why}.",
            hint="Use 1 to 64 letters, digits, '-', '_' or inner '.', for example: cursus workspace create team_a",
        )
        self.workspace_id = workspace_id


class NoWorkspaceRoot(CursusError, ValueError):
    """No folder that holds workspaces could be found or the one named is not one."""

    code = "no-workspace-root"

    def __init__(self, root: Path, why: str) -> None:
        super().__init__(
            f"{root} is not a workspace root: {why}.",
            hint="Name one with -C ROOT, or make one: cursus workspace create NAME -C ROOT",
            file=root,
        )


class UnknownWorkspace(CursusError, ValueError):
    """A workspace id that no folder of the root carries."""

    code = "unknown-workspace"

    def __init__(self, workspace_id: str, known: Sequence[str], root: Path) -> None:
        listing = ", ".join(known) or "none"
        super().__init__(
            f"Workspace '{workspace_id}' does not exist in {root}."
            f"{did_you_mean(workspace_id, known)} Workspaces here: {listing}.",
            hint=f"cursus workspace list, or cursus workspace create {workspace_id}",
            workspace=workspace_id,
        )
        self.known = tuple(known)


class WorkspaceExists(CursusError, ValueError):
    """A workspace is to be made where one already is."""

    code = "workspace-exists"

    def __init__(self, workspace_id: str, path: Path) -> None:
        super().__init__(
            f"Workspace '{workspace_id}' already exists at {path}.",
            hint="cursus workspace list",
            workspace=workspace_id,
            file=path,
        )


class UnknownStep(CursusError):
    """A step name that no layer searched defines."""

    code = "unknown-step"

    def __init__(
        self,
        step: str,
        searched: Sequence[str],
        known: Sequence[str],
        *,
        file: Path | None = None,
        line: int | None = None,
    ) -> None:
        where = ", ".join(f"'{w}'" for w in searched)
        super().__init__(
            f"Step '{step}' is not defined in {where}.{did_you_mean(step, known)}",
            hint="cursus workspace discover components",
            workspace=searched[0] if searched else None,
            step=step,
            file=file,
            line=line,
        )
        self.known = tuple(known)


class UnknownPipeline(CursusError):
    """A pipeline name or path that is not there, or that several files carry."""

    code = "unknown-pipeline"

    def __init__(self, name: str, known: Sequence[str], *, ambiguous: bool = False) -> None:
        if ambiguous:
            message = f"Pipeline '{name}' is defined more than once: {', '.join(known)}."
            hint = "Give the path of the one you mean."
        else:
            listing = ", ".join(known) or "none"
            message = f"Pipeline '{name}' was not found.{did_you_mean(name, known)} Pipelines here: {listing}."
            hint = "cursus workspace discover pipelines, or give the path of a pipeline file"
        super().__init__(message, hint=hint)


class FileError(CursusError):
    """A file that cannot be read for what it should be: malformed, too large, not a regular file."""

    code = "unreadable-file"


class ConfigurationError(CursusError):
    """A setting that is missing, unknown or has a wrong value."""

    code = "configuration"


class ModuleLoadError(CursusError):
    """A workspace's module is there but does not load; names the workspace, file, line and cause."""

    code = "module-load"

    def __init__(self, *, workspace: str, file: Path, line: int | None, cause: str) -> None:
        at = f"{file}:{line}" if line else str(file)
        super().__init__(
            f"Workspace '{workspace}': {at} does not load: {cause}",
            hint=f"cursus validate --workspace {workspace}",
            workspace=workspace,
            file=file,
            line=line,
        )
        self.cause = cause


class PipelineError(CursusError):
    """The pipeline itself is wrong: a cycle, an open input, an ambiguous input, a step that cannot be built."""

    code = "pipeline"
    exit_code = EXIT_FINDINGS


class RunError(CursusError):
    """A script or pipeline run did not succeed."""

    code = "run"
    exit_code = EXIT_FINDINGS


class PolicyError(CursusError):
    """Refused on purpose, though the call was well formed."""

    code = "refused"
    exit_code = EXIT_REFUSED
