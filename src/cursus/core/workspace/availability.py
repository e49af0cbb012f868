"""Which components the steps of a workspace pipeline need, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from cursus.core.assembler.dag_pipeline import owner_stated
from cursus.core.workspace.config import WorkspacePipelineDefinition, WorkspaceStepDefinition
from cursus.core.workspace.definition_pipeline import node_from
from cursus.errors import CursusError, UnknownStep, UnknownWorkspace
from cursus.model.pipeline import Pipeline
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.registry.visible import find_visible

#: What every step needs; a manifest stands for contract and spec. Builder and config have defaults.
_NEEDED = (ComponentKind.SPEC, ComponentKind.CONTRACT, ComponentKind.SCRIPT)


class MissingComponent(TypedDict):
    """A component that a step of the pipeline cannot do without."""

    step_name: str
    developer_id: str
    component_type: str


class AvailableComponent(TypedDict):
    """A component that a step of the pipeline uses, and the workspace it comes from."""

    step_name: str
    developer_id: str
    component_type: str
    workspace: str
    file: str


class ComponentAvailability(TypedDict):
    """Whether every step can be built from what is there; ``errors`` are components that are there but broken."""

    valid: bool
    missing_components: list[MissingComponent]
    available_components: list[AvailableComponent]
    warnings: list[str]
    errors: list[str]


def component_availability(definition: WorkspacePipelineDefinition, catalog: StepCatalog) -> ComponentAvailability:
    """What is there and what is missing for each step of a definition. No workspace code runs."""
    report = ComponentAvailability(valid=True, missing_components=[], available_components=[], warnings=[], errors=[])
    for step in definition.steps:
        try:
            found = resolve(definition, step, catalog)
        except (UnknownStep, UnknownWorkspace) as error:
            report["warnings"].append(error.message)
            report["missing_components"] += [_missing(step, kind) for kind in _NEEDED]
        except CursusError as error:
            report["errors"].append(_told(error))
        else:
            report["missing_components"] += [_missing(step, kind) for kind in _lacking(found)]
            report["available_components"] += _available(step, found)
            if found.workspace != step.developer_id:
                report["warnings"].append(
                    f"Step '{step.step_name}': {step.developer_id} has no {found.name} of its own; "
                    f"{found.reference} is used."
                )
    report["valid"] = not (report["missing_components"] or report["errors"])
    return report


def resolve(definition: WorkspacePipelineDefinition, step: WorkspaceStepDefinition, catalog: StepCatalog) -> Step:
    """The step that a step of a definition is a use of.

    :raises CursusError: it is not there, or broken, or may not be used.
    """
    owner = owner_stated(definition.global_config)
    pipeline = Pipeline(definition.pipeline_name, (), (), owner=owner)
    return find_visible(catalog, pipeline, node_from(step))


def _lacking(step: Step) -> Iterator[ComponentKind]:
    if step.spec is None:
        yield ComponentKind.SPEC
    if step.contract is not None and ComponentKind.SCRIPT not in step.components:
        yield ComponentKind.SCRIPT
    if step.contract is None and ComponentKind.SCRIPT in step.components:
        yield ComponentKind.CONTRACT


def _missing(step: WorkspaceStepDefinition, kind: ComponentKind) -> MissingComponent:
    return MissingComponent(step_name=step.step_name, developer_id=step.developer_id, component_type=kind.value)


def _available(step: WorkspaceStepDefinition, found: Step) -> list[AvailableComponent]:
    return [
        AvailableComponent(
            step_name=step.step_name,
            developer_id=step.developer_id,
            component_type=kind.value,
            workspace=component.workspace,
            file=str(component.path),
        )
        for kind, component in sorted(found.components.items())
    ]


def _told(error: CursusError) -> str:
    if error.file is None:
        return error.message
    return f"{error.file}:{error.line}: {error.message}" if error.line else f"{error.file}: {error.message}"
