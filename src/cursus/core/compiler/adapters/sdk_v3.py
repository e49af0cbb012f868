"""Steps of the SageMaker Python SDK, version 3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.compiler.adapters.sdk_v2 import BenchV2


@contextmanager
def open_v3(config: BasePipelineConfig, node: str) -> Iterator[BenchV2]:
    """A bench for SDK v3, as long as the context lasts."""
    raise NotImplementedError
    yield
