"""``pipeline-cycle``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from cursus.model.finding import Finding
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import PipelineCheck


class PipelineCycle(PipelineCheck):
    """No step of a pipeline waits for itself, directly or through others.

    Why: none of the steps in the cycle could ever start.

    Bad::

        edges: [train -> calibrate, calibrate -> train]

    Good::

        edges: [train -> calibrate]
    """

    code = "pipeline-cycle"

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """The first cycle."""
        if pipeline.pipeline is None or not pipeline.cycle:
            return
        pairs = set(pairwise(pipeline.cycle))
        lines = [e.line for e in pipeline.pipeline.edges if (e.source, e.target) in pairs and e.line]
        first = pipeline.pipeline.node(pipeline.cycle[0])
        yield self.finding(
            pipeline,
            f"Pipeline '{pipeline.name}' has a cycle: {' -> '.join(pipeline.cycle)}.",
            file=pipeline.path,
            line=min(lines, default=first.line if first else None),
            hint="Remove one of these edges.",
        )
