"""The two halves of a deployment, and S3, against a moto server over HTTP."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.base.archive import make_bundle
from cursus.core.compiler import DeploymentError
from cursus.core.compiler.deploy import Clients, carry_out, deployed_name, prepare
from cursus.core.compiler.errors import CodeLocation
from cursus.core.compiler.storage import Store, placed_bundles
from cursus.core.compiler.validation import compact_json
from cursus.errors import FileError, UsageError
from cursus.model.expression import Get, Join
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.workspace import Layer, Workspace
from cursus.workspace.names import check_workspace_id

boto3 = pytest.importorskip("boto3")

ROLE = "arn:aws:iam::111122223333:role/Pipelines"


@pytest.fixture
def clients(moto_address: str) -> Clients:
    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=moto_address,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    return Clients(client("sagemaker"), client("s3"))


@pytest.fixture
def bucket(clients: Clients) -> str:
    name = f"bucket-{uuid.uuid4().hex}"
    clients.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_text("print('hello')\n")
    return path


@pytest.fixture
def coded(plan: PipelinePlan, bucket: str, script: Path) -> PipelinePlan:
    """The plan with code: two steps share one archive."""
    bundle = make_bundle("train.py", {"train.py": script})
    uri = f"s3://{bucket}/team/code/{bundle.digest}/sourcedir.tar.gz"
    steps = [dataclasses.replace(step, code=bundle, code_uri=uri) for step in plan.steps[:2]]
    name = f"flights-{uuid.uuid4().hex[:8]}"
    return dataclasses.replace(plan, name=name, steps=(*steps, plan.steps[2]), shared={"role": ROLE})


def test_prepare_changes_nothing_and_carry_out_does_what_it_said(coded: PipelinePlan, clients: Clients) -> None:
    prepared = prepare(coded, parameters={"TrainingInstance": "ml.m5.xlarge"}, clients=clients)
    assert (prepared.action, prepared.nothing_to_do, len(prepared.missing)) == ("create", False, 1)
    assert [b.steps for b in prepared.bundles] == [("Features", "Train")]
    assert prepare(coded, clients=clients).action == "create"
    done = carry_out(prepared)
    assert done.execution is not None
    assert done.execution.startswith(done.arn)
    again = prepare(coded, clients=clients)
    assert (again.nothing_to_do, again.diff.empty, again.missing) == (True, True, frozenset())
    assert carry_out(again) == dataclasses.replace(done, execution=None)
    assert json.loads(json.dumps(again.to_json()))["code"][0]["action"] == "none"


def test_what_changed_in_between_is_not_overwritten(coded: PipelinePlan, clients: Clients) -> None:
    prepared = prepare(coded, clients=clients)
    carry_out(prepare(coded, role=ROLE.replace("Pipelines", "Other"), clients=clients))
    with pytest.raises(DeploymentError, match="somebody else changed"):
        carry_out(prepared)


def test_code_that_changed_after_the_plan_was_made_is_not_uploaded(
    coded: PipelinePlan, clients: Clients, script: Path
) -> None:
    prepared = prepare(coded, clients=clients)
    script.write_text("print('other')\n")
    with pytest.raises(FileError, match="changed while it was being packed"):
        carry_out(prepared)
    assert prepare(coded, clients=clients).deployed is None


def test_a_place_that_is_not_fixed_or_not_in_s3_is_refused(coded: PipelinePlan) -> None:
    for place in (Join("/", (Get.parameter("Bucket"), "code")), "file:///tmp/code", "s3://bucket-only", None):
        step = dataclasses.replace(coded.steps[0], code_uri=place)
        with pytest.raises(CodeLocation, match="code of step 'Features' cannot be uploaded"):
            placed_bundles(dataclasses.replace(coded, steps=(step,)))


def test_a_role_is_needed(coded: PipelinePlan, clients: Clients) -> None:
    with pytest.raises(UsageError, match="not known which role"):
        prepare(dataclasses.replace(coded, shared={}), clients=clients)


def test_a_definition_too_long_for_a_request_goes_through_s3(
    coded: PipelinePlan, make_step: Callable[..., PlannedStep], clients: Clients, bucket: str
) -> None:
    stops = tuple(make_step(f"Stop{i}", "Fail", {"ErrorMessage": "x" * 3000}) for i in range(400))
    long = dataclasses.replace(coded, steps=(*coded.steps, *stops))
    prepared = prepare(long, clients=clients)
    assert {f.code for f in prepared.findings} == {"definition-limit"}
    carry_out(prepared)
    [stored] = clients.s3.list_objects_v2(Bucket=bucket, Prefix="team/definitions/")["Contents"]
    assert re.fullmatch(r"team/definitions/[0-9a-f]{64}\.json", stored["Key"])
    deployed = clients.sagemaker.describe_pipeline(PipelineName=long.name)["PipelineDefinition"]
    # Where it read the definition from S3, moto answers the text of a Python value in place of the JSON it was given.
    assert ast.literal_eval(deployed) == prepared.definition.content
    assert clients.s3.get_object(Bucket=bucket, Key=stored["Key"])["Body"].read().decode() == compact_json(
        prepared.definition.content
    )
    nowhere = dataclasses.replace(long, name=f"{long.name}-x", steps=stops)
    with pytest.raises(DeploymentError, match="do not fit into a request"):
        carry_out(prepare(nowhere, clients=clients))


def test_an_object_with_other_content_does_not_count(clients: Clients, bucket: str) -> None:
    store = Store(clients.s3, "p")
    assert store.put_text(f"s3://{bucket}/a/", "text")[0] == bucket
    [stored] = clients.s3.list_objects_v2(Bucket=bucket)["Contents"]
    digest = stored["Key"].removeprefix("a/").removesuffix(".json")
    uri = f"s3://{bucket}/{stored['Key']}"
    assert store.has(uri, digest)
    assert not store.has(uri, "0" * 64)
    assert not store.has(f"s3://{bucket}/b", digest)
    clients.s3.put_object(Bucket=bucket, Key=stored["Key"], Body=b"")
    assert not store.has(uri, digest)
    store.put_text(f"s3://{bucket}/a", "text")
    assert clients.s3.get_object(Bucket=bucket, Key=stored["Key"])["Body"].read() == b"text"


def workspace(name: str, layer: Layer = Layer.DEVELOPER) -> Workspace:
    return Workspace(name, layer, Path("x"), Path("x"))


def test_the_name_of_a_deployment() -> None:
    assert deployed_name("flights", None) == "flights"
    assert deployed_name("flights", workspace("shared", Layer.SHARED)) == "flights"
    assert deployed_name("flights", workspace("default")) == "flights"
    assert deployed_name("flights", workspace("ada")) == "flights--ada"
    assert deployed_name("flights", workspace("team-a")) == "flights--team-a"
    assert deployed_name("flights", workspace("team_a")).startswith("flights--team-a-")


@given(st.sets(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,6}[A-Za-z0-9]", fullmatch=True), min_size=2, max_size=8))
def test_names_are_accepted_by_sagemaker_and_never_shared(ids: set[str]) -> None:
    safe = {i for i in ids if _is_safe(i) and i != "default"}
    names = {deployed_name("p", workspace(i)) for i in safe}
    assert len(names) == len(safe)
    assert all(re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}", name) for name in names)


def _is_safe(name: str) -> bool:
    try:
        return bool(check_workspace_id(name))
    except ValueError:
        return False
