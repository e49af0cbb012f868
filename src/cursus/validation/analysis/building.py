"""A step as it is when it is really built: planned alone with a small real config, and compiled, offline.

The only part of the analysis that lets code of a workspace run, in its child process; only the checks of
:mod:`cursus.validation.builders` ask for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cursus.errors import CursusError
from cursus.model.expression import is_expression
from cursus.model.finding import Finding
from cursus.model.pipeline import Pipeline
from cursus.model.plan import PlannedStep
from cursus.model.step import Contract, Step
from cursus.model.workspace import ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.source import source_of_file

#: Annotation of a required config field -> a value for it.
_SAMPLES: Mapping[str, Any] = {"int": 1, "float": 0.5, "bool": False, "str": "value", "list": ["value"], "dict": {}}
_IMAGE = "example.com/image:1"


@dataclass(frozen=True)
class Built:
    """One job variant of a step, built; or why it cannot be.

    :param step: as it was planned; None when it could not be.
    :param entry: its entry in the definition.
    :param definition: the whole definition, of this one step.
    """

    job_type: str | None
    step: PlannedStep | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)
    definition: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()


def build_variants(catalog: StepCatalog, variants: Iterable[Step]) -> tuple[Built, ...]:
    """Every variant of one step, built. What a pipeline of the tree configures it with is used, else what it needs."""
    return tuple(_build(catalog, step) for step in variants)


def _build(catalog: StepCatalog, step: Step) -> Built:
    from cursus.core.assembler.single_step import plan_step
    from cursus.core.compiler import compile_plan

    try:
        config = {**_needed(catalog, step), **_used(catalog, step)}
        plan = plan_step(catalog, step.workspace, step.name, job_type=step.job_type, config=config)
        definition = compile_plan(plan)
    except CursusError as error:
        problems = getattr(error, "findings", None) or (Finding.from_error(error),)
        return Built(step.job_type, problems=tuple(problems))
    return Built(step.job_type, plan.steps[0], definition.steps[0], definition.content)


def _used(catalog: StepCatalog, step: Step) -> dict[str, Any]:
    """The config of the first node, in the order of the tree, that is this step; empty without one."""
    from cursus.core.workspace.pipeline_file import load_pipeline

    for file in catalog.index.tree.pipelines:
        try:
            pipeline = load_pipeline(file.path)
            for node in pipeline.nodes:
                if node.job_type == step.job_type and catalog.find(node.workspace, node.step, node.job_type) == step:
                    return _settled({**pipeline.shared, **node.config}, pipeline)
        except CursusError:
            # A pipeline that is wrong is reported by the checks of pipelines.
            continue
    return {}


def _settled(config: Mapping[str, Any], pipeline: Pipeline) -> dict[str, Any]:
    """The config with pipeline parameters at their defaults; without what only a running pipeline knows."""
    defaults = {f"Parameters.{p.name}": p.default for p in pipeline.parameters if p.default is not None}
    settled: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, Mapping) and is_expression(value):
            default = defaults.get(str(value.get("Get")))
            if default is not None:
                settled[name] = default
        else:
            settled[name] = value
    return settled


def _needed(catalog: StepCatalog, step: Step) -> dict[str, Any]:
    """Values for what has to be given: required config fields, and variables and arguments without a default."""
    config: dict[str, Any] = {}
    if isinstance(step.contract, Contract):
        arguments = [name for name, default in step.contract.arguments.items() if default is None]
        for name in (*step.contract.required_env, *arguments):
            config[name.lstrip("-").replace("-", "_").lower()] = "1"
    component = step.components.get(ComponentKind.CONFIG)
    source = b"" if component is None else source_of_file(component.path, catalog.index.workspace(component.workspace))
    if not ({"framework", "image_uri"} & step.compute.keys() or b"framework" in source or b"image_uri" in source):
        config["image_uri"] = _IMAGE
    return {**config, **_required_fields(source, step.entry.config_class), **step.defaults}


def _required_fields(source: bytes, name: str) -> dict[str, Any]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    fields: dict[str, Any] = {}
    for node in tree.body:
        for statement in node.body if isinstance(node, ast.ClassDef) and node.name == name else ():
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and not statement.value:
                kind = ast.unparse(statement.annotation).split("[")[0].split("|")[0].strip(" '\"")
                fields[statement.target.id] = _SAMPLES.get(kind, "value")
    return fields
