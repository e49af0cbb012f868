"""Tuning steps: the request of CreateHyperParameterTuningJob, around a training job's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.requests.training import TrainingKind, hyperparameter

#: Members of a training request that a tuning job's definition has as well.
_SHARED_MEMBERS = (
    "AlgorithmSpecification",
    "CheckpointConfig",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "EnableNetworkIsolation",
    "Environment",
    "InputDataConfig",
    "OutputDataConfig",
    "RoleArn",
    "StoppingCondition",
    "VpcConfig",
)
_RANGES = {
    "continuous": "ContinuousParameterRanges",
    "integer": "IntegerParameterRanges",
    "categorical": "CategoricalParameterRanges",
}


class TuningKind(TrainingKind):
    """Many training jobs with different hyperparameters.

    Config: ``objective_metric`` (one of ``metric_definitions``), ``objective_type`` (``Maximize`` or ``Minimize``),
    ``parameter_ranges`` {name: {type, min, max, scaling} or {type: categorical, values}}, ``max_jobs``,
    ``max_parallel_jobs``, ``tuning_strategy``, ``early_stopping_type``, and everything of a training step.
    """

    type = "Tuning"
    sagemaker_types: tuple[str, ...] = ("Tuning",)

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The request of CreateHyperParameterTuningJob."""
        settings = parts.settings
        training = super().request(parts, filled)
        ranges = _parameter_ranges(parts)
        tuned = {r["Name"] for kind in ranges.values() for r in kind}
        definition = {name: training[name] for name in _SHARED_MEMBERS if name in training}
        resources = training["ResourceConfig"]
        definition["HyperParameterTuningResourceConfig"] = {
            name: value for name, value in resources.items() if name != "KeepAlivePeriodInSeconds"
        }
        definition["StaticHyperParameters"] = {
            name: value for name, value in training.get("HyperParameters", {}).items() if name not in tuned
        }
        return common.without_none(
            {
                "HyperParameterTuningJobConfig": common.without_none(
                    {
                        "Strategy": settings.text("tuning_strategy") or "Bayesian",
                        "HyperParameterTuningJobObjective": {
                            "Type": settings.text("objective_type") or "Maximize",
                            "MetricName": common.needed(parts, "objective_metric"),
                        },
                        "ResourceLimits": {
                            "MaxNumberOfTrainingJobs": settings.count("max_jobs") or 10,
                            "MaxParallelTrainingJobs": settings.count("max_parallel_jobs") or 1,
                        },
                        "ParameterRanges": ranges,
                        "TrainingJobEarlyStoppingType": settings.text("early_stopping_type"),
                    }
                ),
                "TrainingJobDefinition": common.without_none(definition),
                "Tags": training.get("Tags"),
            }
        )

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """``TrainingJobDefinition.Environment``."""
        environment: Mapping[str, Any] = request.get("TrainingJobDefinition", {}).get("Environment", {})
        return environment


def _parameter_ranges(parts: Parts) -> dict[str, list[dict[str, Any]]]:
    """``ParameterRanges``, sorted by name.

    :raises ConfigurationError: when there is none, or one is not of a known form.
    """
    settings = parts.settings
    ranges = settings.mapping("parameter_ranges")
    if not ranges:
        raise settings.missing("there is nothing to tune", f"Set 'parameter_ranges' for '{settings.node}'.")
    found: dict[str, list[dict[str, Any]]] = {}
    for name, given in sorted(ranges.items()):
        kind = given.get("type") if isinstance(given, Mapping) else None
        if kind == "categorical" and isinstance(given.get("values"), list):
            entry = {"Name": name, "Values": [hyperparameter(parts, v) for v in given["values"]]}
        elif kind in ("continuous", "integer") and {"min", "max"} <= set(given):
            entry = {"Name": name, "MinValue": str(given["min"]), "MaxValue": str(given["max"])}
            entry["ScalingType"] = given.get("scaling", "Auto")
        else:
            wanted = "ranges of {type: continuous or integer, min, max} or {type: categorical, values}"
            raise settings.wrong(("parameter_ranges",), wanted, {name: given})
        found.setdefault(_RANGES[str(kind)], []).append(entry)
    return found
