"""From a plan to a SageMaker pipeline definition, and from there to SageMaker.

Compiling is a pure function: rendering the plan's requests and judging the result against AWS's own service model,
offline. Only :mod:`cursus.core.compiler.deployment` speaks to AWS, when it is asked to. Nothing is resolved, wired or
read from a workspace here: that was done when the plan was made.
"""

from __future__ import annotations

from cursus.core.compiler.definition import PipelineDefinition, compile_plan
from cursus.core.compiler.errors import DefinitionError, DeploymentError
from cursus.core.compiler.validation import validate_definition

__all__ = ["DefinitionError", "DeploymentError", "PipelineDefinition", "compile_plan", "validate_definition"]
