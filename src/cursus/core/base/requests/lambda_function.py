"""Lambda and Callback steps: a call with values in and values out."""

from __future__ import annotations

from typing import Any

from cursus.core.base.requests import common
from cursus.core.base.requests.basic import BasicKind
from cursus.core.base.requests.interface import Filled, Parts

#: Type of an output parameter by the data type of the spec's output.
_OUTPUT_TYPES = {"S3Uri": "String", "String": "String", "Integer": "Integer", "Float": "Float", "Boolean": "Boolean"}


class LambdaKind(BasicKind):
    """A Lambda function; config ``function_arn`` names it, ``call_arguments`` adds to its inputs."""

    type = "Lambda"
    sagemaker_types: tuple[str, ...] = ("Lambda",)
    cacheable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The arguments of the call."""
        return call_arguments(parts, filled)

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """``FunctionArn`` and ``OutputParameters``."""
        return {"FunctionArn": common.needed(parts, "function_arn"), "OutputParameters": output_parameters(parts)}


class CallbackKind(BasicKind):
    """A message to a queue, and a wait for the answer; config ``sqs_queue_url`` names the queue."""

    type = "Callback"
    sagemaker_types: tuple[str, ...] = ("Callback",)
    cacheable = True

    def request(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """The arguments in the message."""
        return call_arguments(parts, filled)

    def options(self, parts: Parts, filled: Filled) -> dict[str, Any]:
        """``SqsQueueUrl`` and ``OutputParameters``."""
        return {"SqsQueueUrl": common.needed(parts, "sqs_queue_url"), "OutputParameters": output_parameters(parts)}


def call_arguments(parts: Parts, filled: Filled) -> dict[str, Any]:
    """Bound inputs, with what the config adds; the inputs win."""
    return parts.settings.mapping("call_arguments") | dict(filled.inputs)


def output_parameters(parts: Parts) -> list[dict[str, str]]:
    """What the call gives back: the outputs of the spec.

    :raises ConfigurationError: for an output whose data type a call cannot give.
    """
    found = []
    for output in parts.spec.list_outputs() if parts.spec else ():
        if output.data_type not in _OUTPUT_TYPES:
            raise parts.settings.missing(
                f"output '{output.logical_name}' has data type '{output.data_type}', which a call cannot give back",
                f"Use one of {', '.join(_OUTPUT_TYPES)}.",
            )
        found.append({"OutputName": output.logical_name, "OutputType": _OUTPUT_TYPES[output.data_type]})
    return found
