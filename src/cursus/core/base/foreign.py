"""Builders that return step objects of another library, and the adapter that turns such a step into ours.

An adapter is an entry point of the group ``cursus.step_adapters``: its name is the top-level package whose objects it
takes, its value a function that opens a :class:`Bench`. Ours for the SageMaker SDKs come in by the same door; this
module imports none of them.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import EntryPoint, entry_points
from types import FunctionType
from typing import Any, Protocol, TypeAlias

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.values import Value
from cursus.errors import ConfigurationError

GROUP = "cursus.step_adapters"


class Bench(Protocol):
    """Where another library's steps are made without leaving the machine; only good while it is open."""

    @property
    def session(self) -> Any:
        """What a builder gets as ``sagemaker_session``."""
        ...

    def given(self, value: Value) -> Any:
        """A bound input as the library takes it."""
        ...

    def restored(self, value: Any) -> Any:
        """``value`` with the library's expressions in it in their JSON form."""
        ...

    def convert(self, step: object, code: Code | None) -> PipelineStep:
        """The library's step as ours.

        :param code: the step's code archive, which takes the place of what the library would have uploaded.
        :raises ConfigurationError: when the step cannot be one step of a pipeline, or needs more than its archive.
        """
        ...


#: What an adapter is: opens a bench for the node of that name.
Adapter: TypeAlias = Callable[[BasePipelineConfig, str], AbstractContextManager[Bench]]


@contextmanager
def bench_for(builder_class: type, config: BasePipelineConfig, node: str) -> Iterator[Bench | None]:
    """The bench a builder needs, or None for one that uses no other library we have an adapter for."""
    for package, adapter in _adapters().items():
        if package in sys.modules or imports_inside(builder_class, package):
            opened: Adapter = adapter.load()
            with opened(config, node) as bench:
                yield bench
            return
    yield None


def imports_inside(builder_class: type, package: str) -> bool:
    """Whether a method of the class, or of one it derives from, imports ``package`` when it is called."""
    functions = (f for c in builder_class.__mro__ for f in vars(c).values() if isinstance(f, FunctionType))
    return any(n == package or n.startswith(f"{package}.") for f in functions for n in f.__code__.co_names)


def not_a_step(step: object, builder: object, node: str) -> ConfigurationError:
    """The error for something that is neither our step nor one an adapter takes."""
    known = ", ".join(sorted(_adapters())) or "none"
    return ConfigurationError(
        f"Step '{node}': create_step of {type(builder).__name__} returned a {type(step).__name__}, "
        f"not a PipelineStep. Packages whose steps are taken as well: {known}.",
        hint="Return what StepBuilderBase.create_step gives, or a cursus.core.base.PipelineStep.",
        step=node,
    )


def is_of_an_adapted_package(step: object) -> bool:
    """Whether the object's class is one of a package that an adapter takes steps of."""
    return type(step).__module__.partition(".")[0] in _adapters()


@functools.cache
def _adapters() -> Mapping[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda p: p.name)}
