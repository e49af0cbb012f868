"""``cursus workspace build``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cursus.cli.completion import complete_workspace
from cursus.cli.pairs import config_values
from cursus.cli.render import table
from cursus.cli.session import Session, common_options, pass_session
from cursus.cli.swapping import say_swaps, swap_option

if TYPE_CHECKING:
    from cursus.core.workspace.building import Built


@click.command("build")
@click.argument("name")
@click.option(
    "--components",
    metavar="WORKSPACE:STEP,…",
    help="The steps, each after those it takes from; NODE=WORKSPACE:STEP names its node.",
)
@click.option("--from", "origin", metavar="PIPELINE", help="Start from this pipeline instead, for example to --swap.")
@swap_option
@click.option("--edge", "edges", multiple=True, metavar="'A.OUT -> B.IN'", help="Decide an input that is not clear.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Config value of every step.")
@click.option(
    "--workspace", shell_complete=complete_workspace, help="Whose pipeline it is. Default: one of the whole team."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it here, not in 'pipelines'."
)
@click.option("--dry-run", is_flag=True, help="Print the file, and write nothing.")
@common_options
@pass_session
def build_command(session: Session, /, name: str, output: Path | None, dry_run: bool, **asked: Any) -> None:
    """Write the pipeline file NAME from steps of several workspaces.

    Each component takes what fits from those named before it. What is needed and nobody puts out becomes a parameter
    of the pipeline; what is not clear is an error that says which --edge to give.
    """
    from cursus.core.workspace.building import build_pipeline, file_for, write_pipeline

    path = file_for(name, session.catalog.index, asked["workspace"], output)
    built = build_pipeline(
        name,
        session.catalog,
        path,
        components=[text for text in (asked["components"] or "").split(",") if text.strip()],
        origin=asked["origin"],
        swaps=asked["swaps"],
        edges=asked["edges"],
        shared=config_values(asked["settings"]),
    )
    if not dry_run:
        write_pipeline(path, built.text)
    _say(session, built)
    if session.json:
        session.print_json({**built.to_json(), "output": str(path), "dry_run": dry_run, "findings": []})
    else:
        click.echo(built.text if dry_run else session.shown(path), nl=not dry_run)


def _say(session: Session, built: Built) -> None:
    say_swaps(session, built.swaps)
    if built.composed is not None:
        rows = [(f"{b.step}.{b.input}", f"{b.source}.{b.output}", b.detail) for b in built.composed.bindings]
        rows += [
            (f"{node}.{port}", f"parameter {name}", "no component feeds it")
            for node, port, name in built.composed.opened
        ]
        session.say(table(("INPUT", "FROM", "REASON"), rows) if rows else "No component takes anything.")
    if built.unset:
        session.say(f"Before it compiles, config.shared needs {', '.join(built.unset)}: --set FIELD=VALUE.")
