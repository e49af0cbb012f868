"""Pipeline files: find one by name, read it, plan it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from cursus.core.assembler.plan import make_plan
from cursus.errors import ConfigurationError, UnknownPipeline, did_you_mean
from cursus.model.expression import Get
from cursus.model.pipeline import Edge, Node, Parameter, Pipeline
from cursus.model.plan import PipelinePlan
from cursus.model.workspace import CORE_ID, SHARED_ID, SINGLE_ID
from cursus.registry.catalog import StepCatalog
from cursus.workspace import layout
from cursus.workspace.document import Document
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import absolute, is_multi_root
from cursus.workspace.yaml_reader import parse_yaml, read_yaml

#: SageMaker's pattern for the name of a pipeline: CreatePipeline API reference.
PIPELINE_NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9])*")
#: The name of a step; SageMaker allows a little more, edges are written with these.
NAME = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9_])*")
EDGE = re.compile(r"(?P<source>[\w-]+)(\.(?P<output>[\w-]+))?\s*->\s*(?P<target>[\w-]+)(\.(?P<input>[\w-]+))?")
PARAMETER_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "String": str,
    "Integer": int,
    "Float": (int, float),
    "Boolean": bool,
}
SUFFIXES = (".yaml", ".yml")
TOP_KEYS = ("schema_version", "name", "description", "parameters", "steps", "edges", "config")
STEP_KEYS = ("use", "job_type", "config", "inputs", "depends_on")


def plan_pipeline(name: str, catalog: StepCatalog) -> PipelinePlan:
    """The plan of the pipeline called ``name`` (see :func:`find_pipeline`)."""
    return make_plan(load_pipeline(find_pipeline(name, catalog.index), catalog.index.root), catalog)


def find_pipeline(name: str, index: WorkspaceIndex) -> Path:
    """The file of a pipeline: a path to a file, ``<workspace>/<name>``, or a name that one file of the root carries.

    :raises UnknownPipeline: nothing has that name, or several files have it.
    """
    given = Path(name)
    if given.suffix in SUFFIXES:
        if not given.is_file():
            raise UnknownPipeline(name, sorted(p.name for p in index.tree.pipelines))
        return given.absolute()
    workspace, _, short = name.rpartition("/")
    key = short.replace("-", "_")
    found = [
        p for p in index.tree.pipelines if p.name.replace("-", "_") == key and workspace in ("", p.workspace or "")
    ]
    if not found:
        raise UnknownPipeline(name, sorted(p.name for p in index.tree.pipelines))
    if len(found) > 1:
        raise UnknownPipeline(name, [str(p.path) for p in found], ambiguous=True)
    return found[0].path


def load_pipeline(path: Path, root: Path | None = None) -> Pipeline:
    """The pipeline a file describes; nothing in it is resolved yet.

    :param root: the workspace root, which tells whose pipeline it is; without it, it is nobody's.
    :raises FileError: not readable, or not YAML; with the line.
    :raises ConfigurationError: a key or value that does not belong; with the line.
    """
    pipeline = _Reader(read_yaml(path)).pipeline()
    return pipeline if root is None else replace(pipeline, owner=owner_of_file(path, root))


def owner_of_file(path: Path, root: Path) -> str:
    """The workspace that a pipeline file belongs to by its place; ``shared`` for one of the team, or from elsewhere."""
    path, root = absolute(path), absolute(root)
    developers = layout.developers_dir(root)
    if path.is_relative_to(developers):
        return path.relative_to(developers).parts[0]
    return SHARED_ID if is_multi_root(root) or not path.is_relative_to(root) else SINGLE_ID


def parse_pipeline(data: bytes, path: Path) -> Pipeline:
    """As :func:`load_pipeline`, for the bytes of a file; ``path`` only names them."""
    return _Reader(parse_yaml(data, path)).pipeline()


class _Reader:
    """One reading of one document; every complaint names the line."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def pipeline(self) -> Pipeline:
        top = self.mapping((), TOP_KEYS, required=("name", "steps"))
        version = top.get("schema_version", 1)
        if version != 1:
            self.fail(f"schema_version is {version!r}; this version of Cursus reads 1", "schema_version")
        name = self.text("name")
        if not PIPELINE_NAME.fullmatch(name) or len(name) > 256:
            self.fail(f"{name!r} is not a pipeline name: at most 256 letters, digits and inner hyphens", "name")
        config = self.mapping(("config",), ("shared", "specific"))
        specific = self.mapping(("config", "specific"))
        nodes = tuple(self.node(key, specific) for key in self.mapping(("steps",)))
        if not nodes:
            self.fail("a pipeline needs at least one step", "steps")
        known = {n.name for n in nodes}
        self.known_only(specific, known, ("config", "specific"), "a step of this pipeline")
        for node in nodes:
            for earlier in node.depends_on:
                self.known_node(earlier, known, ("steps", node.name, "depends_on"))
        return Pipeline(
            name=name,
            nodes=nodes,
            edges=self.edges(known),
            description=str(top.get("description") or ""),
            shared=dict(config.get("shared") or {}) if self.mapping(("config", "shared")) else {},
            parameters=tuple(self.parameter(key) for key in self.mapping(("parameters",))),
            source=self.document.path,
        )

    def node(self, name: str, specific: Mapping[str, Any]) -> Node:
        where = ("steps", name)
        if not NAME.fullmatch(name) or len(name) > 64:
            self.fail(f"{name!r} is not a step name: at most 64 letters, digits, '_' and inner hyphens", *where)
        value = self.document.value["steps"][name]
        if isinstance(value, str):
            value = {"use": value}
        elif isinstance(value, Mapping):
            self.mapping(where, STEP_KEYS, required=("use",))
        else:
            self.fail("a step is written as workspace/Step, or as a mapping with 'use'", *where)
        workspace, step = self.step_reference(value["use"], where)
        own = self.mapping((*where, "config")) if "config" in value else {}
        extra = self.mapping(("config", "specific", name)) if name in specific else {}
        twice = sorted(own.keys() & extra.keys())
        if twice:
            self.fail(f"'{twice[0]}' is set for '{name}' under steps and again under config.specific", *where)
        job_type = value.get("job_type")
        if job_type is not None and not isinstance(job_type, str):
            self.fail("job_type is a name such as training", *where, "job_type")
        return Node(
            name=name,
            workspace=workspace,
            step=step,
            job_type=job_type,
            config={**own, **extra},
            inputs=self.inputs(where) if "inputs" in value else {},
            depends_on=tuple(self.strings((*where, "depends_on"))) if "depends_on" in value else (),
            line=self.document.line(*where),
        )

    def step_reference(self, use: object, where: tuple[str, ...]) -> tuple[str, str]:
        if isinstance(use, str) and use.count("/") == 1:
            workspace, step = use.split("/")
            if workspace and step:
                return workspace, step
        self.fail(f"{use!r} does not name a step: write <workspace>/<Step>, as in {CORE_ID}/Package", *where)

    def inputs(self, where: tuple[str, ...]) -> dict[str, str | Get]:
        found: dict[str, str | Get] = {}
        for key, value in self.mapping((*where, "inputs")).items():
            if isinstance(value, str):
                found[key] = value
            elif isinstance(value, Mapping) and set(value) == {"Get"} and isinstance(value["Get"], str):
                found[key] = Get(value["Get"])
            else:
                self.fail("an input from outside is a URI, or {Get: Parameters.<name>}", *where, "inputs", key)
        return found

    def edges(self, known: set[str]) -> tuple[Edge, ...]:
        value = self.document.value.get("edges") or []
        if not isinstance(value, list):
            self.fail("edges is a list such as [a -> b, a.output -> b.input]", "edges")
        found = []
        for position, text in enumerate(value):
            match = EDGE.fullmatch(text.strip()) if isinstance(text, str) else None
            if match is None:
                self.fail(f"{text!r} is not an edge: write 'a -> b' or 'a.output -> b.input'", "edges", position)
            for end in (match["source"], match["target"]):
                self.known_node(end, known, ("edges", position))
            line = self.document.line("edges", position)
            found.append(Edge(match["source"], match["target"], match["output"], match["input"], line))
        return tuple(found)

    def parameter(self, name: str) -> Parameter:
        where = ("parameters", name)
        value = self.mapping(where, ("type", "default", "values"), required=("type",))
        kind, default, values = value["type"], value.get("default"), value.get("values", [])
        if kind not in PARAMETER_TYPES:
            self.fail(f"parameter type {kind!r} is none of {', '.join(PARAMETER_TYPES)}", *where)
        if not isinstance(values, list):
            self.fail(f"'values' of parameter '{name}' is a list of the only values it may have", *where)
        for what, given in [("default", default), *(("value", v) for v in values)]:
            wrong = given is not None and not isinstance(given, PARAMETER_TYPES[kind])
            if wrong or (isinstance(given, bool) and kind != "Boolean") or (given is None and what == "value"):
                self.fail(f"{what} {given!r} of parameter '{name}' is not of type {kind}", *where)
        if values and default is not None and default not in values:
            self.fail(f"default {default!r} of parameter '{name}' is none of its values", *where)
        return Parameter(name, kind, default, tuple(values))

    def mapping(
        self, where: tuple[str, ...], keys: Iterable[str] | None = None, required: Iterable[str] = ()
    ) -> Mapping[str, Any]:
        """The mapping at a place, empty when it is left out; ``keys`` are all it may have."""
        value = self.document.value
        for key in where:
            value = value.get(key) or {}
        if not isinstance(value, Mapping) or not all(isinstance(k, str) for k in value):
            self.fail(f"{'.'.join(where) or 'a pipeline file'} is a mapping of names to values", *where)
        if keys is not None:
            self.known_only(value, set(keys), where, "a key here")
        for key in required:
            if value.get(key) in (None, ""):
                self.fail(f"'{key}' is missing", *where)
        return value

    def text(self, key: str) -> str:
        value = self.document.value[key]
        if not isinstance(value, str):
            self.fail(f"'{key}' is a text", key)
        return value

    def strings(self, where: tuple[str, ...]) -> list[str]:
        value: Any = self.document.value
        for key in where:
            value = value[key]
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fail(f"{where[-1]} is a list of names", *where)
        return value

    def known_only(self, value: Mapping[str, Any], known: set[str], where: tuple[str, ...], what: str) -> None:
        for key in value:
            if key not in known:
                self.fail(f"'{key}' is not {what}.{did_you_mean(key, known)}", *where, key)

    def known_node(self, name: str, known: set[str], where: tuple[str | int, ...]) -> None:
        if name not in known:
            self.fail(f"'{name}' is not a step of this pipeline.{did_you_mean(name, known)}", *where)

    def fail(self, message: str, *where: str | int) -> NoReturn:
        raise ConfigurationError(
            f"In pipeline file {self.document.path.name}: {message.rstrip('.')}.",
            hint="See the pipeline file of the example: examples/three_teams/pipelines/flight_delay.yaml",
            file=self.document.path,
            line=self.document.line(*where),
        )
