"""From a pipeline to a plan: names resolved, inputs bound, requests built.

Pure and deterministic: the same files give the same :class:`~cursus.model.plan.PipelinePlan` on every machine. No AWS
client, no clock, no network. Hand-written configs and builders of a workspace run in a child process of their own and
hand back plain values; nothing of a workspace is imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.core.assembler.pipeline_assembler import PipelineAssembler as PipelineAssembler
    from cursus.core.assembler.plan import make_plan as make_plan

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"pipeline_assembler": ("PipelineAssembler",), "plan": ("make_plan",)}
)
