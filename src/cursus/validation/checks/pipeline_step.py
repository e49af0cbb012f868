"""``pipeline-step``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.model.pipeline import Node
from cursus.model.step import Step
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import PipelineCheck


class PipelineStep(PipelineCheck):
    """Every node of a pipeline names a step that is there, in a job variant it has, and whose ports are stated.

    Why: the pipeline can be neither compiled nor run.

    Bad::

        steps:
          features: ingest/FlightFeature        # there is no such step

    Good::

        steps:
          features: ingest/FlightFeatures
    """

    code = "pipeline-step"

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """Nodes without a step, and steps without ports."""
        for node in pipeline.pipeline.nodes if pipeline.pipeline else ():
            error = pipeline.wrong_references.get(node.name)
            step = pipeline.steps.get(node.name)
            if error is not None:
                known = pipeline.catalog.index.tree.by_id
                owner = node.workspace if node.workspace in known else None
                yield self._found(pipeline, node, error.message, error.hint, owner)
            elif step is not None and step.spec is None:
                message = f"No spec states the inputs and outputs of {step.reference}."
                yield self._found(pipeline, node, message, "Write its spec or its .step.yaml.", step.workspace, step)

    def _found(
        self,
        pipeline: PipelineSubject,
        node: Node,
        message: str,
        hint: str | None,
        workspace: str | None,
        step: Step | None = None,
    ) -> Finding:
        return self.finding(
            pipeline,
            f"Pipeline '{pipeline.name}', node '{node.name}': {message}",
            file=pipeline.path,
            line=node.line,
            step=step.name if step else None,
            workspace=workspace,
            hint=hint,
        )
