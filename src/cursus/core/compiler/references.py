"""What a reference points at, found by walking AWS's Describe responses and the definition itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cursus.core.compiler.expressions import GetPath, Key, parse_get
from cursus.core.compiler.service_model import ServiceModel, load_service_model
from cursus.core.compiler.step_types import StepType, step_type_of
from cursus.errors import did_you_mean

EXECUTION_VARIABLES = (
    "CurrentDateTime",
    "PipelineArn",
    "PipelineExecutionArn",
    "PipelineExecutionId",
    "PipelineName",
    "ProcessingJobName",
    "StartDateTime",
    "TrainingJobName",
)
KIND_OF_TYPE = {
    "string": "string",
    "integer": "integer",
    "long": "integer",
    "float": "float",
    "double": "float",
    "boolean": "boolean",
    "timestamp": "timestamp",
}
_KIND_OF_DECLARED = {"String": "string", "Integer": "integer", "Float": "float", "Boolean": "boolean"}
# Entries of these lists are referred to by the value of this member: Outputs['features'].
_NAMING_MEMBERS = ("OutputName", "InputName", "ChannelName", "MetricName", "VariantName")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reference may name: the steps of a definition (nested ones too) and its parameters, by name.

    :param sound: texts that fit a shape, as (service, shape, text): most texts of a step are those of others too.
    """

    steps: Mapping[str, Mapping[str, Any]]
    parameters: Mapping[str, Mapping[str, Any]]
    sound: set[tuple[str, str, str]] = field(default_factory=set, compare=False)


@dataclass(frozen=True, slots=True)
class Referent:
    """What a reference stands for.

    :param kind: ``string``, ``integer``, ``float``, ``boolean`` or ``timestamp``; None when it is not known.
    :param problem: why it points at nothing, as the end of a sentence; else None.
    :param parameter: the parameter it names, or None.
    """

    kind: str | None = None
    problem: str | None = None
    parameter: Mapping[str, Any] | None = None


def resolve(text: str, scope: Scope) -> Referent:
    """What ``text`` (``Steps.…``, ``Parameters.…`` or ``Execution.…``) stands for in ``scope``."""
    path = parse_get(text)
    if path is None:
        return Referent(problem="is not of the form Steps.NAME.PROPERTY, Parameters.NAME or Execution.NAME")
    if path.root == "Steps":
        return _step_property(path, scope)
    if path.parts:
        return Referent(problem=f"goes on after the name '{path.name}'")
    if path.root == "Execution":
        if path.name in EXECUTION_VARIABLES:
            return Referent("string")
        return Referent(
            problem=f"names no execution variable.{did_you_mean(path.name, EXECUTION_VARIABLES)}".rstrip(".")
        )
    parameter = scope.parameters.get(path.name)
    if parameter is None:
        close = did_you_mean(path.name, scope.parameters)
        return Referent(problem=f"names no parameter of the pipeline.{close}".rstrip("."))
    declared = parameter.get("Type")
    return Referent(_KIND_OF_DECLARED.get(declared) if isinstance(declared, str) else None, parameter=parameter)


def property_file_problem(text: str, scope: Scope) -> str | None:
    """Why ``Steps.NAME.PropertyFiles.FILE`` points at no property file, or None when it does."""
    path = parse_get(text)
    if path is None or path.root != "Steps" or len(path.parts) != 2 or path.parts[0] != "PropertyFiles":
        return "is not of the form Steps.NAME.PropertyFiles.FILE"
    step = scope.steps.get(path.name)
    if step is None:
        return f"names no step of the pipeline.{did_you_mean(path.name, scope.steps)}".rstrip(".")
    declared = step.get("PropertyFiles")
    files = declared if isinstance(declared, list) else []
    wanted = path.parts[1].name if isinstance(path.parts[1], Key) else path.parts[1]
    names = [f["PropertyFileName"] for f in files if isinstance(f, Mapping) and "PropertyFileName" in f]
    return None if wanted in names else f"names no property file of step '{path.name}' (it has {_listing(names)})"


def _step_property(path: GetPath, scope: Scope) -> Referent:
    step = scope.steps.get(path.name)
    if step is None:
        return Referent(problem=f"names no step of the pipeline.{did_you_mean(path.name, scope.steps)}".rstrip("."))
    kind = step_type_of(step)
    if kind is None:
        return Referent()
    if not path.parts:
        return Referent(problem=f"names no property of step '{path.name}'")
    if kind.named_outputs:
        return _declared_output(path, step)
    if ".".join(str(p) for p in path.parts) in kind.properties:
        return Referent("string")
    roots = _roots(step, kind)
    referents = [_Walk(model, path, step, kind).run(shape) for model, shape in roots]
    good = next((r for r in referents if r.problem is None), None)
    if good is not None:
        return good
    if referents:
        return referents[0]
    return Referent(problem=f"is no property of a {step['Type']} step (it has {_listing(kind.properties)})")


