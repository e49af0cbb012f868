"""The rules, one file each. A new rule is a new file here and one line in ``CHECKS``.

A check looks at one subject and yields findings; it reads no files by itself beyond what the subject offers, renders
nothing, and knows no other check.
"""

from __future__ import annotations

from cursus.validation.check.interface import Check
from cursus.validation.checks.argument_value import ArgumentValue
from cursus.validation.checks.builder_build import BuilderBuild
from cursus.validation.checks.builder_class import BuilderClass
from cursus.validation.checks.built_arguments import BuiltArguments
from cursus.validation.checks.built_environment import BuiltEnvironment
from cursus.validation.checks.built_ports import BuiltPorts
from cursus.validation.checks.built_references import BuiltReferences
from cursus.validation.checks.config_class import ConfigClass
from cursus.validation.checks.container_path import ContainerPath
from cursus.validation.checks.contract_spec import ContractSpec
from cursus.validation.checks.dynamic_access import DynamicAccess
from cursus.validation.checks.entry_point import EntryPoint
from cursus.validation.checks.environment_value import EnvironmentValue
from cursus.validation.checks.exit_in_main import ExitInMain
from cursus.validation.checks.foreign_import import ForeignImport
from cursus.validation.checks.foreign_path import ForeignPath
from cursus.validation.checks.incomplete_step import IncompleteStep
from cursus.validation.checks.invalid_suppression import InvalidSuppression
from cursus.validation.checks.main_call import MainCalled
from cursus.validation.checks.main_signature import MainSignature
from cursus.validation.checks.missing_argument import MissingArgument
from cursus.validation.checks.naming import Naming
from cursus.validation.checks.other_default import OtherDefault
from cursus.validation.checks.path_outside import PathOutside
from cursus.validation.checks.pipeline_columns import PipelineColumns
from cursus.validation.checks.pipeline_cycle import PipelineCycle
from cursus.validation.checks.pipeline_file import PipelineFileForm
from cursus.validation.checks.pipeline_requirements import PipelineRequirements
from cursus.validation.checks.pipeline_step import PipelineStep
from cursus.validation.checks.pipeline_wiring import PipelineWiring
from cursus.validation.checks.property_path import PropertyPath
from cursus.validation.checks.refused_default import RefusedDefault
from cursus.validation.checks.registry_conflict import RegistryConflict
from cursus.validation.checks.repeated_argument import RepeatedArgument
from cursus.validation.checks.search_path import SearchPath
from cursus.validation.checks.spec_type import SpecType
from cursus.validation.checks.stale_baseline import StaleBaseline
from cursus.validation.checks.step_type import StepType
from cursus.validation.checks.swallowed_failure import SwallowedFailure
from cursus.validation.checks.swapped_path import SwappedPath
from cursus.validation.checks.syntax_error import UnparsableFile
from cursus.validation.checks.undeclared_argument import UndeclaredArgument
from cursus.validation.checks.undeclared_environment import UndeclaredEnvironment
from cursus.validation.checks.undeclared_field import UndeclaredField
from cursus.validation.checks.undeclared_input import UndeclaredInput
from cursus.validation.checks.undeclared_output import UndeclaredOutput
from cursus.validation.checks.undeclared_path import UndeclaredPath
from cursus.validation.checks.unread_field import UnreadField
from cursus.validation.checks.unreadable_file import UnreadableFile
from cursus.validation.checks.unresolved_import import UnresolvedImport
from cursus.validation.checks.unsatisfied_dependency import UnsatisfiedDependency
from cursus.validation.checks.unused_environment import UnusedEnvironment
from cursus.validation.checks.unused_input import UnusedInput
from cursus.validation.checks.unused_suppression import UnusedSuppression
from cursus.validation.checks.unwritten_output import UnwrittenOutput

CHECKS: tuple[Check, ...] = (
    UnparsableFile(),
    UnreadableFile(),
    Naming(),
    IncompleteStep(),
    RegistryConflict(),
    ForeignImport(),
    UnresolvedImport(),
    SearchPath(),
    ForeignPath(),
    EntryPoint(),
    MainSignature(),
    MainCalled(),
    ExitInMain(),
    SwallowedFailure(),
    DynamicAccess(),
    UndeclaredInput(),
    UnusedInput(),
    UndeclaredOutput(),
    UnwrittenOutput(),
    UndeclaredPath(),
    PathOutside(),
    SwappedPath(),
    UndeclaredArgument(),
    MissingArgument(),
    ArgumentValue(),
    RepeatedArgument(),
    UndeclaredEnvironment(),
    UnusedEnvironment(),
    EnvironmentValue(),
    OtherDefault(),
    ContractSpec(),
    ContainerPath(),
    PropertyPath(),
    StepType(),
    SpecType(),
    UnsatisfiedDependency(),
    PipelineFileForm(),
    PipelineStep(),
    PipelineCycle(),
    PipelineWiring(),
    PipelineColumns(),
    PipelineRequirements(),
    BuilderClass(),
    ConfigClass(),
    UndeclaredField(),
    UnreadField(),
    RefusedDefault(),
    BuilderBuild(),
    BuiltEnvironment(),
    BuiltPorts(),
    BuiltArguments(),
    BuiltReferences(),
    InvalidSuppression(),
    UnusedSuppression(),
    StaleBaseline(),
)
