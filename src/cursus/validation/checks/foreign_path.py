"""``foreign-path``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cursus.model.finding import Finding
from cursus.validation.analysis.reach import Means, Reach
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck
from cursus.workspace.layout import DEVELOPERS


class ForeignPath(WorkspaceCheck):
    """No file names a path inside another developer's workspace.

    Why: data and code of another workspace come through a pipeline's edges or through shared; a path into the other's
    folder breaks when it is moved and does not exist in the container.

    Bad::

        TABLE = "developers/risk/data/flights.csv"

    Good::

        table = Path(input_paths["flights"]) / "flights.csv"
    """

    code = "foreign-path"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """String literals that lead below ``developers/<other>``."""
        for path, places in workspace.reached.items():
            for reach in places:
                whose = _whose(reach, workspace) if reach.means is Means.TEXT else None
                if whose:
                    yield self.finding(
                        workspace,
                        f"{path.name} names '{reach.texts[0]}', a path inside workspace '{whose}'.",
                        file=path,
                        line=reach.line,
                        column=reach.column,
                        step=workspace.step_of.get(path),
                        hint="Take data from input_paths; put files that both need into shared/.",
                    )


def _whose(reach: Reach, workspace: WorkspaceSubject) -> str | None:
    folders = re.split(r"[\\/]", reach.texts[0])
    pairs = pairwise(folders)
    return next((b for a, b in pairs if a == DEVELOPERS and b in workspace.others), None)
