"""``<step>.step.yaml``: contract, spec, compute and registry row of a step in one file.

Contract and spec come from the same lines, so that they agree by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, NoReturn, TypeVar

from cursus.errors import did_you_mean
from cursus.model.manifest import Manifest
from cursus.model.step import COLUMN_TYPES, Contract, Dependency, DependencyType, NodeType, Output, Spec, StepEntry
from cursus.workspace.document import Document
from cursus.workspace.errors import InvalidManifest
from cursus.workspace.layout import JOBS

SUFFIX = ".step.yaml"

_PORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ARGUMENT = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

E = TypeVar("E", DependencyType, NodeType)

_KEYS = (
    "schema_version",
    "step",
    "description",
    "sagemaker_step_type",
    "node_type",
    "script",
    "inputs",
    "outputs",
    "environment",
    "arguments",
    "compute",
    "config",
    "jobs",
    "registry",
)
_PORT_KEYS = ("path", "type", "data_type", "description", "schema")
_INPUT_KEYS = (*_PORT_KEYS, "required", "sources", "keywords")
_OUTPUT_KEYS = (*_PORT_KEYS, "aliases", "property_path")
_COMPUTE_TEXTS = ("instance_type", "image_uri", "framework", "framework_version", "py_version")
_COMPUTE_NUMBERS = ("instance_count", "volume_size_gb", "max_runtime_seconds")


def manifest_from(document: Document) -> Manifest:
    """The manifest that a parsed file states.

    :raises InvalidManifest: a key or value that does not belong, with its line.
    """
    return _Reader(document).manifest()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.top = self.mapping((), _KEYS)
        self.type = self.text(("sagemaker_step_type",), "Processing")
        self.training = self.type == "Training"

    def manifest(self) -> Manifest:
        version = self.top.get("schema_version")
        if version != 1:
            self.fail(f"schema_version is {version!r}; this version of Cursus reads 1", "schema_version")
        step = self.text(("step",))
        if not step.isidentifier() or not step[0].isupper() or "_" in step:
            self.fail(f"{step!r} is not a step name: write it in CamelCase, as FlightFeatures", "step")
        script = self.script()
        ports = {side: self.mapping((side,)) for side in ("inputs", "outputs")}
        for side, names in ports.items():
            self.names(names, _PORT, "a logical name (letters, digits, '.', '_', '-')", side)
        for name in sorted(ports["inputs"].keys() & ports["outputs"].keys()):
            self.fail(f"'{name}' is the name of an input and of an output", "outputs", name)
        return Manifest(
            step=step,
            entry=self.entry(step),
            contract=self.contract(script, ports) if script is not None else None,
            spec=self.spec(step, ports),
            path=self.document.path,
            description=self.text(("description",), ""),
            compute=self.compute(),
            defaults=dict(self.mapping(("config",))),
            jobs=self.jobs(),
        )

    def script(self) -> str | None:
        if "script" in self.top and self.top["script"] is None:
            return None
        default = self.document.path.name.removesuffix(SUFFIX) + ".py"
        script = self.text(("script",), default)
        if PurePosixPath(script).name != script or not script.endswith(".py"):
            self.fail(f"{script!r} is not the name of a Python file in the scripts folder", "script")
        return script

    def entry(self, step: str) -> StepEntry:
        given = self.mapping(("registry",), ("config_class", "builder_step_name", "spec_type"))
        return StepEntry(
            name=step,
            config_class=str(given.get("config_class", f"{step}Config")),
            builder_step_name=str(given.get("builder_step_name", f"{step}StepBuilder")),
            spec_type=str(given.get("spec_type", step)),
            sagemaker_step_type=self.type,
            description=self.text(("description",), ""),
        )

    def contract(self, script: str, ports: Mapping[str, Mapping[str, Any]]) -> Contract:
        self.mapping(("environment",), ("required", "optional"))
        arguments = self.mapping(("arguments",))
        required = self.words("environment", "required")
        optional = self.mapping(("environment", "optional"))
        for place, names in (("required", required), ("optional", optional)):
            self.names(names, _VARIABLE, "the name of an environment variable", "environment", place)
        for name in required:
            if name in optional or required.count(name) > 1:
                self.fail(f"'{name}' is stated twice", "environment", "required")
        self.names(arguments, _ARGUMENT, "the name of an argument", "arguments")
        folded = [name.replace("-", "_") for name in arguments]
        for name in arguments:
            if folded.count(name.replace("-", "_")) > 1:
                self.fail(f"'{name}' is stated twice: hyphen and underscore do not differ", "arguments", name)
        return Contract(
            entry_point=script,
            inputs={name: self.path("inputs", name) for name in ports["inputs"]},
            outputs={name: self.path("outputs", name) for name in ports["outputs"]},
            required_env=tuple(required),
            optional_env={n: self.scalar(v, "environment", "optional", n) or "" for n, v in optional.items()},
            arguments={name: self.scalar(value, "arguments", name) for name, value in arguments.items()},
            description=self.text(("description",), ""),
            schemas=self.schemas(ports),
            source=self.document.path,
            line=self.document.line("step"),
        )

    def spec(self, step: str, ports: Mapping[str, Mapping[str, Any]]) -> Spec:
        dependencies = tuple(self.dependency(name) for name in ports["inputs"])
        outputs = tuple(self.output(name) for name in ports["outputs"])
        self.distinct(outputs)
        given = self.text(("node_type",), "") or _node_type(bool(dependencies), bool(outputs)).value
        node_type = self.member(NodeType, given, "node_type")
        if node_type is not _node_type(bool(dependencies), bool(outputs)):
            self.fail(f"node_type {given} does not fit a step with these inputs and outputs", "node_type")
        return Spec(step, node_type, dependencies, outputs, self.document.path, self.document.line("step"))

    def dependency(self, name: str) -> Dependency:
        port = self.mapping(("inputs", name), _INPUT_KEYS)
        where = ("inputs", name)
        default = DependencyType.TRAINING_DATA if self.training else DependencyType.PROCESSING_OUTPUT
        return Dependency(
            name=name,
            type=self.member(DependencyType, port.get("type", default.value), *where, "type"),
            required=self.flag(port.get("required", True), *where, "required"),
            compatible_sources=tuple(self.words(*where, "sources")),
            semantic_keywords=tuple(self.words(*where, "keywords")),
            data_type=self.text((*where, "data_type"), "S3Uri"),
            description=self.text((*where, "description"), ""),
            line=self.document.line(*where),
        )

    def output(self, name: str) -> Output:
        where = ("outputs", name)
        port = self.mapping(where, _OUTPUT_KEYS)
        path = port.get("path")
        artifacts = self.training and path == "/opt/ml/model"
        default = DependencyType.MODEL_ARTIFACTS if artifacts else DependencyType.PROCESSING_OUTPUT
        return Output(
            name=name,
            type=self.member(DependencyType, port.get("type", default.value), *where, "type"),
            property_path=self.stated_path(*where) or self.property_path(name, artifacts),
            aliases=tuple(self.words(*where, "aliases")),
            data_type=self.text((*where, "data_type"), "S3Uri"),
            description=self.text((*where, "description"), ""),
            line=self.document.line(*where),
        )

    def stated_path(self, *where: str) -> str:
        path = self.text((*where, "property_path"), "")
        if path and (not path.startswith("properties.") or path == "properties."):
            self.fail(f"property_path must start with 'properties.', not {path!r}", *where, "property_path")
        return path

    def property_path(self, name: str, artifacts: bool) -> str:
        """Where SageMaker reports the output: members of the Describe…Job responses in its API reference."""
        if self.training:
            member = "ModelArtifacts.S3ModelArtifacts" if artifacts else "OutputDataConfig.S3OutputPath"
            return f"properties.{member}"
        if self.type == "CreateModel":
            return "properties.ModelName"
        if self.type == "Transform":
            return "properties.TransformOutput.S3OutputPath"
        return f"properties.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"

    def distinct(self, outputs: Iterable[Output]) -> None:
        taken: dict[str, str] = {}
        for output in outputs:
            for name in (output.name, *output.aliases):
                if name in taken:
                    self.fail(
                        f"'{name}' names two outputs, '{taken[name]}' and '{output.name}'", "outputs", output.name
                    )
                taken[name] = output.name

    def schemas(self, ports: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for side, names in ports.items():
            for name in names:
                columns = self.mapping((side, name, "schema"))
                for column, kind in columns.items():
                    if kind not in COLUMN_TYPES:
                        self.fail(f"{kind!r} is none of {', '.join(COLUMN_TYPES)}", side, name, "schema", column)
                if columns:
                    found[name] = dict(columns)
        return found

    def compute(self) -> dict[str, Any]:
        given = dict(self.mapping(("compute",), (*_COMPUTE_TEXTS, *_COMPUTE_NUMBERS)))
        for name, value in given.items():
            if name in _COMPUTE_TEXTS and not isinstance(value, str):
                self.fail(f"'{name}' is a text; put it in quotes", "compute", name)
            if name in _COMPUTE_NUMBERS and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                self.fail(f"'{name}' is a whole number from 1", "compute", name)
        return given

    def names(self, names: Iterable[str], pattern: re.Pattern[str], what: str, *where: str) -> None:
        for name in names:
            if not pattern.fullmatch(name):
                self.fail(f"{name!r} is not {what}", *where, name)

    def jobs(self) -> tuple[str, ...]:
        jobs = tuple(self.words("jobs"))
        for job in jobs:
            if job not in JOBS:
                self.fail(f"{job!r} is none of {', '.join(JOBS)}", "jobs")
        return jobs

    def path(self, side: str, name: str) -> str:
        path = self.mapping((side, name)).get("path")
        if not isinstance(path, str) or not PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            self.fail(f"'{name}' needs the absolute container path its script uses, as 'path'", side, name)
        return path

    def value(self, where: tuple[str, ...]) -> Any:
        value = self.document.value
        for key in where:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def mapping(self, where: tuple[str, ...], keys: Iterable[str] | None = None) -> Mapping[str, Any]:
        value = self.value(where)
        if value is None and where:
            return {}
        if not isinstance(value, Mapping):
            self.fail(f"{'.'.join(where) or 'a step manifest'} is a mapping", *where)
        known = None if keys is None else list(keys)
        for key in value:
            if known is not None and key not in known:
                self.fail(f"'{key}' is not a key here.{did_you_mean(key, known)}", *where, key)
        return value

    def text(self, where: tuple[str, ...], default: str | None = None) -> str:
        value = self.value(where)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            self.fail(f"'{where[-1]}' is {'missing' if value is None else 'not a text'}", *where)
        return value

    def words(self, *where: str) -> list[str]:
        value = self.value(where)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fail(f"'{where[-1]}' is a list of names", *where)
        return value

    def scalar(self, value: Any, *where: str) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float):
            self.fail(f"the default of '{where[-1]}' is a text or number", *where)
        return str(value)

    def flag(self, value: Any, *where: str) -> bool:
        if not isinstance(value, bool):
            self.fail(f"'{where[-1]}' is true or false", *where)
        return value

    def member(self, kind: type[E], value: Any, *where: str) -> E:
        try:
            return kind(value)
        except ValueError:
            known = [m.value for m in kind]
            self.fail(f"{value!r} is none of {', '.join(known)}.{did_you_mean(str(value), known)}", *where)

    def fail(self, message: str, *where: str) -> NoReturn:
        raise InvalidManifest(
            f"In {self.document.path.name}: {message.rstrip('.')}.",
            hint=f"Correct line {self.document.line(*where)} of {self.document.path.name}",
            workspace=self.document.workspace,
            step=self.document.path.name.removesuffix(SUFFIX),
            file=self.document.path,
            line=self.document.line(*where),
        )


def _node_type(dependencies: bool, outputs: bool) -> NodeType:
    if dependencies:
        return NodeType.INTERNAL if outputs else NodeType.SINK
    return NodeType.SOURCE if outputs else NodeType.SINGULAR
