"""What can be wrong with a graph."""

from __future__ import annotations

from collections.abc import Sequence

from cursus.errors import PipelineError


class CycleError(PipelineError, ValueError):
    """Steps that wait for one another.

    :param cycle: the nodes in order, the first one again at the end.
    """

    code = "pipeline-cycle"

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(
            f"The graph has a cycle, so none of its steps could start: {' -> '.join(cycle)}.",
            hint="Remove one of these edges.",
            step=cycle[0],
        )
        self.cycle = tuple(cycle)
