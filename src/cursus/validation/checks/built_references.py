"""``built-references``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.properties import PREFIX
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuiltReferences(StepCheck):
    """Every property path of the spec leads to a value of the step as it was built.

    Why: what the next step's input refers to is looked up when the pipeline runs; a path that leads nowhere stops it
    there.

    Bad::

        # the builder calls the output "result"
        property_path="properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri"

    Good::

        # the builder calls the output "features", as contract and spec do
        property_path="properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri"
    """

    code = "built-references"
    level = Level.BUILDER_CONFIG
    builds = True
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Outputs whose path leads nowhere."""
        from cursus.core.compiler.references import Scope, resolve

        for built in step.built:
            if built.step is None:
                continue
            scope = Scope(steps={built.step.name: built.entry}, parameters={})
            for output in built.step.spec.outputs:
                path = output.property_path.removeprefix(PREFIX)
                problem = resolve(f"Steps.{built.step.name}.{path}", scope).problem
                if problem:
                    yield self.finding(
                        step,
                        f"Output '{output.name}' of {step.name}: '{output.property_path}' {problem}.",
                        file=built.step.spec.source,
                        line=output.line or built.step.spec.line,
                        hint="Correct the property path, or what the builder makes of the outputs.",
                    )
