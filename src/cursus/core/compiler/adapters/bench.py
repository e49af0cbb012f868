"""What the benches of both SDK versions do alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.builder_base import step_name
from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.values import Value
from cursus.core.compiler.adapters.offline import UNKNOWN_BUCKET, Offline
from cursus.core.compiler.adapters.rewriting import from_definition
from cursus.model.expression import Get, Join

#: Given outright, so that no configuration file of the machine changes what is compiled; and no usage reports.
_SETTINGS: dict[str, Any] = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}


class SdkBench:
    """A :class:`~cursus.core.base.foreign.Bench` for a SageMaker SDK.

    :param session_class: the SDK's ``PipelineSession``.
    :param pipeline_class: its ``Pipeline``.
    :param variable_class: the base of its pipeline variables.
    """

    def __init__(
        self,
        config: BasePipelineConfig,
        node: str,
        aws: Offline,
        *,
        session_class: Any,
        pipeline_class: Any,
        variable_class: type,
    ) -> None:
        bucket, prefix = default_place(config, node)
        self.session: Any = session_class(
            boto_session=aws.session,
            default_bucket=bucket,
            default_bucket_prefix=prefix,
            sagemaker_config=_SETTINGS,
        )
        self._aws = aws
        self._node = node
        self._pipeline_class = pipeline_class
        self._variable_class = variable_class

    @property
    def uploads(self) -> tuple[str, ...]:
        """S3 URIs the SDK wanted to write so far."""
        return tuple(self._aws.uploads)

    def given(self, value: Value) -> Any:
        """A text as it is; a reference as a pipeline variable."""
        return variable(value, self._variable_class) if isinstance(value, Get | Join) else value

    def restored(self, value: Any) -> Any:
        """``value`` with pipeline variables in their JSON form."""
        if isinstance(value, self._variable_class):
            return value.expr  # type: ignore[attr-defined]
        if isinstance(value, Mapping):
            return {k: self.restored(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.restored(v) for v in value]
        return value

    def definition_of(self, step: Any) -> str:
        """The SDK's definition of a pipeline with this one step."""
        pipeline = self._pipeline_class(
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


def default_place(config: BasePipelineConfig, node: str) -> tuple[str, str]:
    """Bucket and prefix below which the SDK may choose places: the node's own part of the pipeline's."""
    place = config.pipeline_s3_loc
    if not isinstance(place, str):
        return UNKNOWN_BUCKET, node
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    return bucket, f"{prefix}/{node}".lstrip("/")


def variable(value: Get | Join, base: type) -> Any:
    """A reference as a pipeline variable that the SDK passes through without looking for the step it names."""
    members = {"expr": property(lambda _: value.to_json()), "_referenced_steps": property(lambda _: [])}
    return type("Reference", (base,), members)()
