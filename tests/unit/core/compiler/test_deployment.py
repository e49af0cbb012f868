"""The SDK's verbs against a moto server over HTTP: no network beyond this machine, nothing of ours replaced."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from cursus.core.compiler import DeploymentError, PipelineDefinition, compile_plan
from cursus.errors import UsageError
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan

boto3 = pytest.importorskip("boto3")
pytest.importorskip("moto.server")

ROLE = "arn:aws:iam::111122223333:role/Pipelines"
OTHER_ROLE = "arn:aws:iam::111122223333:role/OtherRole"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "moto.server", "-p", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    try:
        lines = []
        for line in server.stdout:
            lines.append(line)
            if address := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield address[0]
                break
        else:
            pytest.fail("moto did not start:\n" + "".join(lines))
    finally:
        server.terminate()
        server.communicate(timeout=10)


def client_for(endpoint: str) -> Any:
    from botocore.config import Config

    return boto3.client(
        "sagemaker",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


@pytest.fixture
def client(endpoint: str) -> Any:
    return client_for(endpoint)


@pytest.fixture
def compiled(plan: PipelinePlan) -> PipelineDefinition:
    return compile_plan(dataclasses.replace(plan, name=f"flights-{uuid.uuid4().hex[:8]}"))


def test_create_update_start_list_and_delete(compiled: PipelineDefinition, plan: PipelinePlan, client: Any) -> None:
    created = compiled.upsert(ROLE, client=client)
    assert created["Action"] == "created"
    assert compiled.upsert(ROLE, client=client) == {**created, "Action": "unchanged"}
    assert compiled.upsert(OTHER_ROLE, client=client)["Action"] == "updated"
    shorter = compile_plan(dataclasses.replace(plan, name=compiled.name, steps=plan.steps[:2]))
    assert shorter.upsert(OTHER_ROLE, client=client) == {**created, "Action": "updated"}

    deployed = compiled.describe(client=client)
    assert deployed["PipelineArn"] == created["PipelineArn"]
    assert "ResponseMetadata" not in deployed
    assert '"Model"' not in deployed["PipelineDefinition"]

    execution = compiled.start({"TrainingInstance": "ml.m5.xlarge"}, "nightly", client=client)
    assert execution.startswith(created["PipelineArn"])
    [summary] = compiled.list_executions(client=client)
    assert summary["PipelineExecutionArn"] == execution

    assert compiled.delete(client=client) == created["PipelineArn"]
    with pytest.raises(DeploymentError, match=f"Could not describe pipeline '{compiled.name}'"):
        compiled.describe(client=client)


def test_description_tags_and_parallelism_are_sent(compiled: PipelineDefinition, client: Any) -> None:
    response = compiled.upsert(
        ROLE, "delays", [{"Key": "team", "Value": "risk"}], {"MaxParallelExecutionSteps": 2}, client=client
    )
    assert compiled.describe(client=client)["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
    assert client.list_tags(ResourceArn=response["PipelineArn"])["Tags"] == [{"Key": "team", "Value": "risk"}]


def test_starting_what_is_not_deployed_names_the_pipeline(compiled: PipelineDefinition, client: Any) -> None:
    with pytest.raises(DeploymentError, match=f"Could not start pipeline '{compiled.name}'"):
        compiled.start(client=client)


def test_a_parameter_that_does_not_exist_is_refused_before_any_call(compiled: PipelineDefinition) -> None:
    with pytest.raises(UsageError, match="Did you mean 'TrainingInstance'"):
        compiled.start({"TrainingInstanc": "x"}, client=object())


def test_a_parameter_without_a_value_is_refused_before_any_call(plan: PipelinePlan) -> None:
    parameters = (*plan.parameters, Parameter("Day", "String"), Parameter("Full", "Boolean"))
    compiled = compile_plan(dataclasses.replace(plan, parameters=parameters))
    with pytest.raises(UsageError, match="without a value for Day"):
        compiled.start({"Full": True}, client=object())


def test_a_server_that_is_not_there_gives_one_clear_error(compiled: PipelineDefinition) -> None:
    with pytest.raises(DeploymentError, match="Could not connect to the endpoint URL") as caught:
        compiled.upsert(ROLE, client=client_for("http://127.0.0.1:9"))
    assert caught.value.exit_code == 1


def test_no_region_says_what_to_set(compiled: PipelineDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(DeploymentError, match="region") as caught:
        compiled.describe()
    assert caught.value.hint == "Set AWS_REGION."
