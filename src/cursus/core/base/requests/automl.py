"""AutoML steps: the request of CreateAutoMLJob, which SageMaker tries many models for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.settings import Settings
from cursus.core.base.values import Value
from cursus.model.step import DependencyType

TRAINING_INPUT = "training_data"
VALIDATION_INPUT = "validation_data"


class AutoMLKind(BasicKind):
    """Models found by SageMaker for one column of a table.

    Config: ``target_attribute`` names the column; ``problem_type`` with ``objective_metric``, ``max_candidates``,
    ``max_runtime_per_training_job_seconds``, ``total_runtime_seconds``, ``validation_fraction``, ``content_type``,
    ``compression_type``, ``sample_weight_attribute`` and ``feature_specification_s3_uri`` may say more. The data is the
    input ``training_data``, or the only input of that type; ``validation_data`` is a second channel.
    """

    type = "AutoML"
    sagemaker_types: tuple[str, ...] = ("AutoML",)
    cacheable = True
    retryable = True

    def outputs(self, parts: Parts, destinations: Mapping[str, Value]) -> dict[str, Any]:
        """``OutputDataConfig``: one place for everything the job writes."""
        names = list(parts.spec.outputs) if parts.spec else []
        common.check_names(parts, "output", destinations, [*names, "output_path"])
        place = common.one_place(parts, destinations, "an AutoML job")
        return common.without_none(
            {
                "S3OutputPath": place or common.own_place(parts),
                "KmsKeyId": parts.settings.text("output_kms_key"),
            }
        )

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateAutoMLJob."""
        settings = parts.settings
        problem, metric = settings.text("problem_type"), settings.text("objective_metric")
        if (problem is None) != (metric is None):
            raise settings.missing(
                "'problem_type' and 'objective_metric' go together", f"Set both for '{parts.node}', or neither."
            )
        return common.without_none(
            {
                "InputDataConfig": _channels(parts, filled),
                "OutputDataConfig": filled.outputs,
                "ProblemType": problem,
                "AutoMLJobObjective": {"MetricName": metric} if metric is not None else None,
                "AutoMLJobConfig": _job_config(settings),
                "RoleArn": parts.role,
                "Tags": common.tags(settings),
            }
        )


def _channels(parts: Parts, filled: Filled) -> list[dict[str, Any]]:
    bound = {name: uri for name, uri in filled.inputs.items() if name != VALIDATION_INPUT}
    types = (DependencyType.TRAINING_DATA, DependencyType.PROCESSING_OUTPUT)
    training = common.bound_by_role(parts, bound, "the training data", TRAINING_INPUT, types)
    if training is None:
        raise parts.settings.missing("no data to learn from is known", f"Feed an input of '{parts.node}'.")
    found = [_channel(parts, training, "training")]
    if VALIDATION_INPUT in filled.inputs:
        found.append(_channel(parts, filled.inputs[VALIDATION_INPUT], "validation"))
    return found


def _channel(parts: Parts, uri: Value, kind: str) -> dict[str, Any]:
    settings = parts.settings
    return common.without_none(
        {
            "ChannelType": kind,
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}},
            "TargetAttributeName": common.needed(parts, "target_attribute"),
            "ContentType": settings.text("content_type"),
            "CompressionType": settings.text("compression_type"),
            "SampleWeightAttributeName": settings.text("sample_weight_attribute"),
        }
    )


def _job_config(settings: Settings) -> dict[str, Any]:
    """``AutoMLJobConfig``; in a pipeline SageMaker only runs the mode ``ENSEMBLING``."""
    fraction = settings.find("validation_fraction")
    return common.without_none(
        {
            "Mode": "ENSEMBLING",
            "CompletionCriteria": common.without_none(
                {
                    "MaxCandidates": settings.count("max_candidates"),
                    "MaxRuntimePerTrainingJobInSeconds": settings.count("max_runtime_per_training_job_seconds"),
                    "MaxAutoMLJobRuntimeInSeconds": settings.count("total_runtime_seconds"),
                }
            ),
            "SecurityConfig": common.without_none(
                {
                    "VolumeKmsKeyId": settings.text("volume_kms_key"),
                    "EnableInterContainerTrafficEncryption": settings.flag("encrypt_inter_container_traffic"),
                    "VpcConfig": common.vpc_config(settings),
                }
            ),
            "CandidateGenerationConfig": common.without_none(
                {"FeatureSpecificationS3Uri": settings.text("feature_specification_s3_uri")}
            ),
            "DataSplitConfig": None if fraction is None else {"ValidationFraction": fraction},
        }
    )