def _roots(step: Mapping[str, Any], kind: StepType) -> list[tuple[ServiceModel, str]]:
    if step["Type"] == "EMR":
        return [(load_service_model("emr"), "Step")]
    if not kind.describe:
        return []
    model = load_service_model("sagemaker")
    return [(model, model.output_of(operation)) for operation in kind.describe]


def _declared_output(path: GetPath, step: Mapping[str, Any]) -> Referent:
    declared = step.get("OutputParameters")
    outputs = {
        o["OutputName"]: o
        for o in (declared if isinstance(declared, list) else [])
        if isinstance(o, Mapping) and isinstance(o.get("OutputName"), str)
    }
    if len(path.parts) != 2 or path.parts[0] != "OutputParameters" or not isinstance(path.parts[1], Key):
        return Referent(problem=f"is not of the form Steps.{path.name}.OutputParameters['NAME']")
    output = outputs.get(path.parts[1].name)
    if output is None:
        return Referent(problem=f"names no output parameter of step '{path.name}' (it has {_listing(outputs)})")
    return Referent(_KIND_OF_DECLARED.get(str(output.get("OutputType"))))


def _listing(names: Mapping[str, Any] | Sequence[object]) -> str:
    return ", ".join(f"'{n}'" for n in names) or "none"


class _Walk:
    """Follows a property path through a response shape, and beside it through the request that the response repeats."""

    def __init__(self, model: ServiceModel, path: GetPath, step: Mapping[str, Any], kind: StepType) -> None:
        self._model = model
        self._path = path
        self._request: Any = step.get("Arguments")
        requested = model.shape(model.input_of(kind.operation))["members"] if kind.operation else {}
        self._repeated = path.parts[0] in requested
        self._done = ""

    def run(self, shape_name: str) -> Referent:
        """The scalar at the end of the path, or why there is none."""
        for part in self._path.parts:
            shape = self._model.shape(shape_name)
            following, problem = self._step_into(shape, part)
            if problem is not None:
                return Referent(problem=problem)
            shape_name = following
            self._done += f".{part}" if isinstance(part, str) else f"[{getattr(part, 'name', part)!r}]"
        shape = self._model.shape(shape_name)
        kind = KIND_OF_TYPE.get(shape["type"])
        if kind is None:
            more = f"; go on to {_listing(sorted(shape['members']))}" if "members" in shape else ""
            return Referent(problem=f"is a {shape['type']}, not a single value{more}")
        return Referent(kind)

    def _step_into(self, shape: Mapping[str, Any], part: str | int | Key) -> tuple[str, str | None]:
        if shape["type"] == "structure" and isinstance(part, str):
            return self._member(shape, part)
        if shape["type"] == "map" and isinstance(part, Key):
            self._request = None
            return shape["value"]["shape"], None
        if shape["type"] == "list" and not isinstance(part, str):
            return self._entry(shape["member"]["shape"], part)
        at = self._done.lstrip(".") or f"step '{self._path.name}'"
        return "", f"cannot go on after {at}, which is a {shape['type']}"

    def _member(self, shape: Mapping[str, Any], part: str) -> tuple[str, str | None]:
        member = shape["members"].get(part)
        if member is None:
            known = did_you_mean(part, shape["members"]) or f" It has {_listing(sorted(shape['members']))}."
            at = self._done.lstrip(".") or f"step '{self._path.name}'"
            return "", f"'{part}' is not a property of {at}.{known}".rstrip(".")
        if part == "FinalMetricDataList":
            self._request = self._metrics()
        else:
            self._request = self._request.get(part) if isinstance(self._request, Mapping) else None
        return member["shape"], None

    def _metrics(self) -> list[dict[str, Any]] | None:
        """The metrics the request defines, in the form of the response; None when the algorithm brings its own."""
        algorithm = self._request.get("AlgorithmSpecification") if isinstance(self._request, Mapping) else None
        metrics = algorithm.get("MetricDefinitions") if isinstance(algorithm, Mapping) else None
        if not isinstance(metrics, list) or not metrics:
            return None
        self._repeated = True
        return [{"MetricName": m.get("Name")} for m in metrics if isinstance(m, Mapping)]

    def _entry(self, element: str, part: int | Key) -> tuple[str, str | None]:
        entries = self._request if isinstance(self._request, list) else []
        at = f"{self._done.lstrip('.')} of step '{self._path.name}'"
        self._request = None
        if isinstance(part, int):
            if self._repeated and part >= len(entries):
                return "", f"asks for entry {part} of {at}, which has {len(entries)}"
            self._request = entries[part] if part < len(entries) else None
            return element, None
        members = self._model.shape(element).get("members", {})
        naming = next((m for m in _NAMING_MEMBERS if m in members), None)
        if naming is None:
            return "", f"names an entry of {at}, whose entries have no names; use a position such as [0]"
        named = {e[naming]: e for e in entries if isinstance(e, Mapping) and isinstance(e.get(naming), str)}
        if self._repeated and part.name not in named:
            close = did_you_mean(part.name, named)
            return "", f"names no entry of {at} (it has {_listing(named)}).{close}".rstrip(".")
        self._request = named.get(part.name)
        return element, None
