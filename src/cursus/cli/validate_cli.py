"""``cursus validate``."""

from __future__ import annotations

from functools import partial

import click

from cursus.cli.checking import Checking, check_options, conclude, judge
from cursus.cli.completion import complete_workspace
from cursus.cli.fixing import fixed, preview_fixes
from cursus.cli.session import Session, pass_session
from cursus.errors import UsageError


@click.command("validate")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@click.option(
    "--workspace",
    "workspaces",
    multiple=True,
    shell_complete=complete_workspace,
    help="Check this workspace; may be given again.",
)
@click.option("--all", "everything", is_flag=True, help="Check every workspace under the root; the default.")
@click.option("--fix", is_flag=True, help="Change the files where a finding can be put right without a choice.")
@click.option("--dry-run", is_flag=True, help="With --fix: print what it would change, and change nothing.")
@check_options
@pass_session
def validate_command(
    session: Session,
    steps: tuple[str, ...],
    workspaces: tuple[str, ...],
    everything: bool,
    fix: bool,
    dry_run: bool,
    checking: Checking,
) -> None:
    """Check that script, contract, spec, dependencies and builder of each step agree, and what pipelines join.

    Nothing of any workspace is run. Exit code 1 when an error was found or something could not be checked. What a code
    means is told by: cursus explain CODE
    """
    if everything and workspaces:
        raise UsageError("--all and --workspace exclude each other.", hint="cursus validate --help")
    if dry_run and not fix:
        raise UsageError("--dry-run goes with --fix.", hint="cursus validate --fix --dry-run")
    again = partial(judge, session, checking, workspaces=workspaces or None, steps=steps or None)
    if dry_run:
        preview_fixes(session, again())
    else:
        report = fixed(session, again) if fix else again()
        conclude(session, checking, report, whole=not workspaces and not steps)
