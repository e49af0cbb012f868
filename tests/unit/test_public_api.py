"""The published addresses and signatures. Drift is seen here first; a change on purpose updates the snapshot."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

#: Address -> names published there.
PUBLISHED: dict[str, tuple[str, ...]] = {
    "cursus.api.dag": ("PipelineDAG", "WorkspaceAwareDAG"),
    "cursus.api.dag.base_dag": ("PipelineDAG",),
    "cursus.api.dag.workspace_dag": ("WorkspaceAwareDAG",),
    "cursus.core.assembler": ("PipelineAssembler",),
    "cursus.core.base.builder_base": ("StepBuilderBase",),
    "cursus.core.base.config_base": ("BasePipelineConfig",),
    "cursus.core.base.contract_base": ("ScriptContract",),
    "cursus.core.base.enums": ("DependencyType", "NodeType"),
    "cursus.core.base.hyperparameters_base": ("ModelHyperparameters",),
    "cursus.core.base.specification_base": ("DependencySpec", "OutputSpec", "StepSpecification"),
    "cursus.core.compiler": ("PipelineDAGCompiler", "compile_dag_to_pipeline"),
    "cursus.core.deps": (
        "PropertyReference",
        "RegistryManager",
        "SemanticMatcher",
        "SpecificationRegistry",
        "UnifiedDependencyResolver",
        "create_pipeline_components",
    ),
    "cursus.core.workspace.assembler": ("WorkspacePipelineAssembler",),
    "cursus.core.workspace.config": ("WorkspacePipelineDefinition", "WorkspaceStepDefinition"),
    "cursus.core.workspace.registry": ("WorkspaceComponentRegistry",),
    "cursus.registry.distributed.compatibility": ("BackwardCompatibilityLayer", "EnhancedBackwardCompatibilityLayer"),
    "cursus.registry.distributed.context": (
        "clear_workspace_context",
        "get_workspace_context",
        "set_workspace_context",
        "workspace_context",
    ),
    "cursus.registry.distributed.core_registry": ("CoreStepRegistry", "StepDefinition"),
    "cursus.registry.distributed.registry_manager": ("DistributedRegistryManager",),
    "cursus.registry.distributed.workspace_registry": ("WorkspaceStepRegistry",),
    "cursus.steps.registry.step_names": (
        "get_all_sagemaker_step_types",
        "get_all_step_names",
        "get_builder_step_name",
        "get_canonical_name_from_file_name",
        "get_config_class_name",
        "get_sagemaker_step_type",
        "get_sagemaker_step_type_mapping",
        "get_spec_step_type",
        "get_spec_step_type_with_job_type",
        "get_step_description",
        "get_step_name_from_spec_type",
        "get_steps_by_sagemaker_type",
        "list_all_step_info",
        "validate_file_name",
        "validate_sagemaker_step_type",
        "validate_spec_type",
        "validate_step_name",
    ),
    "cursus.validation.alignment.file_resolver": ("FlexibleFileResolver",),
    "cursus.validation.runtime.core.pipeline_script_executor": ("PipelineScriptExecutor",),
    "cursus.validation.runtime.data.local_data_manager": ("LocalDataManager",),
    "cursus.validation.runtime.execution.data_compatibility_validator": ("DataCompatibilityValidator",),
    "cursus.validation.runtime.execution.pipeline_executor": ("PipelineExecutor",),
    "cursus.validation.workspace.unified_result_structures": (
        "UnifiedValidationResult",
        "ValidationResultBuilder",
        "ValidationSummary",
        "WorkspaceValidationResult",
    ),
    "cursus.validation.workspace.unified_validation_core": ("UnifiedValidationCore", "ValidationConfig"),
    "cursus.validation.workspace.workspace_file_resolver": ("DeveloperWorkspaceFileResolver",),
    "cursus.validation.workspace.workspace_manager": ("WorkspaceManager",),
    "cursus.validation.workspace.workspace_module_loader": ("WorkspaceModuleLoader",),
}
#: The declared aliases: there are no others.
ALIASES = {
    "cursus.core.workspace.dag": ("cursus.api.dag.workspace_dag", "WorkspaceAwareDAG"),
    "cursus.steps.registry.step_names": ("cursus.registry.step_names", "STEP_NAMES"),
}
TABLES = ("STEP_NAMES", "CONFIG_STEP_REGISTRY", "BUILDER_STEP_NAMES", "SPEC_STEP_TYPES")


def described(name: str, thing: object) -> Iterator[str]:
    """One line for each callable part of a published object."""
    if not inspect.isclass(thing):
        yield f"{name}{inspect.signature(thing)}"  # type: ignore[arg-type]
        return
    fields = getattr(thing, "model_fields", None)
    if fields is not None:
        yield f"{name}: {', '.join(fields)}"
    elif issubclass(thing, dict | str):
        yield name
    else:
        yield f"{name}{inspect.signature(thing)}"
    for attribute, value in sorted(vars(thing).items()):
        if attribute.startswith(("_", "model_")):
            continue
        if isinstance(value, property):
            yield f"{name}.{attribute}"
        elif isinstance(value, staticmethod | classmethod) or inspect.isfunction(value):
            yield f"{name}.{attribute}{inspect.signature(getattr(thing, attribute))}"


@pytest.mark.parametrize("address", sorted(PUBLISHED))
def test_addresses_and_signatures(address: str, snapshot: SnapshotAssertion) -> None:
    module = importlib.import_module(address)
    lines = [line for name in PUBLISHED[address] for line in described(name, getattr(module, name))]
    assert lines == snapshot


@pytest.mark.parametrize("alias", sorted(ALIASES))
def test_an_alias_is_the_thing_itself(alias: str) -> None:
    home, name = ALIASES[alias]
    assert getattr(importlib.import_module(alias), name) is getattr(importlib.import_module(home), name)


@pytest.mark.parametrize("table", TABLES)
def test_the_published_tables_are_dicts(table: str) -> None:
    value = getattr(importlib.import_module("cursus.steps.registry.step_names"), table)
    assert isinstance(value, dict)
    assert value
