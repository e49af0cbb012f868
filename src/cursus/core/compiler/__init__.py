"""From a plan to a SageMaker pipeline definition, and from there to SageMaker.

Compiling is a pure function: rendering the plan's requests and judging the result against AWS's own service model,
offline. Only deploying speaks to AWS (``aws``, ``deployment``, ``storage``, put together in ``deploy``), when it is
asked to. Nothing is resolved, wired or read from a workspace here: that was done when the plan was made.
(:mod:`cursus.core.compiler.dag_compiler` is the published coordinator over both rooms.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.core.compiler.dag_compiler import PipelineDAGCompiler as PipelineDAGCompiler
    from cursus.core.compiler.dag_compiler import compile_dag_to_pipeline as compile_dag_to_pipeline
    from cursus.core.compiler.definition import PipelineDefinition as PipelineDefinition
    from cursus.core.compiler.definition import compile_plan as compile_plan
    from cursus.core.compiler.errors import DefinitionError as DefinitionError
    from cursus.core.compiler.errors import DeploymentError as DeploymentError
    from cursus.core.compiler.validation import validate_definition as validate_definition

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "dag_compiler": ("PipelineDAGCompiler", "compile_dag_to_pipeline"),
        "definition": ("PipelineDefinition", "compile_plan"),
        "errors": ("DefinitionError", "DeploymentError"),
        "validation": ("validate_definition",),
    },
)
