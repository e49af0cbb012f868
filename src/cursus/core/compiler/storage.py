"""Code archives and long definitions in S3, each under a name made from its content.

An object appears whole or not at all (a put is atomic), and what a name stands for never changes; so an upload that
was cut short leaves nothing to tidy up, and one that was made is never made again.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cursus.core.base.archive import write_archive
from cursus.core.compiler.aws import error_code, speaking
from cursus.core.compiler.errors import CodeLocation, DeploymentError
from cursus.model.expression import plain
from cursus.model.plan import CodeBundle, PipelinePlan

_SCHEME = "s3://"
#: Name of the metadata that says which content an object is meant to have.
_MARK = "cursus-sha256"
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True, slots=True)
class PlacedBundle:
    """One code archive and where it has to be.

    :param uri: ``s3://…``, with the digest in it.
    :param steps: the steps that use it.
    """

    uri: str
    bundle: CodeBundle
    steps: tuple[str, ...]


def placed_bundles(plan: PipelinePlan) -> tuple[PlacedBundle, ...]:
    """The code archives of ``plan``, each once, by URI.

    :raises CodeLocation: the place of one depends on a value that only an execution has, or is not in S3.
    """
    found: dict[str, tuple[CodeBundle, list[str]]] = {}
    for step in plan.steps:
        if step.code is None:
            continue
        if not isinstance(step.code_uri, str) or not all(_split(step.code_uri)):
            raise CodeLocation(step.name, step.workspace, plain(step.code_uri))
        found.setdefault(step.code_uri, (step.code, []))[1].append(step.name)
    return tuple(PlacedBundle(uri, found[uri][0], tuple(found[uri][1])) for uri in sorted(found))


class Store:
    """Objects in S3 on behalf of one pipeline.

    :param client: a boto3 client of S3.
    """

    def __init__(self, client: Any, pipeline: str) -> None:
        self._client = client
        self._pipeline = pipeline
        self._buckets: set[str] = set()

    def has(self, uri: str, digest: str) -> bool:
        """Whether the object is there, and with the content it is named for.

        :raises DeploymentError: the bucket does not exist or may not be read, or S3 could not be reached.
        """
        bucket, key = _split(uri)
        self._check(bucket)
        try:
            with speaking(f"look for {uri} of", self._pipeline):
                answer = self._client.head_object(Bucket=bucket, Key=key)
        except DeploymentError as error:
            if error_code(error.__cause__) in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return bool(answer.get("Metadata", {}).get(_MARK) == digest)

    def put_bundle(self, placed: PlacedBundle) -> None:
        """Upload a code archive, unless somebody was faster.

        :raises FileError: its files changed since the plan was made.
        :raises DeploymentError: S3 refused or could not be reached.
        """
        with tempfile.TemporaryDirectory(prefix="cursus-") as folder:
            archive = Path(folder) / "sourcedir.tar.gz"
            write_archive(placed.bundle, archive)
            self._put(placed.uri, archive.read_bytes(), placed.bundle.digest, "application/gzip")

    def put_text(self, prefix: str, text: str) -> tuple[str, str]:
        """Upload ``text`` below ``prefix`` under its digest; returns bucket and key.

        :raises DeploymentError: S3 refused or could not be reached.
        """
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        uri = f"{prefix.rstrip('/')}/{digest}.json"
        if not self.has(uri, digest):
            self._put(uri, content, digest, "application/json")
        return _split(uri)

    def _put(self, uri: str, content: bytes, digest: str, content_type: str) -> None:
        bucket, key = _split(uri)
        request = {
            "Bucket": bucket,
            "Key": key,
            "Body": content,
            "ContentType": content_type,
            "Metadata": {_MARK: digest},
            # S3 refuses what arrives with another checksum.
            "ChecksumSHA256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
        }
        with speaking(f"upload {uri} of", self._pipeline):
            try:
                self._client.put_object(**request, IfNoneMatch="*")
            except self._client.exceptions.ClientError as error:
                if error_code(error) not in _TAKEN:
                    raise
                if not self.has(uri, digest):
                    # Something else stands under this name; only this content may.
                    self._client.put_object(**request)

    def _check(self, bucket: str) -> None:
        """A missing object and a missing bucket look alike from outside; so the bucket is asked for once."""
        if bucket in self._buckets:
            return
        try:
            with speaking(f"use bucket '{bucket}' for", self._pipeline):
                self._client.head_bucket(Bucket=bucket)
        except DeploymentError as error:
            code = error_code(error.__cause__)
            why = {
                "404": ("it does not exist", f"aws s3 mb s3://{bucket}, or name another 'bucket' in the config"),
                "403": ("these credentials may not use it", "Check AWS_PROFILE and the bucket's policy."),
                "301": ("it is in another region", "Set AWS_REGION to the bucket's region."),
            }.get(code or "")
            if why is None:
                raise
            raise DeploymentError(error.action, self._pipeline, f"{why[0]}.", hint=why[1]) from error
        self._buckets.add(bucket)


def _split(uri: str) -> tuple[str, str]:
    """Bucket and key; empty where there is none."""
    bucket, _, key = uri.removeprefix(_SCHEME).partition("/") if uri.startswith(_SCHEME) else ("", "", "")
    return bucket, key
