"""Steps of the SageMaker Python SDK, version 3.

This SDK cannot be imported without a region; a process that loads builders has to have one in its environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.compiler.adapters.bench import SdkBench
from cursus.core.compiler.adapters.offline import offline

#: The SDK would ask IAM whether the role exists.
_ENVIRONMENT = {"SAGEMAKER_VALIDATE_ROLE": "false"}


@contextmanager
def open_v3(config: BasePipelineConfig, node: str) -> Iterator[SdkBench]:
    """A bench for SDK v3, as long as the context lasts."""
    with offline(config.aws_region, _ENVIRONMENT) as aws:
        from sagemaker.core.helper.pipeline_variable import PipelineVariable
        from sagemaker.core.workflow.pipeline_context import PipelineSession
        from sagemaker.mlops.workflow.pipeline import Pipeline

        yield SdkBench(
            config,
            node,
            aws,
            session_class=PipelineSession,
            pipeline_class=Pipeline,
            variable_class=PipelineVariable,
        )
