"""Clients of AWS and what they raise. boto3 is imported here and only when a call is to be made."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from cursus.core.compiler.errors import DeploymentError
from cursus.errors import MissingExtra

AGAIN = "Run the same command again: it does only what is still missing."
_HINTS = {
    "AccessDenied": "Ask for the permission that is named, or use other credentials (AWS_PROFILE).",
    "ExpiredToken": "Log in again: the session has expired.",
    "InvalidClientTokenId": "Check the credentials: aws sts get-caller-identity",
    "RequestLimitExceeded": AGAIN,
    "SlowDown": AGAIN,
    "Throttling": AGAIN,
    "TooManyRequests": AGAIN,
    "UnrecognizedClient": "Check the credentials: aws sts get-caller-identity",
}
_SERVER_FAULT = 500


def client(service: str, pipeline: str) -> Any:
    """A client from the environment, the only point at which region and credentials matter.

    Retries are those of botocore, set as everywhere by ``AWS_MAX_ATTEMPTS`` and ``AWS_RETRY_MODE``.

    :raises MissingExtra: boto3 is not installed.
    :raises DeploymentError: no region, no such profile, or an endpoint that is no address.
    """
    try:
        import boto3
    except ImportError as error:
        raise MissingExtra("Deploying a pipeline", "aws") from error
    with speaking(f"reach {service} for", pipeline):
        try:
            # boto3 reads AWS_DEFAULT_REGION only; the AWS CLI and the other SDKs let AWS_REGION win.
            return boto3.client(service, region_name=os.environ.get("AWS_REGION") or None)
        except ValueError as error:
            raise DeploymentError(
                f"reach {service} for", pipeline, f"{error}.", hint="Check AWS_ENDPOINT_URL."
            ) from error


@contextlib.contextmanager
def speaking(action: str, pipeline: str) -> Iterator[None]:
    """Turn what botocore raises into an error that names the action, the pipeline and what to do."""
    from botocore import exceptions, parsers

    try:
        yield
    except exceptions.ClientError as error:
        raise DeploymentError(action, pipeline, _said(error.response), hint=_hint(error.response)) from error
    except exceptions.NoRegionError as error:
        raise DeploymentError(action, pipeline, str(error), hint="Set AWS_REGION.") from error
    except exceptions.NoCredentialsError as error:
        raise DeploymentError(action, pipeline, str(error), hint="aws configure, or set AWS_PROFILE") from error
    except exceptions.HTTPClientError as error:
        raise DeploymentError(action, pipeline, str(error), hint=AGAIN) from error
    except (exceptions.BotoCoreError, parsers.ResponseParserError) as error:
        raise DeploymentError(action, pipeline, str(error)) from error


def error_code(error: BaseException | None) -> str | None:
    """The service's code of what botocore raised, or None."""
    response = getattr(error, "response", None)
    return response.get("Error", {}).get("Code") if isinstance(response, dict) else None


def _said(response: Any) -> str:
    said = response.get("Error", {})
    retries = response.get("ResponseMetadata", {}).get("RetryAttempts")
    again = f" (after {retries + 1} attempts)" if retries else ""
    return f"{said.get('Code')}: {said.get('Message')}{again}"


def _hint(response: Any) -> str | None:
    code = str(response.get("Error", {}).get("Code"))
    for start, hint in _HINTS.items():
        if code.startswith(start):
            return hint
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return AGAIN if isinstance(status, int) and status >= _SERVER_FAULT else None
