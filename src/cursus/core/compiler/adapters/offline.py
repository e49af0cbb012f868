"""AWS, answered on this machine: boto3 sessions whose calls go nowhere."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from cursus.errors import MissingExtra

#: Stands for a bucket that is only known when the pipeline runs; never part of a finished request.
UNKNOWN_BUCKET = "cursus-bucket-known-at-run-time"
_CREDENTIALS = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
_REFUSED = (
    b"<ErrorResponse><Error><Code>AccessDenied</Code>"
    b"<Message>A compile calls no AWS service.</Message></Error></ErrorResponse>"
)


class Offline:
    """What the calls of a session would have done.

    :param session: a boto3 session; none of its calls leaves the machine.
    :param uploads: the S3 URIs that were to be written, in order.
    """

    def __init__(self, region: str) -> None:
        try:
            import boto3
        except ModuleNotFoundError:
            raise MissingExtra("A builder with SageMaker SDK steps", "sagemaker") from None
        self.uploads: list[str] = []
        self.session = boto3.Session(region_name=region, **_CREDENTIALS)
        self.session.events.register("before-send", self._answer)

    def _answer(self, request: Any, **_: Any) -> Any:
        """Stands in for the service: S3 takes everything and has nothing, any other service refuses."""
        from botocore.awsrequest import AWSResponse

        status, body = 403, _REFUSED
        if ".s3." in request.url or "//s3." in request.url:
            status, body = self._s3(request.method, request.url)
        headers = {"content-length": str(len(body)), "etag": '"0"'}
        return AWSResponse(request.url, status, headers, _Raw(body))

    def _s3(self, method: str, url: str) -> tuple[int, bytes]:
        parts = urlsplit(url)
        host, path = parts.netloc, unquote(parts.path).lstrip("/")
        if not host.startswith("s3."):
            path = f"{host.partition('.s3.')[0]}/{path}"
        bucket, _, key = path.partition("/")
        if method == "PUT" and key:
            self.uploads.append(f"s3://{bucket}/{key}")
        if method == "GET":
            return (404, b"") if key else (200, b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>")
        return 200, b""


@contextlib.contextmanager
def offline(region: str, environment: Mapping[str, str]) -> Iterator[Offline]:
    """A session without a network, which is also boto3's default one meanwhile.

    A session that a builder makes by itself knows the region, and fails on its first call.

    :param environment: further variables that hold meanwhile.
    """
    found = Offline(region)
    import boto3
    from botocore.httpsession import URLLib3Session

    given = {"AWS_DEFAULT_REGION": region, "AWS_REGION": region, "AWS_EC2_METADATA_DISABLED": "true"}
    # A call that cannot be made is not worth a second try.
    given |= {"AWS_MAX_ATTEMPTS": "1", **environment}
    before = {name: os.environ.get(name) for name in given}
    default, send = boto3.DEFAULT_SESSION, URLLib3Session.send
    os.environ.update(given)
    boto3.DEFAULT_SESSION = found.session
    URLLib3Session.send = _refuse
    try:
        yield found
    finally:
        boto3.DEFAULT_SESSION, URLLib3Session.send = default, send
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _refuse(_: Any, request: Any) -> Any:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url=request.url, error="a compile calls no service")


class _Raw(io.BytesIO):
    """A response's body as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """The body in one piece."""
        yield self.read()
