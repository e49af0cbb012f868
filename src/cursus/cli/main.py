"""The outermost frame: groups loaded when they are used, every error turned into one message and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from cursus.cli.session import Session, common_options
from cursus.errors import EXIT_INTERNAL, EXIT_USAGE, CursusError, UsageError, did_you_mean
from cursus.version import VERSION
from cursus.workspace.collecting import rarely_collected

EXIT_INTERRUPTED = 130

#: Command -> (module, attribute, one line of help): a group's module is imported only when it is used.
COMMANDS = {
    "alignment": ("cursus.cli.alignment_cli", "alignment_cli", "Check how the files of a step agree, level by level."),
    "builder-test": ("cursus.cli.builder_test_cli", "builder_test_command", "Build steps and check what comes out."),
    "compile": ("cursus.cli.compile_cli", "compile_command", "Plan a pipeline and write its SageMaker definition."),
    "dag": ("cursus.cli.dag_cli", "dag_cli", "Show, order and measure the graph of a pipeline."),
    "deploy": ("cursus.cli.deploy_cli", "deploy_command", "Bring a pipeline and its code to SageMaker."),
    "deployed": ("cursus.cli.deployed_cli", "deployed_cli", "List what is deployed, its executions, and delete it."),
    "explain": ("cursus.cli.explain_cli", "explain_command", "Say what a check looks for, and why."),
    "runtime": ("cursus.cli.runtime_cli", "runtime", "Test-run scripts and whole pipelines on this machine."),
    "validate": ("cursus.cli.validate_cli", "validate_command", "Check that the components of each step agree."),
    "workspace": ("cursus.cli.workspace_cli", "workspace_cli", "Make, list and explore developer workspaces."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported on use, and that suggests names for unknown ones."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The table above is printed as it is, so that --help imports no group.
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UsageError(f"There is no command '{args[0]}'.{did_you_mean(args[0], COMMANDS)}", hint="cursus --help")
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="cursus")
@common_options
def cli() -> None:
    """Pipelines for Amazon SageMaker, composed from the workspaces of many developers.

    Shell completion: eval "$(_CURSUS_COMPLETE=bash_source cursus)"; zsh and fish likewise.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    # Whoever has installed a plugin of pydantic has not asked for it here, and to find them every package is looked at.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    session = Session()
    with rarely_collected():
        code = _run(list(sys.argv[1:] if args is None else args), session)
    _flush()
    gc.freeze()  # the process ends: looking through all that was read for garbage takes a twentieth of a long run
    sys.exit(code)


def _run(args: list[str], session: Session) -> int:
    try:
        result: Any = cli.main(args=args, prog_name="cursus", standalone_mode=False, obj=session)
    except CursusError as error:
        return _report(error, session)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return EXIT_USAGE
    except click.ClickException as error:
        return _report(_usage(error), session)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost frame; reported with the exit code for a defect of ours
        return _defect(error, session)
    return result if isinstance(result, int) else 0


def _usage(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "cursus"
    return UsageError(error.format_message(), hint=f"{command} --help")


def _report(error: CursusError, session: Session) -> int:
    from cursus.cli.render import error_text
    from cursus.model.finding import Finding

    findings = getattr(error, "findings", None) or (Finding.from_error(error),)
    if session.json:
        session.print_json({"ok": False, "error": error.message, "findings": [f.to_json() for f in findings]})
    click.echo(error_text(error, session), err=True)
    if session.verbosity > 0:
        _traceback(error)
    return error.exit_code


def _defect(error: Exception, session: Session) -> int:
    click.echo(f"error[internal]: {type(error).__name__}: {error}", err=True)
    if session.verbosity > 0:
        _traceback(error)
    else:
        click.echo("  This is a defect of Cursus. Run the command again with -v and report what it prints.", err=True)
    return EXIT_INTERNAL


def _traceback(error: BaseException) -> None:
    import traceback

    click.echo("".join(traceback.format_exception(error)), err=True)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
