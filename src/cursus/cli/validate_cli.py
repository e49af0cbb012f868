"""``cursus validate``."""

from __future__ import annotations

import click

from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import EXIT_FINDINGS, UsageError


@click.command("validate")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@click.option("--workspace", "workspaces", multiple=True, help="Check this workspace; may be given again.")
@click.option("--all", "everything", is_flag=True, help="Check every workspace under the root; the default.")
@click.option("--select", multiple=True, metavar="CODE", help="Run only these checks.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Leave these checks out.")
@common_options
@pass_session
def validate_command(
    session: Session,
    steps: tuple[str, ...],
    workspaces: tuple[str, ...],
    everything: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
) -> None:
    """Check that script, contract, spec, dependencies and builder of each step agree.

    Nothing of any workspace is run. Exit code 1 when an error was found or something could not be checked.
    """
    from cursus.validation.checks import CHECKS
    from cursus.validation.engine import run_checks
    from cursus.validation.reporting import render

    if everything and workspaces:
        raise UsageError("--all and --workspace exclude each other.", hint="cursus validate --help")
    report = run_checks(
        session.catalog,
        CHECKS,
        workspaces=workspaces or None,
        steps=steps or None,
        select=select or None,
        ignore=ignore or None,
    )
    click.echo(render(report, session.format, root=session.root), nl=False)
    session.finish(0 if report.ok else EXIT_FINDINGS)
