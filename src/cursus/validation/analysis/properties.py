"""Where SageMaker reports what a step put out: property paths held against AWS's own description of its answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cursus.errors import ConfigurationError

PREFIX = "properties."
#: Step type -> paths that are right by the very form the check has compared them with; they need no look-up, which
#: costs a third of a second.
_STANDARD = {
    "Processing": (re.compile(r"ProcessingOutputConfig\.Outputs\[(['\"])(?P<name>[^'\"]+)\1\]\.S3Output\.S3Uri"),),
    "Training": (re.compile(r"ModelArtifacts\.S3ModelArtifacts|OutputDataConfig\.S3OutputPath"),),
    "CreateModel": (re.compile(r"ModelName"),),
    "Transform": (re.compile(r"TransformOutput\.S3OutputPath"),),
}


def why_unknown(sagemaker_type: str | None) -> str | None:
    """Why no step of that type can be built; None when it can, or when the type is not known by reading."""
    if sagemaker_type is None or sagemaker_type in _STANDARD:
        return None
    from cursus.core.base.requests.table import kind_of

    try:
        kind_of(sagemaker_type, "step")
    except ConfigurationError as error:
        return error.message.removeprefix("Step 'step': ")
    return None


def property_problem(path: str, sagemaker_type: str, outputs: Iterable[str], inputs: Iterable[str]) -> str | None:
    """Why a step of that type has no such property, as the end of a sentence; None when it has.

    :param path: ``properties.…``.
    :param outputs: names of the step's outputs.
    :param inputs: names of its inputs.
    """
    rest, names = path.removeprefix(PREFIX), list(outputs)
    for form in _STANDARD.get(sagemaker_type, ()):
        match = form.fullmatch(rest)
        if match and match.groupdict().get("name", None) in {None, *names}:
            return None
    if why_unknown(sagemaker_type) is not None:
        return None
    from cursus.core.base.requests.table import kind_of
    from cursus.core.compiler.references import Scope, resolve

    step = _example(kind_of(sagemaker_type, "step").type, names, list(inputs))
    return resolve(f"Steps.step.{rest}", Scope(steps={"step": step}, parameters={})).problem


def _example(kind: str, outputs: list[str], inputs: list[str]) -> dict[str, Any]:
    """A step of that kind with these ports, as far as references to it ask for."""
    arguments: dict[str, Any] = {}
    if kind in ("Processing", "QualityCheck", "ClarifyCheck"):
        arguments["ProcessingOutputConfig"] = {"Outputs": [{"OutputName": name} for name in outputs]}
        arguments["ProcessingInputs"] = [{"InputName": name} for name in inputs]
    elif kind == "Training":
        arguments["InputDataConfig"] = [{"ChannelName": name} for name in inputs]
    declared = [{"OutputName": name, "OutputType": "String"} for name in outputs]
    return {"Name": "step", "Type": kind, "Arguments": arguments, "OutputParameters": declared}
