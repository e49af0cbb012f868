"""``cursus workspace why``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cursus.cli.completion import complete_workspace
from cursus.cli.render import table
from cursus.cli.session import Session, common_options, pass_session
from cursus.errors import EXIT_FINDINGS

if TYPE_CHECKING:
    from cursus.registry.why import Trace


@click.command("why")
@click.argument("step")
@click.option("--workspace", shell_complete=complete_workspace, help="Workspace the step is asked for from.")
@common_options
@pass_session
def why_command(session: Session, step: str, workspace: str | None) -> None:
    """Say which STEP a name means: the layers searched, what is shadowed, what wins.

    STEP is a step's name, or <workspace>/<Step>. Without a workspace, the one that has the step.
    """
    from cursus.core.workspace.owner import owner_of
    from cursus.registry.why import why

    prefix, _, name = step.rpartition("/")
    trace = why(session.catalog, name, workspace or prefix or owner_of(session.catalog, name))
    if session.json:
        session.print_json({**trace.to_json(), "findings": []})
    else:
        click.echo(_text(trace, session))
    session.finish(0 if trace.winner else EXIT_FINDINGS)


def _text(trace: Trace, session: Session) -> str:
    rows = [
        (
            layer.workspace,
            layer.layer.value,
            layer.outcome.value,
            layer.reference or "-",
            layer.by or "-",
            layer.visibility or "-",
            ", ".join(session.shown(Path(file)) for file in layer.files[:1]) or "-",
            layer.detail,
        )
        for layer in trace.layers
    ]
    end = f"{trace.step} means {trace.winner}." if trace.winner else str(trace.error)
    return f"{table(('WORKSPACE', 'LAYER', 'OUTCOME', 'STEP', 'BY', 'VISIBILITY', 'FILE', 'REMARK'), rows)}\n\n{end}"
