"""The published assembler of workspace pipelines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypedDict

from cursus.core.assembler.pipeline_assembler import PipelineAssembler, open_catalog
from cursus.core.assembler.plan import make_plan
from cursus.core.compiler.definition import PipelineDefinition, compile_plan
from cursus.core.workspace.availability import ComponentAvailability, component_availability, resolve
from cursus.core.workspace.config import WorkspacePipelineDefinition, WorkspaceStepDefinition, definition_of
from cursus.core.workspace.definition_pipeline import pipeline_from, with_role
from cursus.errors import ConfigurationError, CursusError, UsageError
from cursus.model.plan import PipelinePlan
from cursus.model.step import Step
from cursus.model.workspace import ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.workspace.root import find_root

DefinitionLike = WorkspacePipelineDefinition | Mapping[str, Any]


class ResolvedComponents(TypedDict):
    """The files of one step of a pipeline; None for a kind that it does not have. Its default serves instead."""

    step_type: str
    workspace: str | None
    config_class: str | None
    builder_class: str | None
    script_file: str | None
    contract_file: str | None
    spec_file: str | None
    config_file: str | None
    builder_file: str | None
    interface_file: str | None
    error: str | None


class AssemblyPlan(TypedDict):
    """The order the steps would be built in; empty when there is none."""

    build_order: list[str]
    dag_valid: bool
    total_steps: int


class AssemblyPreview(TypedDict):
    """What :meth:`WorkspacePipelineAssembler.preview_workspace_assembly` returns.

    ``component_resolution`` has one entry for each step of the pipeline, ``<developer>:<name of the step in it>``.
    """

    workspace_config: dict[str, Any]
    component_resolution: dict[str, ResolvedComponents]
    validation_results: dict[str, Any]
    assembly_plan: AssemblyPlan


class WorkspacePipelineAssembler(PipelineAssembler):
    """Assembles pipelines whose steps belong to several workspaces.

    Every step has its config, builder, contract, spec and script from its own developer's workspace, then shared, then
    core: two developers may use the same step type, each their own.

    :param workspace_root: the root that holds the workspaces.
    :param kwargs: as of :class:`~cursus.core.assembler.PipelineAssembler`.
    :raises NoWorkspaceRoot: it is not one.
    """

    def __init__(self, workspace_root: str | Path, **kwargs: Any) -> None:
        super().__init__(workspace_root=workspace_root, **kwargs)
        self.catalog: StepCatalog = open_catalog(workspace_root)
        self.workspace_config: WorkspacePipelineDefinition | None = None

    @classmethod
    def from_workspace_config(cls, workspace_config: DefinitionLike, **kwargs: Any) -> Self:
        """An assembler over the root that a definition names, for that definition.

        :raises ConfigurationError: it is not a definition.
        """
        definition = definition_of(workspace_config)
        assembler = cls(definition.workspace_root, **kwargs)
        assembler.workspace_config = definition
        return assembler

    @classmethod
    def from_workspace_config_file(cls, config_file: str | Path, **kwargs: Any) -> Self:
        """As :meth:`from_workspace_config`, for a definition in a JSON or YAML file.

        :raises FileError: it cannot be read.
        """
        path = Path(config_file)
        models = WorkspacePipelineDefinition
        read = models.from_json_file if path.suffix == ".json" else models.from_yaml_file
        return cls.from_workspace_config(read(path), **kwargs)

    def validate_workspace_components(self, workspace_config: DefinitionLike | None = None) -> ComponentAvailability:
        """Whether every step has the components it needs, and where they are. No workspace code runs."""
        return component_availability(self._definition(workspace_config), self.catalog)

    def preview_workspace_assembly(self, workspace_config: DefinitionLike | None = None) -> AssemblyPreview:
        """What an assembly would do: the files of every step, the validation, the order. No workspace code runs."""
        definition = self._definition(workspace_config)
        dependencies = definition.validate_workspace_dependencies()
        order = definition.to_dag().topological_sort() if dependencies["valid"] else []
        return {
            "workspace_config": dict(definition.to_pipeline_config()),
            "component_resolution": {
                f"{step.developer_id}:{step.step_name}": self._resolved(definition, step) for step in definition.steps
            },
            "validation_results": {
                "components": component_availability(definition, self.catalog),
                "dependencies": dependencies,
            },
            "assembly_plan": {
                "build_order": order,
                "dag_valid": dependencies["valid"],
                "total_steps": len(definition.steps),
            },
        }

    def plan_workspace_pipeline(self, workspace_config: DefinitionLike | None = None) -> PipelinePlan:
        """The plan of the pipeline.

        Everything is looked up before anything is built, so a component that is not there stops it first.

        :raises CursusError: as :func:`~cursus.core.assembler.plan.make_plan`.
        """
        pipeline = with_role(pipeline_from(self._definition(workspace_config)), self.role)
        return make_plan(pipeline, self.catalog)

    def assemble_workspace_pipeline(self, workspace_config: DefinitionLike | None = None) -> PipelineDefinition:
        """The SageMaker definition of the pipeline; offline, the same bytes every time.

        :param workspace_config: the definition, or a mapping that states one; that of :meth:`from_workspace_config`
            when not given.
        :raises DefinitionError: SageMaker would refuse it.
        :raises CursusError: as :meth:`plan_workspace_pipeline`.
        """
        return compile_plan(self.plan_workspace_pipeline(workspace_config))

    def _definition(self, given: DefinitionLike | None) -> WorkspacePipelineDefinition:
        definition = self.workspace_config if given is None else definition_of(given)
        if definition is None:
            raise UsageError("There is no workspace pipeline to assemble.", hint="Give a WorkspacePipelineDefinition.")
        root = find_root(Path(definition.workspace_root))
        if root != self.catalog.index.root:
            raise ConfigurationError(
                f"Pipeline '{definition.pipeline_name}' is over the workspaces below {root}, the assembler over those "
                f"below {self.catalog.index.root}.",
                hint="Use WorkspacePipelineAssembler.from_workspace_config.",
            )
        return definition

    def _resolved(self, definition: WorkspacePipelineDefinition, step: WorkspaceStepDefinition) -> ResolvedComponents:
        try:
            found: Step | None = resolve(definition, step, self.catalog)
            problem = None
        except CursusError as error:
            found, problem = None, error.message
        files = {} if found is None else {kind: str(c.path) for kind, c in found.components.items()}
        return {
            "step_type": step.step_type if found is None else found.name,
            "workspace": None if found is None else found.workspace,
            "config_class": None if found is None or ComponentKind.CONFIG not in files else found.entry.config_class,
            "builder_class": None
            if found is None or ComponentKind.BUILDER not in files
            else found.entry.builder_step_name,
            "script_file": files.get(ComponentKind.SCRIPT),
            "contract_file": files.get(ComponentKind.CONTRACT),
            "spec_file": files.get(ComponentKind.SPEC),
            "config_file": files.get(ComponentKind.CONFIG),
            "builder_file": files.get(ComponentKind.BUILDER),
            "interface_file": files.get(ComponentKind.INTERFACE),
            "error": problem,
        }
