"""``cursus validate``."""

from __future__ import annotations

import click

from cursus.cli.checking import Checking, check_options, conclude, judge
from cursus.cli.completion import complete_workspace
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
@check_options
@pass_session
def validate_command(
    session: Session, steps: tuple[str, ...], workspaces: tuple[str, ...], everything: bool, checking: Checking
) -> None:
    """Check that script, contract, spec, dependencies and builder of each step agree, and what pipelines join.

    Nothing of any workspace is run. Exit code 1 when an error was found or something could not be checked. What a code
    means is told by: cursus explain CODE
    """
    if everything and workspaces:
        raise UsageError("--all and --workspace exclude each other.", hint="cursus validate --help")
    conclude(session, checking, judge(session, checking, workspaces=workspaces or None, steps=steps or None))
