"""From the one step of an SDK's definition to ours."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.requests.processing import CODE_INPUT, CODE_PATH, code_entrypoint, processing_input
from cursus.core.compiler.adapters.offline import UNKNOWN_BUCKET
from cursus.errors import ConfigurationError

_PLACED = ("Name", "Type", "Arguments", "DependsOn")
#: Hyperparameter or environment variable with the archive -> the one with the script in it.
_PROGRAMS = {
    "sagemaker_submit_directory": "sagemaker_program",
    "SAGEMAKER_SUBMIT_DIRECTORY": "SAGEMAKER_PROGRAM",
}
#: Inputs by which the SDKs' processors bring code into a container.
_CODE_INPUTS = (CODE_INPUT, "entrypoint")


def from_definition(
    definition: str, node: str, *, depends_on: Sequence[str], uploads: Collection[str], code: Code | None
) -> PipelineStep:
    """The only step of an SDK's definition as ours.

    :param uploads: S3 URIs the SDK wanted to write; the code among them gives way to ``code``.
    :raises ConfigurationError: several steps, or something that would have to be uploaded and is not the step's code.
    """
    steps = json.loads(definition)["Steps"]
    if len(steps) != 1:
        names = ", ".join(f"{s['Name']} ({s['Type']})" for s in steps)
        raise ConfigurationError(
            f"Step '{node}': its builder returned what the SDK makes {len(steps)} steps of: {names}.",
            hint="Give each its own node and builder.",
            step=node,
        )
    (step,) = steps
    request = step["Arguments"]
    if code is not None and uploads:
        request = with_archive(request, set(uploads), code)
    _check_places(request, node, set(uploads))
    return PipelineStep(
        name=step["Name"],
        type=step["Type"],
        request=request,
        depends_on=tuple(sorted({*depends_on, *step.get("DependsOn", ())})),
        options={k: v for k, v in step.items() if k not in _PLACED and v not in (None, [], {})},
    )


def with_archive(value: Any, uploads: Collection[str], code: Code) -> Any:
    """``value`` with the step's archive wherever the SDK's own upload of the code stood."""
    if isinstance(value, list):
        return [with_archive(v, uploads, code) for v in value]
    if not isinstance(value, dict):
        return value
    found = {k: with_archive(v, uploads, code) for k, v in value.items()}
    for directory, program in _PROGRAMS.items():
        place = found.get(directory)
        if isinstance(place, str) and place.strip('"') in uploads:
            quoted = place.startswith('"')
            found[directory] = json.dumps(code.uri) if quoted and isinstance(code.uri, str) else code.uri
            found[program] = json.dumps(code.entry_point) if quoted else code.entry_point
    inputs = found.get("ProcessingInputs")
    if isinstance(inputs, list) and any(_is_code(i, uploads) for i in inputs):
        kept = [i for i in inputs if not _is_code(i, uploads)]
        found["ProcessingInputs"] = [*kept, processing_input(CODE_INPUT, code.uri, CODE_PATH)]
        app = found["AppSpecification"]
        found["AppSpecification"] = app | {"ContainerEntrypoint": code_entrypoint(code)}
    return found


def _is_code(given: Mapping[str, Any], uploads: Collection[str]) -> bool:
    return given.get("InputName") in _CODE_INPUTS and given.get("S3Input", {}).get("S3Uri") in uploads


def _check_places(request: Any, node: str, uploads: Collection[str]) -> None:
    for text in _texts(request):
        if text.strip('"') in uploads:
            raise ConfigurationError(
                f"Step '{node}': its builder wants to upload {text}; a compile uploads nothing but a step's own code.",
                hint="Put the file into S3 yourself and name its place, or make it part of the step's script.",
                step=node,
            )
        if UNKNOWN_BUCKET in text:
            raise ConfigurationError(
                f"Step '{node}': its builder writes to the session's default bucket, but the pipeline's bucket is a "
                "parameter.",
                hint="Name the place in the builder: the outputs it is given, or config.pipeline_s3_loc.",
                step=node,
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
