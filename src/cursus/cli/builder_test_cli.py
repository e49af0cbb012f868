"""``cursus builder-test``."""

from __future__ import annotations

import click

from cursus.cli.checking import Checking, check_options, conclude, judge
from cursus.cli.completion import complete_workspace
from cursus.cli.session import Session, pass_session
from cursus.errors import UsageError

_EVERY = "all"


@click.command("builder-test")
@click.argument("step")
@click.option("--workspace", shell_complete=complete_workspace, help="Only this workspace; otherwise every workspace.")
@click.option("--cross-workspace", is_flag=True, help="The step of that name in every workspace, beside --workspace.")
@check_options
@pass_session
def builder_test_command(
    session: Session, step: str, workspace: str | None, cross_workspace: bool, checking: Checking
) -> None:
    """Build STEP, or all steps, as a pipeline would, and check what comes out.

    The builder's code runs, in a process of its own, with a small real config; nothing is sent to AWS.
    """
    from cursus.validation.check.level import Level

    if cross_workspace and step == _EVERY:
        raise UsageError("--cross-workspace is for one step.", hint="cursus builder-test STEP --cross-workspace")
    workspaces = None if workspace is None or cross_workspace else (workspace,)
    steps = None if step == _EVERY else (step,)
    report = judge(session, checking, workspaces=workspaces, steps=steps, levels=(Level.BUILDER_CONFIG,), building=True)
    conclude(session, checking, report, name="builders")
