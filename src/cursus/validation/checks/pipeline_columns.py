"""``pipeline-columns``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.core.deps.columns import column_clashes
from cursus.model.finding import Finding
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import PipelineCheck


class PipelineColumns(PipelineCheck):
    """What a step of a pipeline puts out has the columns that the step it feeds takes, each of a type it can read.

    Judged is what the ``schemas`` of both contracts state. An ``int`` can be read as a ``float``, a ``bool`` as an
    ``int``, and everything as a ``str``. Columns that nobody takes are of no concern.

    Why: the two steps are often of two people; the job that takes the table fails after the job that made it has been
    paid for, or goes on without the column.

    Bad::

        # contract of the step that prepares:  schemas={"features": {"distance": "int", "carrier": "str"}}
        # contract of the step that trains:    schemas={"features": {"distance": "float", "carrier_code": "str"}}

    Good::

        # contract of the step that trains:    schemas={"features": {"distance": "float", "carrier": "str"}}
    """

    code = "pipeline-columns"

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """Bound ports whose columns clash, each at its edge."""
        for clash in column_clashes(pipeline.steps, pipeline.wiring.bindings):
            yield self.finding(
                pipeline,
                clash.told(pipeline.name),
                file=pipeline.path,
                line=pipeline.line_of(clash.binding),
                step=clash.consumer.name,
                workspace=clash.consumer.workspace,
                hint=clash.hint,
            )
