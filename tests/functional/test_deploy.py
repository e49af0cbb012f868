"""``cursus deploy`` end to end: against a moto server over HTTP, and against a server that misbehaves."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import io
import json
import os
import pty
import re
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

boto3 = pytest.importorskip("boto3")

FINDINGS, USAGE, REFUSED = 1, 2, 4
BUCKET = "example-bucket"
ROLE = "arn:aws:iam::123456789012:role/Example"
OTHER_ROLE = "arn:aws:iam::123456789012:role/Other"
EXECUTION = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/small/execution/"


def client(service: str, endpoint: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def objects(endpoint: str) -> dict[str, Any]:
    listed = client("s3", endpoint).list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {entry["Key"]: entry["LastModified"] for entry in listed}


@pytest.fixture
def small(tree):
    """Two steps, one after the other, in the pipeline of a team."""
    tree.step("one", "Make")
    tree.step("one", "Use", inputs="out", outputs="result")
    tree.pipeline("a -> b", a="one/Make", b="one/Use")
    return tree


def deploy(cursus, tree, aws, *options, **more):
    return cursus("deploy", "small", "-C", tree.root, *options, **(aws | more))


def test_create_update_start_and_nothing_twice(cursus, small, aws, moto):
    sagemaker = client("sagemaker", moto)
    first = deploy(cursus, small, aws, "--yes", "--format", "json")
    assert first.code == 0, first.err
    assert first.json["action"] == "create"
    assert first.json["done"] is True
    assert [step["change"] for step in first.json["diff"]["steps"]] == ["added", "added"]
    deployed = sagemaker.describe_pipeline(PipelineName="small")
    assert deployed["PipelineArn"] == first.json["arn"]
    assert deployed["RoleArn"] == ROLE
    assert json.loads(deployed["PipelineDefinition"]) == cursus("compile", "small", "-C", small.root).json

    there = objects(moto)
    assert {f"s3://{BUCKET}/{key}" for key in there} == {code["uri"] for code in first.json["code"]}

    again = deploy(cursus, small, aws, "--yes")
    assert again.code == 0
    assert "is deployed like this already" in again.out
    assert "There was nothing to change." in again.err
    assert sagemaker.describe_pipeline(PipelineName="small")["LastModifiedTime"] == deployed["LastModifiedTime"]
    assert objects(moto) == there

    script = small.steps_dir("one") / "scripts" / "make.py"
    script.write_text(script.read_text() + "# changed\n")
    second = deploy(cursus, small, aws, "--yes", "--start")
    assert second.code == 0, second.err
    lines = second.out.splitlines()
    assert "~ a" in lines
    assert any(re.fullmatch(r'    code: "[0-9a-f]{12}…" -> "[0-9a-f]{12}…"', line) for line in lines)
    assert "> b  (fed by a)" in lines
    assert "Steps: 1 changed, 1 changed through inputs." in lines
    assert f"updated: {deployed['PipelineArn']}" in lines
    assert lines[-1].startswith(f"started: {EXECUTION}")
    assert len(objects(moto)) == len(there) + 1
    executions = sagemaker.list_pipeline_executions(PipelineName="small")["PipelineExecutionSummaries"]
    assert [f"started: {e['PipelineExecutionArn']}" for e in executions] == lines[-1:]
    assert sagemaker.delete_pipeline(PipelineName="small")["PipelineArn"] == first.json["arn"]


def test_what_is_uploaded_is_the_code_the_definition_names(cursus, small, aws, moto):
    assert deploy(cursus, small, aws, "--yes").code == 0
    text = cursus("compile", "small", "-C", small.root).out
    named = set(re.findall(rf"s3://{BUCKET}/([^\"]*sourcedir\.tar\.gz)", text))
    assert named == set(objects(moto))
    for key in named:
        content = client("s3", moto).get_object(Bucket=BUCKET, Key=key)["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
            [member] = archive.getmembers()
            source = small.steps_dir("one") / "scripts" / member.name
            assert archive.extractfile(member).read() == source.read_bytes()


def test_a_dry_run_changes_nothing(cursus, small, aws, moto):
    done = deploy(cursus, small, aws, "--dry-run", "--start")
    assert done.code == 0, done.err
    assert "will be created" in done.out
    assert "Code: 2 of 2 archives to upload" in done.out
    assert "Start an execution with the default values." in done.out
    assert "Nothing was changed." in done.err
    assert objects(moto) == {}
    assert client("sagemaker", moto).list_pipelines()["PipelineSummaries"] == []


def test_a_developer_has_a_name_of_his_own(cursus, small, aws, moto):
    small.step("team_b", "Other")
    names = []
    for options, variables in (
        ((), {}),
        (("--workspace", "one"), {}),
        ((), {"CURSUS_WORKSPACE_ID": "one"}),
        (("--workspace", "team_b"), {}),
        (("--workspace", "one", "--as", "mine"), {}),
        (("--workspace", "core"), {}),
    ):
        done = deploy(cursus, small, aws, "--yes", "--format", "json", *options, **variables)
        assert done.code == 0, done.err
        names.append((done.json["name"], done.json["action"]))
    assert names[:3] == [("small", "create"), ("small--one", "create"), ("small--one", "none")]
    assert re.fullmatch(r"small--team-b-[0-9a-f]{6}", names[3][0])
    assert names[4:] == [("mine", "create"), ("small", "none")]
    listed = client("sagemaker", moto).list_pipelines()["PipelineSummaries"]
    assert {p["PipelineName"] for p in listed} == {name for name, _ in names}


def test_a_developers_own_pipeline_file_is_his(cursus, small, aws):
    own = small.root / "developers" / "one" / "pipelines"
    own.mkdir(parents=True)
    (small.root / "pipelines" / "small.yaml").rename(own / "small.yaml")
    done = deploy(cursus, small, aws, "--dry-run", "--format", "json")
    assert (done.code, done.json["name"]) == (0, "small--one")
    unknown = deploy(cursus, small, aws, "--dry-run", "--workspace", "oen")
    assert unknown.code == USAGE
    assert "Did you mean 'one'?" in unknown.err


def test_a_developer_is_told_of_places_that_are_not_his_own(cursus, small, aws):
    file = small.root / "pipelines" / "small.yaml"
    file.write_text(file.read_text() + "  specific: {b: {output_uris: {result: s3://example-bucket/report}}}\n")
    done = deploy(cursus, small, aws, "--dry-run", "--workspace", "one")
    assert done.code == 0, done.err
    said = "warning[fixed-place]: Step 'b' writes to s3://example-bucket/report, as 'small' does"
    assert said in done.err
    assert "Step 'a'" not in done.err
    assert said not in deploy(cursus, small, aws, "--dry-run").err


def test_another_role_is_an_update(cursus, small, aws, moto):
    assert deploy(cursus, small, aws, "--yes").code == 0
    done = deploy(cursus, small, aws, "--yes", "--role", OTHER_ROLE)
    assert f'RoleArn: "{ROLE}" -> "{OTHER_ROLE}"' in done.out
    assert "Steps: 2 unchanged." in done.out
    assert client("sagemaker", moto).describe_pipeline(PipelineName="small")["RoleArn"] == OTHER_ROLE


def test_what_is_deployed_and_no_definition_is_replaced_with_a_warning(cursus, small, aws, moto):
    client("sagemaker", moto).create_pipeline(
        PipelineName="small", PipelineDefinition="what is this", RoleArn=ROLE, ClientRequestToken="x" * 32
    )
    done = deploy(cursus, small, aws, "--yes", "--format", "json")
    assert done.code == 0, done.err
    assert done.codes == {"deployed-definition-unreadable"}
    assert done.json["action"] == "update"
    assert deploy(cursus, small, aws, "--yes", "--format", "json").json["action"] == "none"


def test_something_else_in_the_place_of_the_code_is_replaced(cursus, small, aws, moto):
    place = deploy(cursus, small, aws, "--dry-run", "--format", "json").json["code"][0]["uri"]
    key = place.removeprefix(f"s3://{BUCKET}/")
    client("s3", moto).put_object(Bucket=BUCKET, Key=key, Body=b"half")
    assert deploy(cursus, small, aws, "--yes").code == 0
    assert len(client("s3", moto).get_object(Bucket=BUCKET, Key=key)["Body"].read()) > 100


def test_on_a_terminal_it_asks(small, aws, moto):
    command = [Path(sys.executable).with_name("cursus"), "deploy", "small", "-C", small.root]
    for answer, says, deployed in ((b"n\n", b"Nothing was changed.", []), (b"y\n", b"created: arn:", ["small"])):
        ours, theirs = pty.openpty()
        os.write(ours, answer)
        done = subprocess.run(
            command, stdin=theirs, capture_output=True, env={"PATH": os.environ["PATH"]} | aws, timeout=120, check=False
        )
        os.close(ours)
        os.close(theirs)
        assert done.returncode == 0, done.stderr
        assert b"Do this? [y/N]" in done.stderr
        assert says in done.stdout + done.stderr
        listed = client("sagemaker", moto).list_pipelines()["PipelineSummaries"]
        assert [p["PipelineName"] for p in listed] == deployed


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), REFUSED, "Nobody can be asked here"),
        (("--yes", "--dry-run"), USAGE, "exclude each other"),
        (("--yes", "--parameters", "A=1"), USAGE, "goes with --start"),
        (("--yes", "--start", "--parameters", "A"), USAGE, "'A' is not NAME=VALUE"),
        (("--yes", "--start", "--parameters", "A=1", "--parameters", "A=2"), USAGE, "'A' is given twice"),
        (("--yes", "--start", "--parameters", "A=1"), USAGE, "has no parameter 'A'"),
        (("--yes", "--role", "admin"), USAGE, "'admin' is not the ARN of a role"),
        (("--yes", "--as", "no spaces please"), FINDINGS, "pipeline name"),
    ],
)
def test_a_call_that_is_wrong_asks_aws_nothing(cursus, small, account_at, options, code, says):
    done = deploy(cursus, small, account_at("http://127.0.0.1:9"), *options)
    assert (done.code, done.out) == (code, "")
    assert says in done.err


def test_a_pipeline_without_a_role_says_where_to_name_one(cursus, small, aws):
    path = small.root / "pipelines" / "small.yaml"
    text = path.read_text()
    named = text.replace(f"role: {ROLE}", "role: {Get: Parameters.Role}")
    assert named != text
    path.write_text(named.replace("steps:", "parameters:\n  Role: {type: String}\nsteps:", 1))
    done = deploy(cursus, small, aws, "--yes")
    assert done.code == USAGE
    assert "--role" in done.err
    given = deploy(cursus, small, aws, "--yes", "--role", ROLE, "--start")
    assert given.code == USAGE
    assert "without a value for Role" in given.err
    started = deploy(cursus, small, aws, "--yes", "--role", ROLE, "--start", "--parameters", f"Role={OTHER_ROLE}")
    assert started.code == 0, started.err


def test_code_whose_place_only_an_execution_knows_is_refused(cursus, small, aws, moto):
    path = small.root / "pipelines" / "small.yaml"
    text = path.read_text().replace("bucket: example-bucket", "bucket: {Get: Parameters.Bucket}")
    path.write_text(text.replace("steps:", "parameters:\n  Bucket: {type: String}\nsteps:", 1))
    done = deploy(cursus, small, aws, "--yes", "--format", "json")
    assert done.code == FINDINGS
    assert done.codes == {"code-location"}
    assert client("sagemaker", moto).list_pipelines()["PipelineSummaries"] == []


def test_a_missing_bucket(cursus, small, aws, moto):
    client("s3", moto).delete_bucket(Bucket=BUCKET)
    done = deploy(cursus, small, aws, "--yes", "--format", "json")
    assert done.code == FINDINGS
    [finding] = done.json["findings"]
    assert finding["code"] == "deployment"
    assert finding["message"].endswith(f"Could not use bucket '{BUCKET}' for pipeline 'small': it does not exist.")
    assert BUCKET in finding["hint"]
    assert client("sagemaker", moto).list_pipelines()["PipelineSummaries"] == []


def test_no_region_and_no_credentials(cursus, small, aws):
    bare = {key: value for key, value in aws.items() if key != "AWS_REGION"}
    done = deploy(cursus, small, bare, "--yes")
    assert (done.code, "Set AWS_REGION." in done.err) == (FINDINGS, True)
    anonymous = {key: value for key, value in aws.items() if "KEY" not in key}
    done = deploy(cursus, small, anonymous, "--yes")
    assert (done.code, "Unable to locate credentials" in done.err) == (FINDINGS, True)


Answer = tuple[int, str] | None
ABSENT: Answer = (400, '{"__type": "ResourceNotFound", "message": "Pipeline does not exist"}')


@contextlib.contextmanager
def misbehaving(answer: Callable[[str], Answer]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers what ``answer`` says for an operation; None hangs up. Yields address and operations."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target = self.headers.get("X-Amz-Target", "")
            operation = (
                target.rpartition(".")[2] or f"{self.command} {'object' if self.path.count('/') > 1 else 'bucket'}"
            )
            asked.append(operation)
            given = answer(operation)
            if given is None:
                self.close_connection = True
                return
            content = given[1].encode()
            self.send_response(given[0])
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_POST = do_GET = do_PUT = do_HEAD = handle_one  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answering(operation_to_answer: dict[str, Answer]) -> Callable[[str], Answer]:
    usual: dict[str, Answer] = {
        "DescribePipeline": ABSENT,
        "HEAD bucket": (200, ""),
        "HEAD object": (404, ""),
        "PUT object": (200, ""),
        "CreatePipeline": (200, '{"PipelineArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/small"}'),
    }
    return lambda operation: (usual | operation_to_answer)[operation]


@pytest.mark.parametrize(
    ("operation", "answer", "says", "next_step"),
    [
        (
            "CreatePipeline",
            (400, '{"__type": "ValidationException", "message": "The role cannot be assumed by SageMaker"}'),
            "Could not create pipeline 'small': ValidationException: The role cannot be assumed by SageMaker",
            None,
        ),
        (
            "CreatePipeline",
            (400, '{"__type": "AccessDeniedException", "message": "not authorized: iam:PassRole"}'),
            "not authorized: iam:PassRole",
            "Ask for the permission",
        ),
        (
            "DescribePipeline",
            (400, '{"__type": "ThrottlingException", "message": "Rate exceeded"}'),
            "Could not describe pipeline 'small': ThrottlingException: Rate exceeded (after 2 attempts)",
            "Run the same command again",
        ),
        ("DescribePipeline", (429, "{}"), "Could not describe pipeline 'small': 429", None),
        ("DescribePipeline", (503, "not json"), "Could not describe pipeline 'small'", None),
        ("DescribePipeline", None, "Connection was closed", "Run the same command again"),
        ("HEAD bucket", (403, ""), "Could not use bucket 'example-bucket'", "Check AWS_PROFILE"),
        ("HEAD bucket", None, "Connection was closed", "Run the same command again"),
        ("HEAD object", (500, ""), "Could not look for s3://example-bucket/", "Run the same command again"),
        ("PUT object", None, "Could not upload s3://example-bucket/", "Run the same command again"),
        (
            "PUT object",
            (503, "<Error><Code>SlowDown</Code><Message>Reduce your request rate</Message></Error>"),
            "SlowDown: Reduce your request rate (after 2 attempts)",
            "Run the same command again",
        ),
        ("CreatePipeline", None, "Could not create pipeline 'small'", "Run the same command again"),
    ],
)
def test_aws_refuses_or_goes_away(cursus, small, account_at, operation, answer, says, next_step):
    with misbehaving(answering({operation: answer})) as (address, asked):
        done = deploy(cursus, small, account_at(address), "--yes")
    assert done.code == FINDINGS, done.err
    [error, *rest] = done.err.splitlines()
    assert error.startswith("error[deployment]: Could not ")
    assert says in done.err
    assert next_step is None or next_step in "".join(rest)
    assert "created" not in done.out.replace("will be created", "")
    if operation != "CreatePipeline":
        assert "CreatePipeline" not in asked


def test_an_upload_that_was_cut_short_is_made_good_by_the_next_deploy(cursus, small, aws, moto, account_at):
    cut = answering({"PUT object": None})
    with misbehaving(cut) as (address, asked):
        assert deploy(cursus, small, account_at(address), "--yes").code == FINDINGS
    assert "PUT object" in asked
    assert objects(moto) == {}
    assert deploy(cursus, small, aws, "--yes").code == 0
    assert len(objects(moto)) == 2


def test_somebody_was_faster_with_the_same_code(cursus, small, account_at):
    taken = (412, "<Error><Code>PreconditionFailed</Code><Message>exists</Message></Error>")
    with misbehaving(answering({"PUT object": taken})) as (address, asked):
        done = deploy(cursus, small, account_at(address), "--yes")
    # The object that is said to be there is not found with the right content either: that is an error, not a success.
    assert done.code == FINDINGS
    assert "PreconditionFailed" in done.err
    assert "CreatePipeline" not in asked


def test_what_is_deployed_can_be_listed_and_deleted(cursus, small, aws, moto):
    def deployed(*arguments: str) -> Any:
        return cursus("deployed", *arguments, "-C", small.root, **aws)

    nothing = deployed("list")
    assert (nothing.code, nothing.out) == (0, "")
    assert "Nothing of this is deployed" in nothing.err
    assert deploy(cursus, small, aws, "--yes", "--start").code == 0
    assert deploy(cursus, small, aws, "--yes", "--workspace", "one").code == 0
    client("sagemaker", moto).create_pipeline(
        PipelineName="smaller", PipelineDefinition="{}", RoleArn=ROLE, ClientRequestToken="x" * 32
    )
    for arguments in ([], ["small"]):
        listed = [line.split()[0] for line in deployed("list", *arguments).out.splitlines()]
        assert listed == ["PIPELINE", "small", "small--one"]
    every = deployed("list", "--all", "--format", "json").json["pipelines"]
    assert [p["PipelineName"] for p in every] == ["small", "small--one", "smaller"]
    assert deployed("list", "small", "--all").code == USAGE

    [_, row] = deployed("executions", "small").out.splitlines()
    assert EXECUTION in row
    assert "cursus deploy" in deployed("executions", "small--one").err
    wrong = deployed("executions", "smal")
    assert wrong.code == USAGE
    assert "Nothing is deployed as 'smal'. Did you mean 'small'" in wrong.err

    unasked = deployed("delete", "small--one")
    assert unasked.code == REFUSED
    assert "cursus deployed delete small--one --dry-run" in unasked.err
    dry = deployed("delete", "small--one", "--dry-run")
    assert "with 0 executions, will be deleted." in dry.err
    assert "Nothing was changed." in dry.err
    assert len(deployed("list", "--format", "json").json["pipelines"]) == 2
    done = deployed("delete", "small--one", "--yes", "--format", "json")
    assert done.code == 0, done.err
    assert done.json["done"] is True
    assert [p["PipelineName"] for p in deployed("list", "--format", "json").json["pipelines"]] == ["small"]
    assert objects(moto)


def test_another_step_can_be_tried_in_a_deployment(cursus, small, aws, moto):
    script = small.step("two", "Use", inputs="out", outputs="result")
    script.write_text(script.read_text() + "# of another team\n")
    done = deploy(cursus, small, aws, "--yes", "--workspace", "two", "--swap", "b=two/Use", "--format", "json")
    assert done.code == 0, done.err
    assert [(s["before"], s["after"]) for s in done.json["swaps"]] == [("one/Use", "two/Use")]
    assert done.json["name"] == "small--two"
    text = client("sagemaker", moto).describe_pipeline(PipelineName="small--two")["PipelineDefinition"]
    swapped = cursus("compile", "small", "--swap", "b=two/Use", "-C", small.root).json
    assert json.loads(text) == swapped
    assert swapped != cursus("compile", "small", "-C", small.root).json
