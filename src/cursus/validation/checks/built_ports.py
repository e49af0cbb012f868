"""``built-ports``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cursus.model.finding import Finding
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.containers import TRAINING_INPUT, parts
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class BuiltPorts(StepCheck):
    """The job mounts every input and output of contract and spec, under its name and at the contract's path.

    Judged for processing and training jobs.

    Why: the script looks for its data where the contract says, and the next step for an output by its name.

    Bad::

        def _get_outputs(self, outputs):
            return [processing_output("result", ...)]       # contract and spec call it "features"

    Good::

        def _get_outputs(self, outputs):
            return super()._get_outputs(outputs)
    """

    code = "built-ports"
    level = Level.BUILDER_CONFIG
    builds = True
    needs = (Part.CONTRACT, Part.SPEC)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Ports that are missing, elsewhere, or nobody's."""
        for built in step.built:
            if built.step is None:
                continue
            spec = built.step.spec
            inputs = {d.name: step.contract.inputs[d.name] for d in spec.dependencies if d.name in step.contract.inputs}
            outputs = {o.name: step.contract.outputs[o.name] for o in spec.outputs if o.name in step.contract.outputs}
            request: Any = built.entry["Arguments"]
            if built.step.type == "Processing":
                yield from self._compared(step, "input", inputs, _processing_inputs(request))
                yield from self._compared(step, "output", outputs, _processing_outputs(request))
            elif built.step.type == "Training":
                yield from self._compared(step, "input", inputs, _channels(request))

    def _compared(
        self, step: StepSubject, side: str, stated: Mapping[str, str], mounted: Mapping[str, str]
    ) -> Iterator[Finding]:
        for name in sorted({*stated, *mounted}):
            if name not in mounted:
                why = f"has no {side} '{name}', which contract and spec have"
            elif name not in stated:
                why = f"has {'an' if side in ('input', 'output') else 'a'} {side} '{name}', which they do not have"
            elif parts(stated[name]) != parts(mounted[name]):
                why = f"mounts {side} '{name}' at {mounted[name]}, not at {stated[name]}"
            else:
                continue
            yield self.finding(
                step,
                f"The job of {step.name} {why}.",
                file=step.file(ComponentKind.BUILDER) or step.contract.source,
                hint=f"Take {side}s from contract and spec: super()._get_{side}s({side}s)",
            )


def _processing_inputs(request: Any) -> dict[str, str]:
    from cursus.core.base.requests.processing import CODE_INPUT  # takes longer to import than all checks

    found = {i["InputName"]: i.get("S3Input", {}).get("LocalPath", "") for i in request.get("ProcessingInputs", [])}
    return {name: path for name, path in found.items() if name != CODE_INPUT}


def _processing_outputs(request: Any) -> dict[str, str]:
    listed = request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return {o["OutputName"]: o.get("S3Output", {}).get("LocalPath", "") for o in listed}


def _channels(request: Any) -> dict[str, str]:
    names = [c["ChannelName"] for c in request.get("InputDataConfig", [])]
    return {name: f"{TRAINING_INPUT}/{name}" for name in names}
