"""Configs for the kinds of jobs: settings every job may have, processing, training."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any, ClassVar, Literal

from pydantic import Field

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.hyperparameters_base import ModelHyperparameters
from cursus.core.base.values import Reference

Text = str | Reference
Count = int | Reference


class JobConfigBase(BasePipelineConfig):
    """Settings that any job may have; None means "not stated", so that a manifest or the built-in default decides.

    :param framework: ``sklearn``, ``xgboost``, ``pytorch`` or ``tensorflow``; with a version it names an AWS image.
    :param image_uri: a container image, instead of a framework.
    :param environment: environment variables by name; a config field of the same name in lower case wins.
    :param max_runtime_seconds: after which SageMaker stops the job.
    :param cache_expire_after: ISO 8601 duration, ``P30D``.
    :param experiment_name: of the whole pipeline, as ``trial_name``; only counts in the shared config.
    :param display_name: what the console shows instead of the step's name, with ``step_description``.
    :param retry_policies: as in the pipeline definition language.
    :param output_uris: output -> fixed place in S3, instead of one that is each execution's own.
    """

    job_type: str | None = None
    framework: str | None = None
    image_uri: Text | None = None
    instance_type: Text | None = None
    instance_count: Count | None = None
    volume_size_gb: Count | None = None
    max_runtime_seconds: Count | None = None
    environment: dict[str, Any] = Field(default_factory=dict)
    tags: dict[str, Text] | list[dict[str, Any]] | None = None
    output_kms_key: Text | None = None
    volume_kms_key: Text | None = None
    subnets: list[Text] | None = None
    security_group_ids: list[Text] | None = None
    enable_network_isolation: bool | None = None
    encrypt_inter_container_traffic: bool | None = None
    enable_caching: bool | None = None
    cache_expire_after: str | None = None
    experiment_name: Text | None = None
    trial_name: Text | None = None
    display_name: str | None = None
    step_description: str | None = None
    retry_policies: list[dict[str, Any]] | None = None
    output_uris: dict[str, Text] | None = None


class ProcessingStepConfigBase(JobConfigBase):
    """Settings of a processing job.

    The instance type is ``processing_instance_type`` when stated, else the large or the small one when
    one of these, or the switch between them, is stated.

    :param property_files: JSON files among the outputs that later steps may read: ``name``, ``output``, ``path``.
    :param container_entrypoint: command of a container that brings its own code.
    """

    DERIVED_FIELDS: ClassVar[tuple[str, ...]] = (*BasePipelineConfig.DERIVED_FIELDS, "effective_instance_type")

    processing_instance_type: Text | None = None
    processing_instance_type_large: Text = "ml.m5.4xlarge"
    processing_instance_type_small: Text = "ml.m5.xlarge"
    use_large_processing_instance: bool = False
    processing_instance_count: Count = 1
    processing_volume_size: Count = 30
    processing_framework_version: str = "1.2-1"
    processing_source_dir: str | None = None
    processing_entry_point: str | None = None
    processing_script_arguments: dict[str, Any] | list[Any] | None = None
    container_entrypoint: list[str] | None = None
    property_files: list[dict[str, str]] | None = None

    @property
    def effective_instance_type(self) -> Text:
        """The instance type by the processing fields alone."""
        if self.processing_instance_type is not None:
            return self.processing_instance_type
        return (
            self.processing_instance_type_large
            if self.use_large_processing_instance
            else self.processing_instance_type_small
        )

    def get_script_path(self, default: str | None = None) -> str | None:
        """The entry point below ``processing_source_dir`` (else ``source_dir``), or ``default``."""
        contract = self.get_script_contract()
        entry_point = self.processing_entry_point or (contract and contract.entry_point)
        if not entry_point:
            return default
        return str(PurePosixPath(self.processing_source_dir or self.source_dir or "", entry_point))


class TrainingStepConfigBase(JobConfigBase):
    """Settings of a training job.

    :param hyperparameters: a mapping or :class:`ModelHyperparameters`; values are written as JSON.
    :param metric_definitions: metric -> regular expression over the job's log.
    :param use_spot_instances: spare capacity at a discount; needs ``max_wait_seconds``, at least the run time.
    :param checkpoint_s3_uri: where checkpoints are kept, so that an interrupted job goes on.
    :param distribution: ``{"mpi": {...}}``, ``{"torch_distributed": {...}}``, ``{"smdistributed": {...}}`` or
        ``{"parameter_server": {...}}``, each with ``enabled``.
    """

    training_instance_type: Text = "ml.m5.xlarge"
    training_instance_count: Count = 1
    training_volume_size: Count = 30
    training_entry_point: str | None = None
    training_input_mode: Literal["File", "Pipe", "FastFile"] = "File"
    hyperparameters: dict[str, Any] | ModelHyperparameters | None = None
    metric_definitions: dict[str, str] | list[dict[str, str]] | None = None
    use_spot_instances: bool = False
    max_wait_seconds: Count | None = None
    checkpoint_s3_uri: Text | None = None
    checkpoint_local_path: str = "/opt/ml/checkpoints"
    distribution: dict[str, Any] | None = None
    keep_alive_period_seconds: Count | None = None

    def get_script_path(self, default: str | None = None) -> str | None:
        """The entry point below ``source_dir``, or ``default``."""
        contract = self.get_script_contract()
        entry_point = self.training_entry_point or (contract and contract.entry_point)
        if not entry_point:
            return default
        return str(PurePosixPath(self.source_dir or "", entry_point))
