"""``cursus workspace …``: the life of a workspace, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.render import finding_text, number, table
from cursus.cli.session import Session, common_options, pass_session

if TYPE_CHECKING:
    from cursus.core.workspace.registry import ComponentEntry


@click.group("workspace")
def workspace_cli() -> None:
    """Make, list and explore developer workspaces."""


@workspace_cli.command("create")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@common_options
@pass_session
def create_workspace(session: Session, name: str, dry_run: bool) -> None:
    """Make the developer workspace NAME, with every folder it needs.

    The root is made too when -C names a folder that does not exist yet.
    """
    from cursus.validation.workspace.workspace_manager import WorkspaceManager
    from cursus.workspace.layout import developer_workspace
    from cursus.workspace.names import check_workspace_id
    from cursus.workspace.root import root_for_creation

    root = root_for_creation(session.root_option)
    path = developer_workspace(root, check_workspace_id(name)).root
    if not dry_run:
        path = WorkspaceManager(root, auto_discover=False).create_developer_workspace(name)
    if session.json:
        session.print_json({"workspace": name, "path": str(path), "created": not dry_run, "findings": []})
    else:
        click.echo(session.shown(Path(path)))
        session.say("Would make it." if dry_run else f"Next: cursus workspace discover components --workspace {name}")


@workspace_cli.command("list")
@click.option("--active", is_flag=True, help="Only workspaces with at least one component.")
@common_options
@pass_session
def list_workspaces(session: Session, active: bool) -> None:
    """List the developer workspaces and the shared one."""
    from cursus.core.workspace.overview import workspace_rows

    rows = [row for row in workspace_rows(session.catalog) if row["components"] or not active]
    if session.json:
        findings = [f for row in rows for f in row["findings"]]
        session.print_json(
            {"workspace_root": str(session.root), "workspaces": [dict(row) for row in rows], "findings": findings}
        )
        return
    click.echo(
        table(
            ("WORKSPACE", "LAYER", "STEPS", "COMPONENTS", "PROBLEMS", "OWNER", "DESCRIPTION"),
            [
                (
                    row["workspace"],
                    row["layer"],
                    number(row["steps"]),
                    number(row["components"]),
                    number(len(row["findings"])),
                    row["owner"] or "-",
                    row["description"] or "-",
                )
                for row in rows
            ],
            right=(2, 3, 4),
        )
    )
    broken = [row["workspace"] for row in rows if row["findings"]]
    if broken:
        session.say(f"Problems in {', '.join(broken)}; see: cursus validate --workspace {broken[0]}")


@workspace_cli.command("discover")
@click.argument(
    "what", type=click.Choice(["components", "pipelines", "scripts"]), metavar="components|pipelines|scripts"
)
@click.option("--workspace", help="Only this workspace.")
@click.option("--type", "step_type", help="Only steps of this SageMaker step type, as in Processing.")
@common_options
@pass_session
def discover(session: Session, what: str, workspace: str | None, step_type: str | None) -> None:
    """Find components, pipelines or scripts. Nothing of any workspace is run."""
    if what == "pipelines":
        _discover_pipelines(session, workspace)
        return
    from cursus.core.workspace.registry import WorkspaceComponentRegistry

    registry = WorkspaceComponentRegistry(str(session.root))
    found = registry.discover_components(workspace)
    findings = registry.findings(workspace)
    kinds = ("scripts",) if what == "scripts" else ("builders", "configs", "contracts", "specs", "scripts")
    entries = {
        kind: {key: e for key, e in found[kind].items() if step_type in (None, e["step_type"])}  # type: ignore[literal-required]
        for kind in kinds
    }
    if session.json:
        session.print_json(
            {
                "workspace_root": str(session.root),
                **entries,
                "summary": found["summary"],
                "findings": [f.to_json() for f in findings],
            }
        )
        return
    rows = [
        (f"{e['developer_id']}/{e['step_name']}", e["step_type"], kind[:-1], e.get("class_name"), _file(session, e))
        for kind, listed in entries.items()
        for e in listed.values()
    ]
    click.echo(
        table(("STEP", "TYPE", "KIND", "CLASS", "FILE"), sorted(rows, key=lambda r: (r[0], kinds.index(r[2] + "s"))))
    )
    for finding in findings:
        session.say(finding_text(finding, session))


def _file(session: Session, entry: ComponentEntry) -> str:
    return session.shown(Path(entry.get("file_path") or entry["module_file"]))


def _discover_pipelines(session: Session, workspace: str | None) -> None:
    pipelines = [p for p in session.catalog.index.tree.pipelines if workspace in (None, p.workspace)]
    if workspace is not None:
        session.catalog.index.workspace(workspace)
    rows = [{"name": p.name, "workspace": p.workspace, "file": str(p.path)} for p in pipelines]
    if session.json:
        session.print_json({"workspace_root": str(session.root), "pipelines": rows, "findings": []})
    else:
        click.echo(
            table(
                ("PIPELINE", "WORKSPACE", "FILE"),
                [(p.name, p.workspace or "-", session.shown(p.path)) for p in pipelines],
            )
        )
