"""Steps of the SageMaker Python SDK, version 2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cursus.core.base.builder_base import step_name
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.values import Value
from cursus.core.compiler.adapters.offline import UNKNOWN_BUCKET, Offline, offline
from cursus.core.compiler.adapters.rewriting import from_definition
from cursus.model.expression import Get, Join

_QUIET = {"SAGEMAKER_SUPPRESS_V2_WARNING": "1"}
#: Given outright, so that no configuration file of the machine changes what is compiled; and no usage reports.
_SETTINGS: dict[str, Any] = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


class BenchV2:
    """A :class:`~cursus.core.base.foreign.Bench` for SDK v2."""

    def __init__(self, config: BasePipelineConfig, node: str, aws: Offline) -> None:
        from sagemaker.workflow.pipeline_context import PipelineSession

        bucket, prefix = default_place(config, node)
        self.session: Any = PipelineSession(
            boto_session=aws.session,
            default_bucket=bucket,
            default_bucket_prefix=prefix,
            sagemaker_config=_SETTINGS,
        )
        self._aws = aws
        self._node = node

    def given(self, value: Value) -> Any:
        """A text as it is; a reference as a pipeline variable."""
        return variable(value) if isinstance(value, Get | Join) else value

    def restored(self, value: Any) -> Any:
        """``value`` with pipeline variables in their JSON form."""
        from sagemaker.workflow.entities import Expression

        return restored(value, Expression)

    @property
    def uploads(self) -> tuple[str, ...]:
        """S3 URIs the SDK wanted to write so far."""
        return tuple(self._aws.uploads)

    def definition_of(self, step: Any) -> str:
        """The SDK's definition of a pipeline with this one step."""
        from sagemaker.workflow.pipeline import Pipeline

        pipeline = Pipeline(
            name="cursus", steps=[step], sagemaker_session=self.session, pipeline_experiment_config=None
        )
        return str(pipeline.definition())

    def convert(self, step: object, code: Code | None) -> PipelineStep:
        """The SDK's step as ours, by the SDK's own hand."""
        found: Any = step
        depends_on = [step_name(d) for d in getattr(found, "depends_on", None) or ()]
        if depends_on:
            # The SDK looks them up among the pipeline's steps, and this pipeline has one.
            found.depends_on = None
        definition = self.definition_of(found)
        return from_definition(definition, self._node, depends_on=depends_on, uploads=self.uploads, code=code)


@contextmanager
def open_v2(config: BasePipelineConfig, node: str) -> Iterator[BenchV2]:
    """A bench for SDK v2, as long as the context lasts."""
    with offline(config.aws_region, _QUIET) as aws:
        yield BenchV2(config, node, aws)


def default_place(config: BasePipelineConfig, node: str) -> tuple[str, str]:
    """Bucket and prefix below which the SDK may choose places: the node's own part of the pipeline's."""
    place = config.pipeline_s3_loc
    if not isinstance(place, str):
        return UNKNOWN_BUCKET, node
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    return bucket, f"{prefix}/{node}".lstrip("/")


def variable(value: Get | Join) -> Any:
    """A reference as a pipeline variable that the SDK passes through without looking for the step it names."""
    from sagemaker.workflow.entities import PipelineVariable

    class Reference(PipelineVariable):  # type: ignore[misc]
        @property
        def expr(self) -> dict[str, Any]:
            return value.to_json()

        @property
        def _referenced_steps(self) -> list[Any]:
            return []

    return Reference()


def restored(value: Any, expression: type) -> Any:
    """``value`` with objects of the class ``expression`` in their JSON form."""
    if isinstance(value, expression):
        return value.expr  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return {k: restored(v, expression) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [restored(v, expression) for v in value]
    return value
