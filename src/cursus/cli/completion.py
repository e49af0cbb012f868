"""What the shell offers when a name is half written; from the static scan, so that nothing of any workspace is run."""

from __future__ import annotations

import click

from cursus.cli.session import Session
from cursus.errors import CursusError


def complete_workspace(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Ids of the workspaces under the root that begin as written."""
    from cursus.model.workspace import Layer
    from cursus.workspace.scan import scan

    try:
        workspaces = scan(ctx.ensure_object(Session).root).workspaces
    except CursusError:
        return []  # no root, nothing to offer; an error has no place in a completion
    return [w.id for w in workspaces if w.layer is not Layer.CORE and w.id.startswith(incomplete)]
