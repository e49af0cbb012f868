"""``pipeline-file``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cursus.errors import CursusError
from cursus.model.finding import Finding
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import PipelineCheck


class PipelineFileForm(PipelineCheck):
    """A file in ``pipelines/`` is a pipeline: YAML with the keys a pipeline has, whose edges join its own steps.

    Why: it can be neither compiled nor run, and nobody notices before somebody tries.

    Bad::

        name: flights
        step: {features: ingest/FlightFeatures}

    Good::

        name: flights
        steps: {features: ingest/FlightFeatures}
    """

    code = "pipeline-file"

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """What keeps the file from being read as a pipeline."""
        if isinstance(pipeline.read, CursusError):
            found = self.finding(pipeline, pipeline.read.message, file=pipeline.path, hint=pipeline.read.hint)
            yield replace(found, line=pipeline.read.line, column=pipeline.read.column)
