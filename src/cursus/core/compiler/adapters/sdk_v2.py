"""Steps of the SageMaker Python SDK, version 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.compiler.adapters.bench import SdkBench
from cursus.core.compiler.adapters.offline import offline

_ENVIRONMENT = {"SAGEMAKER_SUPPRESS_V2_WARNING": "1"}


@contextmanager
def open_v2(config: BasePipelineConfig, node: str) -> Iterator[SdkBench]:
    """A bench for SDK v2, as long as the context lasts."""
    with offline(config.aws_region, _ENVIRONMENT) as aws:
        from sagemaker.workflow.entities import PipelineVariable
        from sagemaker.workflow.pipeline import Pipeline
        from sagemaker.workflow.pipeline_context import PipelineSession

        yield SdkBench(
            config,
            node,
            aws,
            session_class=PipelineSession,
            pipeline_class=Pipeline,
            variable_class=PipelineVariable,
        )
