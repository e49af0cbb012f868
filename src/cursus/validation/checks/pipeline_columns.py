"""``pipeline-columns``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.columns import column_clash, column_hint
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
        for binding in pipeline.wiring.bindings:
            producer, consumer = pipeline.steps[binding.source], pipeline.steps[binding.step]
            ports = (producer, binding.output, consumer, binding.input)
            why = column_clash(*ports)
            if why:
                yield self.finding(
                    pipeline,
                    f"In pipeline '{pipeline.name}' {producer.reference} feeds '{binding.input}' of "
                    f"{consumer.reference}, but {why}.",
                    file=pipeline.path,
                    line=pipeline.line_of(binding),
                    step=consumer.name,
                    workspace=consumer.workspace,
                    hint=column_hint(*ports),
                )
