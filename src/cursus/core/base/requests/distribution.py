"""How a training job spreads over instances, as the hyperparameters SageMaker's containers read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cursus.core.base.settings import Settings
from cursus.errors import did_you_mean

_WAYS = ("mpi", "parameter_server", "smdistributed", "torch_distributed")


def distribution_hyperparameters(settings: Settings, instance_type: str) -> dict[str, str]:
    """Hyperparameters for the config's ``distribution``; empty when it is not set or not enabled.

    :raises ConfigurationError: for an unknown way, or more than one at a time.
    """
    chosen = {way: _options(settings, way, o) for way, o in settings.mapping("distribution").items()}
    enabled = {way: o for way, o in chosen.items() if o is not None}
    if len(enabled) > 1:
        raise settings.missing(f"more than one distribution is enabled: {', '.join(sorted(enabled))}", "Keep one.")
    for way, options in enabled.items():
        return _WRITERS[way](options, instance_type)
    return {}


def _options(settings: Settings, way: str, options: Any) -> Mapping[str, Any] | None:
    """The options of an enabled way, else None."""
    if way not in _WAYS or not isinstance(options, Mapping):
        raise settings.missing(
            f"'{way}' is not a distribution with options.{did_you_mean(way, _WAYS)}", f"Use one of {', '.join(_WAYS)}."
        )
    if way == "smdistributed":
        inner = options.get("dataparallel")
        if not isinstance(inner, Mapping):
            raise settings.missing("smdistributed needs 'dataparallel' with options", "Give 'dataparallel'.")
        options = inner
    return options if options.get("enabled") else None


def _mpi(options: Mapping[str, Any], instance_type: str) -> dict[str, str]:
    written = {"sagemaker_mpi_enabled": "true"}
    if "processes_per_host" in options:
        written["sagemaker_mpi_num_of_processes_per_host"] = json.dumps(options["processes_per_host"])
    written["sagemaker_mpi_custom_mpi_options"] = json.dumps(options.get("custom_mpi_options", ""))
    return written


def _parameter_server(options: Mapping[str, Any], instance_type: str) -> dict[str, str]:
    return {"sagemaker_parameter_server_enabled": "true"}


def _torch(options: Mapping[str, Any], instance_type: str) -> dict[str, str]:
    return {"sagemaker_torch_distributed_enabled": "true", "sagemaker_instance_type": json.dumps(instance_type)}


def _data_parallel(options: Mapping[str, Any], instance_type: str) -> dict[str, str]:
    return {
        "sagemaker_distributed_dataparallel_enabled": "true",
        "sagemaker_distributed_dataparallel_custom_mpi_options": json.dumps(options.get("custom_mpi_options", "")),
        "sagemaker_instance_type": json.dumps(instance_type),
    }


_WRITERS = {
    "mpi": _mpi,
    "parameter_server": _parameter_server,
    "smdistributed": _data_parallel,
    "torch_distributed": _torch,
}
