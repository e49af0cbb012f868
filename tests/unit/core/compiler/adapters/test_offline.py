from __future__ import annotations

import io
import os

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.httpsession import URLLib3Session

from cursus.core.compiler.adapters.offline import offline


def test_s3_takes_everything_and_nothing_leaves_the_machine() -> None:
    before, send, default = dict(os.environ), URLLib3Session.send, boto3.DEFAULT_SESSION
    with offline("eu-west-1", {"SOME_SETTING": "1"}) as aws:
        s3 = aws.session.client("s3")
        s3.put_object(Bucket="bk", Key="a/b c.py", Body=b"x")
        s3.upload_fileobj(io.BytesIO(b"y"), "bk.with.dots", "d.py")
        s3.head_bucket(Bucket="bk")
        assert s3.list_buckets()["Buckets"] == []
        with pytest.raises(ClientError):
            s3.get_object(Bucket="bk", Key="a")
        assert aws.uploads == ["s3://bk/a/b c.py", "s3://bk.with.dots/d.py"]
        with pytest.raises(ClientError, match="A compile calls no AWS service"):
            aws.session.client("sts").get_caller_identity()
        assert boto3.client("s3").list_buckets()["Buckets"] == []
        assert os.environ["SOME_SETTING"] == "1"
        other = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
        with pytest.raises(EndpointConnectionError):
            other.client("s3").list_buckets()
    assert (dict(os.environ), URLLib3Session.send, boto3.DEFAULT_SESSION) == (before, send, default)
