"""What a step is made of: contract, spec, config, hyperparameters, builder.

The published base classes that component files are written against, and the pure function that turns a step's
interface and config into its SageMaker request. No file of a workspace is read here, no pipeline is known, no AWS
client is made. Names are loaded on first use, so that importing this package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.core.base.build import BuiltStep as BuiltStep
    from cursus.core.base.build import build_step as build_step
    from cursus.core.base.builder_base import StepBuilderBase as StepBuilderBase
    from cursus.core.base.config_base import BasePipelineConfig as BasePipelineConfig
    from cursus.core.base.config_files import load_configs as load_configs
    from cursus.core.base.config_files import write_configs as write_configs
    from cursus.core.base.contract_base import AlignmentResult as AlignmentResult
    from cursus.core.base.contract_base import ScriptContract as ScriptContract
    from cursus.core.base.contract_base import ValidationResult as ValidationResult
    from cursus.core.base.contract_base import contract_from as contract_from
    from cursus.core.base.enums import DependencyType as DependencyType
    from cursus.core.base.enums import NodeType as NodeType
    from cursus.core.base.hyperparameters_base import ModelHyperparameters as ModelHyperparameters
    from cursus.core.base.images import image_uri as image_uri
    from cursus.core.base.interface_models import spec_from as spec_from
    from cursus.core.base.pipeline_step import PipelineStep as PipelineStep
    from cursus.core.base.specification_base import DependencySpec as DependencySpec
    from cursus.core.base.specification_base import OutputSpec as OutputSpec
    from cursus.core.base.specification_base import StepSpecification as StepSpecification
    from cursus.core.base.step_configs import ProcessingStepConfigBase as ProcessingStepConfigBase
    from cursus.core.base.step_configs import TrainingStepConfigBase as TrainingStepConfigBase

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "build": ("BuiltStep", "build_step"),
        "builder_base": ("StepBuilderBase",),
        "config_base": ("BasePipelineConfig",),
        "config_files": ("load_configs", "write_configs"),
        "contract_base": ("AlignmentResult", "ScriptContract", "ValidationResult", "contract_from"),
        "enums": ("DependencyType", "NodeType"),
        "hyperparameters_base": ("ModelHyperparameters",),
        "images": ("image_uri",),
        "interface_models": ("spec_from",),
        "pipeline_step": ("PipelineStep",),
        "specification_base": ("DependencySpec", "OutputSpec", "StepSpecification"),
        "step_configs": ("ProcessingStepConfigBase", "TrainingStepConfigBase"),
    },
)
