"""``cursus workspace create | health-check | remove``: how a workspace begins, stays well, and ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.agreeing import refuse_both, refuse_unasked
from cursus.cli.completion import complete_workspace
from cursus.cli.render import finding_text, number, size
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import EXIT_FINDINGS, EXIT_REFUSED, UsageError

if TYPE_CHECKING:
    from cursus.model.workspace import Workspace
    from cursus.workspace.removal import Removal


@click.command("create")
@click.argument("name", required=False)
@click.option("--template", help="What it starts with: minimal (no step; the default), training or data (one step).")
@click.option(
    "--from-existing",
    metavar="WORKSPACE",
    shell_complete=complete_workspace,
    help="Copy this workspace; its own name is replaced where it refers to itself.",
)
@click.option("--owner", default="", help="Who answers for it; goes into workspace.toml.")
@click.option("--description", default="", help="What it is for; goes into workspace.toml.")
@click.option("--interactive", is_flag=True, help="Ask for what is not given.")
@click.option("--dry-run", is_flag=True, help="List the files that would be made, and make nothing.")
@common_options
@pass_session
def create_workspace(
    session: Session,
    name: str | None,
    template: str | None,
    from_existing: str | None,
    owner: str,
    description: str,
    interactive: bool,
    dry_run: bool,
) -> None:
    """Make the developer workspace NAME, with every folder it needs.

    The root is made too when -C names a folder that does not exist yet.
    """
    from cursus.workspace import scaffold
    from cursus.workspace.layout import developer_workspace
    from cursus.workspace.root import root_for_creation

    if template is not None and from_existing is not None:
        raise UsageError("--template and --from-existing exclude each other.", hint="cursus workspace create --help")
    if interactive:
        name, template, owner, description = _asked(name, template, from_existing, owner, description)
    if name is None:
        raise UsageError("A new workspace needs a name.", hint="cursus workspace create NAME, or --interactive")
    root = root_for_creation(session.root_option)
    source = None if from_existing is None else _source(root, from_existing)
    files = scaffold.planned_files(root, name, template=template or "minimal", from_existing=source)
    path = developer_workspace(root, name).root
    if not dry_run:
        scaffold.create_workspace(
            root, name, template=template or "minimal", from_existing=source, owner=owner, description=description
        )
    if session.json:
        answer = {"workspace": name, "path": str(path), "created": not dry_run, "files": files, "findings": []}
        session.print_json(answer)
    elif dry_run:
        click.echo("\n".join(session.shown(path / file) for file in files))
        session.say("Would make these files; made nothing.")
    else:
        click.echo(session.shown(path))
        session.say(f"Next: cursus workspace info {name}")


def _source(root: Path, workspace_id: str) -> Workspace:
    from cursus.workspace.index import WorkspaceIndex

    return WorkspaceIndex(root, cache=False).workspace(workspace_id)


def _asked(
    name: str | None, template: str | None, from_existing: str | None, owner: str, description: str
) -> tuple[str, str | None, str, str]:
    """What was given, and the answers for what was not."""
    from cursus.workspace.names import check_workspace_id
    from cursus.workspace.templates import TEMPLATES

    if not sys.stdin.isatty():
        raise UsageError("--interactive needs a terminal to ask on.", hint="cursus workspace create --help")
    name = check_workspace_id(click.prompt("Name", err=True) if name is None else name)
    if template is None and from_existing is None:
        template = click.prompt("Template", type=click.Choice(TEMPLATES), default=TEMPLATES[0], err=True)
    owner = owner or click.prompt("Owner", default="", show_default=False, err=True)
    description = description or click.prompt("Description", default="", show_default=False, err=True)
    return name, template, owner, description


@click.command("health-check")
@click.argument("workspace", required=False, shell_complete=complete_workspace)
@click.option("--strict", is_flag=True, help="Also report what is missing, misnamed, or only named by a manifest.")
@click.option("--fix", is_flag=True, help="Add what is missing, and tidy up after interrupted commands.")
@click.option("--dry-run", is_flag=True, help="With --fix: say what would be done, and do nothing.")
@common_options
@pass_session
def health_check(session: Session, workspace: str | None, strict: bool, fix: bool, dry_run: bool) -> None:
    """Check that WORKSPACE, or the root with all its workspaces, is as it should be.

    Nothing of any workspace is run, and --fix changes no file that is there. Exit code 1 when findings remain.
    """
    from cursus.validation.workspace.structure import health_findings
    from cursus.workspace.index import WorkspaceIndex
    from cursus.workspace.repair import repair

    if dry_run and not fix:
        raise UsageError("--dry-run goes with --fix.", hint="cursus workspace health-check --fix --dry-run")
    # Without the cache: it is one of the things that may be broken.
    index = WorkspaceIndex(session.root, cache=False)
    repairs = repair(index, workspace, dry_run=dry_run) if fix else ()
    index.refresh()
    findings = health_findings(index, workspace, strict=strict)
    checked = [w.id for w in index.tree.workspaces[:-1] if workspace in (None, w.id)]
    if session.json:
        session.print_json(
            {
                "workspace_root": str(index.root),
                "ok": not findings,
                "checked": checked,
                "repairs": [r.to_json() | {"done": not dry_run} for r in repairs],
                "findings": [f.to_json() for f in findings],
            }
        )
    else:
        lines = [f"{'would be ' if dry_run else ''}{r.action}: {session.shown(r.path)}" for r in repairs]
        lines += [finding_text(f, session) for f in findings]
        lines.append(f"Workspaces checked: {len(checked)}; repairs: {len(repairs)}; findings: {len(findings)}")
        click.echo("\n".join(lines))
    session.finish(EXIT_FINDINGS if findings else 0)


@click.command("remove")
@click.argument("name", shell_complete=complete_workspace)
@click.option("--backup/--no-backup", default=True, help="Keep it as a .tar.gz archive first; the default.")
@click.option(
    "--backup-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the archive goes. Default: .cursus/removed under the root, which git ignores.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@common_options
@pass_session
def remove_workspace(
    session: Session, name: str, backup: bool, backup_dir: Path | None, yes: bool, dry_run: bool
) -> None:
    """Remove the developer workspace NAME, kept as an archive unless --no-backup is given."""
    from cursus.core.workspace.overview import needed_by_pipelines
    from cursus.workspace.removal import plan_removal, remove

    if backup_dir is not None and not backup:
        raise UsageError("--backup-dir and --no-backup exclude each other.", hint="cursus workspace remove --help")
    refuse_both("cursus workspace remove", dry_run=dry_run, yes=yes)
    plan = plan_removal(session.root, name, backup=backup, backup_dir=backup_dir)
    findings = needed_by_pipelines(session.catalog.index, name)
    for finding in findings:
        session.say(finding_text(finding, session))
    answer = plan.to_json()
    if not dry_run:
        if not (yes or _confirmed(plan, session)):
            session.say("Removed nothing.")
            session.finish(EXIT_REFUSED)
        kept = remove(plan)
        answer["backup"] = None if kept is None else str(kept)
    if session.json:
        session.print_json({**answer, "removed": not dry_run, "findings": [f.to_json() for f in findings]})
    else:
        click.echo(("Would remove " if dry_run else "Removed ") + _said(plan, session))
        if answer["backup"]:
            click.echo(f"Backup: {session.shown(Path(answer['backup']))}")


def _said(plan: Removal, session: Session) -> str:
    return f"{session.shown(plan.workspace.root)} ({number(plan.files)} files, {size(plan.size)})"


def _confirmed(plan: Removal, session: Session) -> bool:
    name = plan.workspace.id
    refuse_unasked(f"remove {_said(plan, session)}", f"cursus workspace remove {name}", workspace=name)
    backup = "" if plan.backup is None else f", backup {session.shown(plan.backup)}"
    return click.confirm(f"Remove {_said(plan, session)}{backup}?", err=True)
