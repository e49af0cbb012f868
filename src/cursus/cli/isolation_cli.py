"""``cursus workspace validate-isolation`` and ``test-compatibility``."""

from __future__ import annotations

import click

from cursus.cli.alignment_cli import print_joints
from cursus.cli.checking import Checking, check_options, conclude, judge, split
from cursus.cli.completion import complete_workspace
from cursus.cli.session import Session, common_options, pass_session

#: What breaks isolation, and what keeps it from being judged.
ISOLATION = (
    "foreign-import",
    "foreign-path",
    "registry-conflict",
    "search-path",
    "syntax-error",
    "unreadable-file",
    "unresolved-import",
)


@click.command("validate-isolation")
@click.option("--workspace", shell_complete=complete_workspace, help="Only this workspace; otherwise every workspace.")
@check_options
@pass_session
def validate_isolation(session: Session, workspace: str | None, checking: Checking) -> None:
    """Check that no workspace reaches into another: by imports, paths, the search path, or the registry."""
    from cursus.validation.check.level import Level

    report = judge(
        session,
        checking,
        workspaces=None if workspace is None else (workspace,),
        levels=(Level.WORKSPACE,),
        codes=ISOLATION,
    )
    conclude(session, checking, report, name="isolation")


@click.command("test-compatibility")
@click.option("--source", required=True, shell_complete=complete_workspace, help="The workspace whose steps put out.")
@click.option("--target", required=True, shell_complete=complete_workspace, help="The workspace whose steps take in.")
@click.option("--components", metavar="STEP,...", help="Only these steps, as STEP or WORKSPACE/STEP.")
@common_options
@pass_session
def test_compatibility(session: Session, source: str, target: str, components: str | None) -> None:
    """Check that what the steps of one workspace put out suits the steps of another: types, names and columns."""
    from cursus.validation.alignment.compatibility import broken_steps, compatibility

    joints = compatibility(session.catalog, source, target, split([components]) if components else None)
    print_joints(session, joints, broken_steps(session.catalog, (source, target)))
