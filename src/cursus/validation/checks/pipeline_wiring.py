"""``pipeline-wiring``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cursus.model.finding import Finding
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.check.interface import PipelineCheck


class PipelineWiring(PipelineCheck):
    """In every pipeline of the tree each required input is fed by exactly one clear output of a fitting type.

    Looked at are the pipelines as they are written, with the ports their edges name. Inputs behind a step that cannot
    be read are judged only for what is surely wrong.

    Why: a pipeline with an open, doubtful or mistyped input is refused when it is compiled; here everybody whose step
    is in it learns of it before.

    Bad::

        # 'calibrate' takes a model, and two steps before it put one out
        edges: [train -> calibrate, retrain -> calibrate]

    Good::

        edges: [retrain.model -> calibrate.model]
    """

    code = "pipeline-wiring"
    covers = ("ambiguous-input", "type-clash", "unknown-node", "unknown-port", "unsatisfied-input", "unused-port")

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """What the wiring refuses, with the scored candidates and the port to write."""
        for error in pipeline.wiring.errors:
            node = pipeline.pipeline.node(error.step or "") if pipeline.pipeline else None
            step = pipeline.steps.get(error.step or "")
            found = self.finding(
                pipeline,
                f"Pipeline '{pipeline.name}': {error.message}",
                file=pipeline.path,
                line=error.line or (node.line if node else None),
                step=step.name if step else None,
                workspace=step.workspace if step else None,
                hint=error.hint,
            )
            yield replace(found, code=error.code) if error.code in self.codes else found
