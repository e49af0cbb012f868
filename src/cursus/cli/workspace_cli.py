"""``cursus workspace list | info | discover``: what is there; and the group of all workspace commands."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.build_cli import build_command
from cursus.cli.completion import complete_workspace
from cursus.cli.isolation_cli import test_compatibility, validate_isolation
from cursus.cli.render import finding_text, number, table
from cursus.cli.session import Session, common_options, pass_session
from cursus.cli.why_cli import why_command
from cursus.cli.workspace_life_cli import create_workspace, health_check, remove_workspace

if TYPE_CHECKING:
    from cursus.core.workspace.registry_shapes import ComponentEntry
    from cursus.validation.workspace.description import RootDescription, WorkspaceDescription


@click.group("workspace")
def workspace_cli() -> None:
    """Make, list, explore, mend and remove developer workspaces."""


workspace_cli.add_command(build_command)
workspace_cli.add_command(create_workspace)
workspace_cli.add_command(health_check)
workspace_cli.add_command(remove_workspace)
workspace_cli.add_command(test_compatibility)
workspace_cli.add_command(validate_isolation)
workspace_cli.add_command(why_command)


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


@workspace_cli.command("info")
@click.argument("workspace", required=False, shell_complete=complete_workspace)
@common_options
@pass_session
def info(session: Session, workspace: str | None) -> None:
    """Describe the root and its workspaces, or WORKSPACE alone. Nothing of any workspace is run."""
    from cursus.validation.workspace.description import describe

    found = describe(session.catalog, workspace)
    if session.json:
        session.print_json(found)
        return
    click.echo("\n\n".join([_root_text(found, session), *(_workspace_text(w, session) for w in found["workspaces"])]))
    if found["findings"]:
        session.say(f"\nProblems: {len(found['findings'])}; see: cursus workspace health-check, cursus validate")


def _root_text(found: RootDescription, session: Session) -> str:
    config = found["config_file"]
    settings = [(f"  {key}", value) for key, value in (found["config"] or {}).items() if value not in (None, {})]
    lines = [
        ("Root", session.shown(Path(found["workspace_root"]))),
        ("Form", "one workspace" if found["form"] == "single" else "several workspaces"),
        ("Settings", "none" if config is None else session.shown(Path(config))),
        *settings,
        ("Team pipelines", ", ".join(found["pipelines"]) or "none"),
    ]
    return _aligned(lines)


def _workspace_text(found: WorkspaceDescription, session: Session) -> str:
    kinds = ", ".join(
        f"{count} {kind}s" if count > 1 else f"1 {kind}" for kind, count in found["kinds"].items() if count
    )
    manifest = found["data_manifest"]
    lines = [
        (found["workspace"], session.shown(Path(found["path"]))),
        ("  Layer", found["layer"]),
        ("  Owner", found["owner"] or "-"),
        ("  Description", found["description"] or "-"),
        ("  Created", found["created"] or "-"),
        ("  Last change", found["last_modified"] or "-"),
        ("  Steps", number(found["steps"])),
        ("  Components", f"{number(found['components'])}{f' ({kinds})' if kinds else ''}"),
        ("  Modules", number(found["modules"])),
        ("  Pipelines", ", ".join(found["pipelines"]) or "none"),
        ("  Data manifest", "none" if manifest is None else session.shown(Path(manifest))),
        ("  Problems", number(len(found["findings"]))),
    ]
    return _aligned(lines)


def _aligned(lines: Sequence[tuple[str, object]]) -> str:
    width = max(16, *(len(name) for name, _ in lines))
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in lines)


@workspace_cli.command("discover")
@click.argument(
    "what", type=click.Choice(["components", "pipelines", "scripts"]), metavar="components|pipelines|scripts"
)
@click.option("--workspace", shell_complete=complete_workspace, help="Only this workspace.")
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
        (
            f"{e['developer_id']}/{e['step_name']}",
            e["step_type"],
            kind[:-1],
            e.get("class_name"),
            e["visibility"] or "unknown",
            _file(session, e),
        )
        for kind, listed in entries.items()
        for e in listed.values()
    ]
    # The sort is stable: of one step, the kinds stay in their order.
    click.echo(table(("STEP", "TYPE", "KIND", "CLASS", "VISIBILITY", "FILE"), sorted(rows, key=itemgetter(0))))
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
