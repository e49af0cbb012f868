"""From a plan to a SageMaker pipeline definition, and from there to SageMaker.

Compiling is a pure function: rendering the plan's requests and judging the result against AWS's own service model,
offline. Only deploying speaks to AWS (``aws``, ``deployment``, ``storage``, put together in ``deploy``), when it is
asked to. Nothing is resolved, wired or read from a workspace here: that was done when the plan was made.
(:mod:`cursus.core.compiler.dag_compiler` is the published coordinator over both rooms.)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cursus.core.compiler.definition import PipelineDefinition, compile_plan
from cursus.core.compiler.errors import DefinitionError, DeploymentError
from cursus.core.compiler.validation import validate_definition

if TYPE_CHECKING:
    from cursus.core.compiler.dag_compiler import PipelineDAGCompiler as PipelineDAGCompiler
    from cursus.core.compiler.dag_compiler import compile_dag_to_pipeline as compile_dag_to_pipeline

__all__ = [
    "DefinitionError",
    "DeploymentError",
    "PipelineDAGCompiler",
    "PipelineDefinition",
    "compile_dag_to_pipeline",
    "compile_plan",
    "validate_definition",
]

#: Loaded on first use: compiling a plan needs neither graphs nor configs.
_COORDINATORS = ("PipelineDAGCompiler", "compile_dag_to_pipeline")


def __getattr__(name: str) -> Any:
    if name not in _COORDINATORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.dag_compiler"), name)
