"""Adapters for builders that return steps of a SageMaker SDK, version 2 or 3.

The only modules that import an SDK, and only when a builder does. A step becomes its request through the SDK's own
``Pipeline(...).definition()`` while no call leaves the machine; what the SDK would upload is replaced by the step's
content-addressed archive.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.metadata import PackageNotFoundError, version

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.foreign import Bench
from cursus.errors import ConfigurationError, MissingExtra


def open_bench(config: BasePipelineConfig, node: str) -> AbstractContextManager[Bench]:
    """The bench of the SDK that is installed.

    :raises MissingExtra: none is.
    :raises ConfigurationError: its version is neither 2 nor 3.
    """
    try:
        installed = version("sagemaker")
    except PackageNotFoundError:
        raise MissingExtra(f"The builder of '{node}'", "sagemaker") from None
    major = installed.partition(".")[0]
    if major == "2":
        from cursus.core.compiler.adapters.sdk_v2 import open_v2

        return open_v2(config, node)
    if major == "3":
        from cursus.core.compiler.adapters.sdk_v3 import open_v3

        return open_v3(config, node)
    raise ConfigurationError(
        f"Step '{node}': its builder uses the SageMaker SDK {installed}; versions 2 and 3 are known.",
        hint="pip install 'cursus[sagemaker]'",
        step=node,
    )
