"""From a pipeline to a plan: names resolved, inputs bound, requests built.

Pure and deterministic: the same files give the same :class:`~cursus.model.plan.PipelinePlan` on every machine. No AWS
client, no clock, no network. Hand-written configs and builders of a workspace run in a child process of their own and
hand back plain values; nothing of a workspace is imported here.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cursus.core.assembler.pipeline_assembler import PipelineAssembler as PipelineAssembler
    from cursus.core.assembler.plan import make_plan as make_plan

#: Where each name of this package lives; loaded on first use.
_HOMES = {"PipelineAssembler": "pipeline_assembler", "make_plan": "plan"}

__all__ = [*sorted(_HOMES)]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
