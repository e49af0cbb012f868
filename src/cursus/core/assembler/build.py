"""Each resolved node, built to a planned step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cursus.api.dag import PipelineDAG
from cursus.core.assembler.code import planned_files
from cursus.core.assembler.codec import values_to_json
from cursus.core.assembler.errors import StepNotBuildable
from cursus.core.assembler.jobs import as_json, build
from cursus.core.assembler.per_step import PerStep
from cursus.core.assembler.problems import Problems
from cursus.core.assembler.resolve import ResolvedNode
from cursus.core.assembler.workshop import ask
from cursus.core.base.build import Interfaces
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.tagged import encode_values
from cursus.core.base.unused import UnusedSetting, unused_findings
from cursus.core.base.values import as_expression, join_uri
from cursus.errors import CursusError, did_you_mean
from cursus.model.expression import Get, Join, plain
from cursus.model.finding import Finding
from cursus.model.pipeline import Pipeline
from cursus.model.plan import Binding, CodeBundle, PlannedFile, PlannedStep
from cursus.model.step import Step
from cursus.model.workspace import CORE_ID, ComponentKind, Layer
from cursus.registry.catalog import StepCatalog
from cursus.registry.distributed.context import workspace_context

if TYPE_CHECKING:
    from cursus.workspace.loader import ModuleLoader

#: What was made of the contracts and specs that a catalog keeps, for as long as it is kept.
_INTERFACES: WeakKeyDictionary[StepCatalog, Interfaces] = WeakKeyDictionary()
#: Kinds of components that are classes to be run.
_CLASSES = (ComponentKind.BUILDER, ComponentKind.CONFIG)


def build_nodes(
    pipeline: Pipeline,
    resolved: Mapping[str, ResolvedNode],
    bindings: Sequence[Binding],
    dag: PipelineDAG,
    catalog: StepCatalog,
) -> tuple[dict[str, PlannedStep], tuple[Finding, ...]]:
    """Node name -> planned step; and warnings about settings that have no effect.

    Steps without classes of their own, or with the core's, are built here; the others in one child process for each
    workspace.

    :raises CursusError: one step that cannot be built; or :class:`SeveralProblems` with all of them.
    """
    inputs = _inputs(resolved, bindings)
    problems = Problems(pipeline)
    here: list[dict[str, Any]] = []
    elsewhere: dict[str, list[dict[str, Any]]] = defaultdict(list)
    locations = _Locations()
    for name, item in resolved.items():
        with problems.of(name, item.step.workspace):
            job = _job(pipeline, item, inputs[name], sorted(dag.get_dependencies(name)), catalog, locations)
            maker = _maker(item, catalog)
            if maker is None:
                here.append(job)
            else:
                elsewhere[maker].append(as_json(job))
    built: dict[str, Mapping[str, Any]] = {}
    interfaces = _INTERFACES.setdefault(catalog, Interfaces())
    loader = _core_loader(catalog) if any(job["builder"] or job["config"] for job in here) else None
    # The current workspace, which the environment may name, must not change what is built.
    with workspace_context(None):
        for job in here:
            with problems.of(job["node"], resolved[job["node"]].step.workspace):
                built[job["node"]] = build(job, loader, interfaces)
    for workspace_id, answers in ask(elsewhere, catalog).items():
        for job, answer in zip(elsewhere[workspace_id], answers, strict=True):
            if isinstance(answer, CursusError):
                problems.add(answer, job["node"], workspace_id)
            else:
                built[job["node"]] = answer
    problems.refuse()
    jobs = {job["node"]: job for job in (*here, *(j for group in elsewhere.values() for j in group))}
    files = PerStep(lambda step: planned_files(step, catalog.index))
    planned = {n: _planned(item, jobs[n], built[n], files(item.step)) for n, item in resolved.items()}
    unused = {name: [UnusedSetting(*setting) for setting in built[name]["unused"].items()] for name in resolved}
    return planned, unused_findings(pipeline, unused)


def _core_loader(catalog: StepCatalog) -> ModuleLoader:
    from cursus.workspace.loader import ModuleLoader  # most steps of the core have no classes of their own

    return ModuleLoader(catalog.index.workspace(CORE_ID))


def _maker(item: ResolvedNode, catalog: StepCatalog) -> str | None:
    """The workspace in whose child process the node is built; None when no class but the core's takes part.

    Whose classes they are decides, not whose step it is: an override lends a developer's class to a step of the core.
    """
    components = item.step.components
    owners = {components[kind].workspace for kind in _CLASSES if kind in components}
    layers = catalog.layers(item.node.workspace)
    return next((w.id for w in layers if w.id in owners and w.layer is not Layer.CORE), None)


def _inputs(
    resolved: Mapping[str, ResolvedNode], bindings: Sequence[Binding]
) -> dict[str, dict[str, str | Get | Join]]:
    """Node -> logical name -> where its data is."""
    inputs: dict[str, dict[str, str | Get | Join]] = {name: dict(r.node.inputs) for name, r in resolved.items()}
    for binding in bindings:
        output = resolved[binding.source].spec.output(binding.output)
        assert output is not None  # noqa: S101 - the wiring chose it from this very spec
        inputs[binding.step][binding.input] = Get.step(binding.source, output.property_path)
    return inputs


def _job(
    pipeline: Pipeline,
    item: ResolvedNode,
    inputs: Mapping[str, str | Get | Join],
    depends_on: Sequence[str],
    catalog: StepCatalog,
    locations: _Locations,
) -> dict[str, Any]:
    """What the step is to be built from, the same for both places it may be built in."""
    values = {**item.step.defaults, **pipeline.shared, **item.node.config}
    if item.node.job_type is not None:
        values["job_type"] = item.node.job_type
    return {
        "op": "build",
        "node": item.node.name,
        "builder": _symbol(item.step, ComponentKind.BUILDER, catalog),
        "config": _symbol(item.step, ComponentKind.CONFIG, catalog),
        "values": encode_values(values),
        "sagemaker_step_type": item.step.entry.sagemaker_step_type,
        "contract": item.contract,
        "spec": item.spec,
        "compute": dict(item.step.compute),
        "inputs": values_to_json(inputs),
        "depends_on": list(depends_on),
        "code_uri": None if item.code is None else locations.code_uri(item.code, values, item.node.name),
        "code_entry_point": None if item.code is None else item.code.entry_point,
        "parameters": {p.name: p.default for p in pipeline.parameters},
    }


class _Locations:
    """Where pipelines write; most nodes share the values that say so."""

    _NAMES = (*BasePipelineConfig.model_fields, *BasePipelineConfig.DERIVED_FIELDS)

    def __init__(self) -> None:
        self._known: dict[str, str | Get | Join] = {}

    def code_uri(self, code: CodeBundle, values: Mapping[str, Any], node: str) -> Any:
        """Where a code archive will be, in JSON form: named by its content, so that it is uploaded once.

        :raises ConfigurationError: the node's config values do not say where.
        """
        given = {name: values[name] for name in self._NAMES if name in values}
        key = repr(given)
        if key not in self._known:
            self._known[key] = BasePipelineConfig.from_values(given, node=node).pipeline_s3_loc
        return plain(join_uri(self._known[key], "code", code.digest, "sourcedir.tar.gz"))


def _symbol(step: Step, kind: ComponentKind, catalog: StepCatalog) -> tuple[str, str] | None:
    """(file, class) of the step's hand-written config or builder: by registry row, then by naming convention."""
    component = step.components.get(kind)
    if component is None:
        return None
    if kind is ComponentKind.CONFIG:
        names = [step.entry.config_class, f"{step.name}Config"]
    else:
        names = [step.entry.builder_step_name, f"{step.name}StepBuilder", f"{step.name}Builder"]
    facts = catalog.index.module(component.path)
    for name in names:
        if facts.symbol(name) is not None:
            return str(component.path), name
    classes = [s.name for s in facts.symbols if s.kind == "class"]
    raise StepNotBuildable(
        f"{component.path.name} of {step.reference} defines no class '{names[0]}'."
        f"{did_you_mean(names[0], classes)} It defines: {', '.join(classes) or 'no class'}.",
        hint="Rename the class, or name it in registry/workspace_registry.py.",
        workspace=component.workspace,
        step=step.name,
        file=component.path,
        line=1,
    )


def _planned(
    item: ResolvedNode, job: Mapping[str, Any], built: Mapping[str, Any], files: tuple[PlannedFile, ...]
) -> PlannedStep:
    builder = job["builder"]
    return PlannedStep(
        name=item.node.name,
        workspace=item.step.workspace,
        step=item.step.name,
        type=built["type"],
        job_type=item.node.job_type,
        contract=item.contract,
        spec=item.spec,
        request=built["request"],
        environment=built["environment"],
        arguments=built["arguments"],
        hyperparameters=built["hyperparameters"],
        depends_on=tuple(built["depends_on"]),
        options=built["options"],
        files=files,
        code=item.code,
        code_uri=as_expression(job["code_uri"]),
        builder=None if builder is None else f"{item.step.components[ComponentKind.BUILDER].path.name}:{builder[1]}",
    )
