"""What every command shares: where the workspaces are, how to speak, and the options that say so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cursus.model.finding import SCHEMA_VERSION

if TYPE_CHECKING:
    from cursus.registry.catalog import StepCatalog

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Session:
    """One call of the command.

    :param root_option: what ``-C`` said, or None.
    :param format: ``text``, ``json``, or another form the command knows.
    :param verbosity: -1 quiet, 0 normal, 1 and more verbose.
    """

    root_option: Path | None = None
    format: str = "text"
    verbosity: int = 0
    _catalog: StepCatalog | None = field(default=None, repr=False)

    @property
    def json(self) -> bool:
        """True when data is to be printed as JSON."""
        return self.format == "json"

    @property
    def root(self) -> Path:
        """The workspace root.

        :raises NoWorkspaceRoot: when there is none.
        """
        from cursus.workspace.root import find_root

        return find_root(self.root_option)

    @property
    def catalog(self) -> StepCatalog:
        """Every step under the root, known without importing any."""
        if self._catalog is None:
            from cursus.registry.catalog import StepCatalog
            from cursus.workspace.index import WorkspaceIndex

            self._catalog = StepCatalog(WorkspaceIndex(self.root))
        return self._catalog

    def shown(self, path: Path) -> str:
        """``path`` as a person standing in the working directory would write it."""
        cwd = Path.cwd()
        return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)

    def say(self, text: str) -> None:
        """A remark for people, on standard error; silent with ``-q``."""
        if self.verbosity >= 0:
            click.echo(text, err=True)

    def print_json(self, data: Mapping[str, Any]) -> None:
        """``data`` with ``schema_version`` on standard output."""
        import json

        click.echo(json.dumps({"schema_version": SCHEMA_VERSION, **data}, indent=2, ensure_ascii=False))

    def finish(self, code: int) -> None:
        """End the command with an exit code."""
        if code:
            click.get_current_context().exit(code)


pass_session = click.make_pass_decorator(Session)


def _set_root(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).root_option = value


def _set_format(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Session).format = "text" if value == "table" else value


def _louder(ctx: click.Context, _: click.Parameter, value: int) -> None:
    ctx.ensure_object(Session).verbosity += value


def _quiet(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Session).verbosity = -1


def common_options(command: F) -> F:
    """``-C/--workspace-root``, ``--format``, ``-q`` and ``-v``."""
    return options_with_formats("text", "table", "json")(command)


def options_with_formats(*formats: str) -> Callable[[F], F]:
    """The options every command has, for one that can print in these formats."""
    remark = " 'table' is another name for 'text'." if "table" in formats else ""
    options = (
        click.option(
            "-C",
            "--workspace-root",
            type=click.Path(path_type=Path, file_okay=False),
            expose_value=False,
            callback=_set_root,
            help="Folder that holds the workspaces. Default: CURSUS_WORKSPACE_ROOT, else found upwards from here.",
        ),
        click.option(
            "--format",
            type=click.Choice(list(formats)),
            expose_value=False,
            callback=_set_format,
            help=f"How to print data.{remark}",
        ),
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_quiet, help="No remarks."),
        click.option(
            "-v", "--verbose", count=True, expose_value=False, callback=_louder, help="More detail on errors."
        ),
    )

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def is_terminal() -> bool:
    """True when standard error is a terminal a progress bar can be drawn on."""
    return sys.stderr.isatty()
