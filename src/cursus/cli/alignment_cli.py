"""``cursus alignment …``: how the files of a step agree with one another, and with those of other workspaces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import click

from cursus.cli.checking import Checking, check_options, conclude, judge, split
from cursus.cli.completion import complete_workspace
from cursus.cli.render import finding_text, table
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import EXIT_FINDINGS, UsageError

if TYPE_CHECKING:
    from cursus.model.finding import Finding
    from cursus.validation.alignment.compatibility import Joint
    from cursus.validation.check.level import Level

_WORKSPACE = click.option(
    "--workspace", shell_complete=complete_workspace, help="Only this workspace; otherwise every workspace."
)


@click.group("alignment")
def alignment_cli() -> None:
    """Check how script, contract, spec, dependencies, builder and config agree, level by level."""


@alignment_cli.command("validate")
@click.argument("step")
@_WORKSPACE
@click.option("--cross-workspace", is_flag=True, help="Hold it against the steps of all other workspaces too.")
@check_options
@pass_session
def validate(session: Session, step: str, workspace: str | None, cross_workspace: bool, checking: Checking) -> None:
    """Check all four levels of STEP, by its name, its file's name, or as WORKSPACE/STEP."""
    from cursus.validation.check.level import STEP_LEVELS

    report = judge(session, checking, workspaces=_ids(workspace), steps=(step,), levels=STEP_LEVELS)
    if cross_workspace:
        from cursus.model.finding import Report
        from cursus.validation.alignment.compatibility import between

        joints = between(session.catalog, _all(session), [_named(workspace, step)])
        found = [finding for joint in joints if (finding := joint.finding())]
        report = Report.of([*report.findings, *found], report.units, report.accepted)
        session.say(f"{len(joints)} joints with other workspaces, {len(found)} of them not compatible.")
    conclude(session, checking, report, name="alignment")


@alignment_cli.command("validate-all")
@_WORKSPACE
@check_options
@pass_session
def validate_all(session: Session, workspace: str | None, checking: Checking) -> None:
    """Check all four levels of every step."""
    from cursus.validation.check.level import STEP_LEVELS

    report = judge(session, checking, workspaces=_ids(workspace), levels=STEP_LEVELS)
    conclude(session, checking, report, name="alignment")


@alignment_cli.command("validate-level")
@click.argument("level")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@_WORKSPACE
@check_options
@pass_session
def validate_level(
    session: Session, level: str, steps: tuple[str, ...], workspace: str | None, checking: Checking
) -> None:
    """Check one LEVEL: 1 script-contract, 2 contract-spec, 3 spec-dependencies, 4 builder-config."""
    from cursus.validation.check.select import parse_level

    levels: Sequence[Level] = (parse_level(level),)
    report = judge(session, checking, workspaces=_ids(workspace), steps=steps or None, levels=levels)
    conclude(session, checking, report, name="alignment")


@alignment_cli.command("validate-cross-workspace")
@click.option("--workspaces", required=True, metavar="A,B", help="The workspaces to hold against one another.")
@click.option("--components", metavar="STEP,...", help="Only these steps, as STEP or WORKSPACE/STEP.")
@common_options
@pass_session
def validate_cross_workspace(session: Session, workspaces: str, components: str | None) -> None:
    """Check every place where a step of one workspace feeds, or should feed, a step of another."""
    from cursus.validation.alignment.compatibility import between, broken_steps

    ids = tuple(dict.fromkeys(split([workspaces])))
    if len(ids) < 2:
        raise UsageError(
            "--workspaces names two or more.", hint="cursus alignment validate-cross-workspace --workspaces A,B"
        )
    joints = between(session.catalog, ids, split([components]) if components else None)
    print_joints(session, joints, broken_steps(session.catalog, ids))


def print_joints(session: Session, joints: Sequence[Joint], broken: Collection[Finding]) -> None:
    """Print verdicts with their reasons; exit code 1 unless there are some and all are good."""
    findings = [*(finding for joint in joints if (finding := joint.finding())), *broken]
    ok = bool(joints) and not findings
    if session.json:
        session.print_json(
            {"ok": ok, "joints": [j.to_json() for j in joints], "findings": [f.to_json() for f in findings]}
        )
    else:
        rows = [(j.source, j.output or "-", j.target, j.input, j.verdict.value, j.reason) for j in joints]
        if rows:
            click.echo(table(("FROM", "OUTPUT", "TO", "INPUT", "VERDICT", "REASON"), rows))
        for finding in broken:
            click.echo(finding_text(finding, session))
        if not joints:
            session.say("Nothing was compared: no step of the one feeds a step of the other.")
    session.finish(0 if ok else EXIT_FINDINGS)


def _ids(workspace: str | None) -> tuple[str, ...] | None:
    return None if workspace is None else (workspace,)


def _all(session: Session) -> list[str]:
    from cursus.model.workspace import Layer

    return [w.id for w in session.catalog.index.tree.workspaces if w.layer is not Layer.CORE]


def _named(workspace: str | None, step: str) -> str:
    return step if workspace is None or "/" in step else f"{workspace}/{step}"
