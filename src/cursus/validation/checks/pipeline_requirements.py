"""``pipeline-requirements``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.analysis.requirements import clash
from cursus.validation.check.interface import PipelineCheck


class PipelineRequirements(PipelineCheck):
    """Steps that a pipeline joins ask for versions of a package that can agree.

    Each step runs in a container of its own, so both can be installed; what is judged is only what one hands to the
    other.

    Why: a model or table written by one version of a library is often not read by another, or is read as something
    else.

    Bad::

        # contract of the step that trains:     framework_requirements={"scikit-learn": "==1.4.2"}
        # contract of the step that evaluates:  framework_requirements={"scikit-learn": "==1.2.0"}

    Good::

        # contract of the step that evaluates:  framework_requirements={"scikit-learn": ">=1.4"}
    """

    code = "pipeline-requirements"
    severity = Severity.WARNING

    def check(self, pipeline: PipelineSubject) -> Iterator[Finding]:
        """Joined steps with versions that exclude one another, once for each two nodes."""
        for source, target in dict.fromkeys((b.source, b.step) for b in pipeline.wiring.bindings):
            producer, consumer = pipeline.steps[source], pipeline.steps[target]
            why = clash(producer, consumer)
            node = pipeline.pipeline.node(target) if pipeline.pipeline else None
            if why:
                yield self.finding(
                    pipeline,
                    f"In pipeline '{pipeline.name}' {producer.reference} feeds {consumer.reference}, but {why}.",
                    file=pipeline.path,
                    line=node.line if node else None,
                    step=consumer.name,
                    workspace=consumer.workspace,
                    hint="Agree on a version in the framework_requirements of both contracts.",
                )
