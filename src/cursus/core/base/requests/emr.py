"""EMR steps: a jar, usually ``command-runner.jar`` for Spark, on a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts
from cursus.core.base.values import text

#: Members of a cluster's recipe that SageMaker refuses.
_NOT_OURS = frozenset({"Name", "Steps", "AutoTerminationPolicy"})


class EMRKind(BasicKind):
    """One step on a running cluster (config ``cluster_id``) or on one made for it (``cluster_config``).

    The jar's arguments are ``jar_arguments``, then ``--<logical name> <URI>`` for each bound input.
    """

    type = "EMR"
    sagemaker_types: tuple[str, ...] = ("EMR",)
    cacheable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """Cluster and ``StepConfig``."""
        settings = parts.settings
        cluster_id, cluster = settings.text("cluster_id"), settings.mapping("cluster_config")
        if (cluster_id is None) == (not cluster):
            raise settings.missing(
                "exactly one of 'cluster_id' and 'cluster_config' has to be set", f"Set one for '{parts.node}'."
            )
        refused = sorted(_NOT_OURS & cluster.keys())
        if refused:
            raise settings.missing(
                f"SageMaker decides {', '.join(refused)} of the cluster itself", "Leave it out of 'cluster_config'."
            )
        arguments = [text(a) for a in settings.items("jar_arguments")]
        for name, value in filled.inputs.items():
            arguments += [f"--{name}", value]
        jar = common.without_none(
            {
                "Jar": common.needed(parts, "jar"),
                "Args": arguments,
                "MainClass": settings.text("main_class"),
                "Properties": _properties(settings.mapping("jar_properties")),
            }
        )
        return common.without_none(
            {
                "ClusterId": cluster_id,
                "ClusterConfig": cluster,
                "StepConfig": {"HadoopJarStep": jar},
                "ExecutionRoleArn": settings.text("emr_execution_role_arn"),
            }
        )

    def environment_of(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """A cluster's step has no environment of its own."""
        return {}


def _properties(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": text(value)} for key, value in sorted(properties.items())]
