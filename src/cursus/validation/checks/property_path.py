"""``property-path``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cursus.model.finding import Finding, Fix
from cursus.model.step import Output, Spec
from cursus.validation.analysis.properties import PREFIX, property_problem, why_unknown
from cursus.validation.analysis.rewriting import renamed
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_PROCESSING_OUTPUT = re.compile(
    r"ProcessingOutputConfig\.Outputs\[(?P<quote>['\"]?)(?P<name>[^'\"\]]+)(?P=quote)\]\.S3Output\.S3Uri"
)
_PATH = re.compile(r"[A-Za-z]\w*(\[(\d+|'[^']+'|\"[^\"]+\")\])*(\.[A-Za-z]\w*(\[(\d+|'[^']+'|\"[^\"]+\")\])*)*")
# First members of what each job's Describe call reports that another kind of step does not have.
_ROOTS = {
    "ProcessingOutputConfig": ("Processing",),
    "ModelArtifacts": ("Training",),
    "OutputDataConfig": ("Training",),
    "TransformOutput": ("Transform",),
    "ModelName": ("CreateModel", "Model", "Transform"),
}


class PropertyPath(StepCheck):
    """An output's property path is where its own kind of step reports it, and names the output itself.

    Paths other than the usual ones are followed through the answers of SageMaker's Describe calls.

    Why: the path is what the next step's input is made of; one that names another output hands over the wrong data
    without any error.

    Bad::

        OutputSpec(logical_name="features",
                   property_path="properties.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri", ...)

    Good::

        OutputSpec(logical_name="features",
                   property_path="properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri", ...)
    """

    code = "property-path"
    level = Level.CONTRACT_SPEC
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Paths of the wrong form, the wrong kind of step or the wrong output."""
        for spec in step.specs:
            for output in spec.outputs:
                why = self._wrong(step, spec, output)
                if why:
                    yield self.finding(
                        step,
                        f"Output '{output.name}' of {spec.step_type}: its property path {why}.",
                        file=spec.source,
                        line=output.line or spec.line,
                        hint=_proposal(step.sagemaker_type, output.name),
                        fix=self._fix(step, spec, output),
                    )

    def _wrong(self, step: StepSubject, spec: Spec, output: Output) -> str | None:
        path = output.property_path
        if not path.startswith(PREFIX) or not _PATH.fullmatch(path.removeprefix(PREFIX)):
            return f"'{path}' is not of the form properties.<member>…"
        rest = path.removeprefix(PREFIX)
        root = re.split(r"[.\[]", rest, maxsplit=1)[0]
        kinds = _ROOTS.get(root)
        other = step.sagemaker_type is not None and kinds is not None and not _is_kind(step.sagemaker_type, kinds)
        if other and kinds is not None and why_unknown(step.sagemaker_type) is None:
            return f"is of a {kinds[0]} step, but this is a {step.sagemaker_type} step"
        match = _PROCESSING_OUTPUT.fullmatch(rest)
        if match and not match["name"].isdigit() and match["name"] != output.name:
            names = [o.name for o in spec.outputs]
            what = "another output of the step" if match["name"] in names else "no output of the step"
            return f"names '{match['name']}', {what}"
        if root == "ProcessingOutputConfig" and match is None:
            return f"'{path}' leads to no output; it should end in Outputs['{output.name}'].S3Output.S3Uri"
        if step.sagemaker_type is None:
            return None
        names, inputs = [o.name for o in spec.outputs], [d.name for d in spec.dependencies]
        return property_problem(path, step.sagemaker_type, names, inputs)

    def _fix(self, step: StepSubject, spec: Spec, output: Output) -> Fix | None:
        """The output's own name in its path, where the path is right but for that."""
        match = _PROCESSING_OUTPUT.fullmatch(output.property_path.removeprefix(PREFIX))
        if match is None or spec.source is None or output.line is None or match["name"] == output.name:
            return None
        path = output.property_path.replace(match["name"], output.name)
        if self._wrong(step, spec, replace(output, property_path=path)):
            return None
        following = sorted(o.line for o in spec.outputs if o.line is not None and o.line > output.line)
        return renamed(
            spec.source,
            step.workspace,
            match["name"],
            output.name,
            first=output.line,
            last=following[0] - 1 if following else None,
            before=r"Outputs\[",
        )


def _is_kind(sagemaker_type: str, kinds: tuple[str, ...]) -> bool:
    processing = sagemaker_type.endswith(("Processing", "DataLoading")) or sagemaker_type == "Base"
    return sagemaker_type in kinds or (processing and "Processing" in kinds)


def _proposal(sagemaker_type: str | None, name: str) -> str:
    if sagemaker_type == "Training":
        return "Write properties.ModelArtifacts.S3ModelArtifacts or properties.OutputDataConfig.S3OutputPath."
    if sagemaker_type in ("CreateModel", "Model"):
        return "Write properties.ModelName."
    if sagemaker_type == "Transform":
        return "Write properties.TransformOutput.S3OutputPath."
    return f"Write properties.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri."
