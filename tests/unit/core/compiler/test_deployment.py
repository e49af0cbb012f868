"""The SDK's verbs against a moto server over HTTP: no network beyond this machine, nothing of ours replaced."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from cursus.core.compiler import DeploymentError, PipelineDefinition, aws, compile_plan, deployment
from cursus.errors import UsageError
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan

boto3 = pytest.importorskip("boto3")

ROLE = "arn:aws:iam::111122223333:role/Pipelines"
OTHER_ROLE = "arn:aws:iam::111122223333:role/OtherRole"


def client_for(moto_address: str) -> Any:
    from botocore.config import Config

    return boto3.client(
        "sagemaker",
        endpoint_url=moto_address,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


@pytest.fixture
def client(moto_address: str) -> Any:
    return client_for(moto_address)


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


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("Integer", ["3", "-1", 3], ["3.5", "x", "", True]),
        ("Float", ["3", ".5", "1e-3", 0.25], ["x", "", "nan", "1,5"]),
        ("Boolean", ["true", "false", True], ["True", "1", ""]),
        ("String", ["", "anything\nat all"], []),
    ],
)
def test_values_have_the_form_of_their_parameters_type(kind: str, good: list[Any], bad: list[Any]) -> None:
    declared = [{"Name": "P", "Type": kind}]
    for value in good:
        [sent] = deployment.parameter_values("p", declared, {"P": value})
        assert sent == {"Name": "P", "Value": str(value).lower() if isinstance(value, bool) else str(value)}
    for value in bad:
        with pytest.raises(UsageError, match=f"'P' is of type {kind}"):
            deployment.parameter_values("p", declared, {"P": value})


def test_a_value_is_one_of_the_enumerated_ones() -> None:
    declared = [{"Name": "P", "Type": "Integer", "EnumValues": [1, 2]}]
    assert deployment.parameter_values("p", declared, {"P": 2}) == [{"Name": "P", "Value": "2"}]
    with pytest.raises(UsageError, match="Allowed: 1, 2"):
        deployment.parameter_values("p", declared, {"P": 3})


def test_aws_region_wins_as_it_does_for_the_aws_cli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert aws.client("sagemaker", "p").meta.region_name == "eu-west-1"
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    assert aws.client("sagemaker", "p").meta.region_name == "us-west-2"


def test_an_endpoint_that_is_no_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(DeploymentError, match="nonsense") as caught:
        aws.client("sagemaker", "p")
    assert caught.value.hint == "Check AWS_ENDPOINT_URL."
