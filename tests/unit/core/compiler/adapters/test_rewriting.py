from __future__ import annotations

import json
from typing import Any

import pytest

from cursus.core.base.requests.interface import Code
from cursus.core.compiler.adapters.rewriting import from_definition
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join

CODE = Code("s3://bk/code/abc/sourcedir.tar.gz", "run.py")
UPLOADED = "s3://bk/node/code/1/sdk.py"


def convert(arguments: Any, code: Code | None = CODE, uploads: tuple[str, ...] = (UPLOADED,), **step: Any) -> Any:
    definition = json.dumps({"Steps": [{"Name": "x", "Type": "Processing", "Arguments": arguments, **step}]})
    return from_definition(definition, "node", depends_on=["b"], uploads=uploads, code=code)


def code_input(uri: str = UPLOADED, name: str = "code") -> dict[str, Any]:
    return {"InputName": name, "S3Input": {"S3Uri": uri, "LocalPath": "/opt/ml/processing/input/code"}}


def test_code_inputs_give_way_to_the_archive() -> None:
    runner = "s3://bk/node/code/1/runproc.sh"
    inputs = [code_input(name="rows", uri="s3://r"), code_input(), code_input(runner, "entrypoint")]
    app = {"ImageUri": "i", "ContainerEntrypoint": ["python3", "x"], "ContainerArguments": ["--a", "1"]}
    step = convert({"ProcessingInputs": inputs, "AppSpecification": app}, uploads=(UPLOADED, runner))
    assert [i["S3Input"]["S3Uri"] for i in step.request["ProcessingInputs"]] == ["s3://r", CODE.uri]
    found = step.request["AppSpecification"]
    assert (found["ContainerEntrypoint"][0], found["ContainerArguments"]) == ("/bin/bash", ["--a", "1"])


def test_code_that_is_in_s3_already_stays() -> None:
    arguments = {"ProcessingInputs": [code_input("s3://elsewhere/x.py")], "AppSpecification": {"ImageUri": "i"}}
    assert convert(arguments).request == arguments


@pytest.mark.parametrize("uri", [CODE.uri, Join("/", (Get("Parameters.P"), "sourcedir.tar.gz"))])
def test_submitted_directories_give_way_quoted_as_they_were(uri: Any) -> None:
    code = Code(uri, "run.py")
    training = {"sagemaker_submit_directory": f'"{UPLOADED}"', "sagemaker_program": '"sdk.py"'}
    model = {"SAGEMAKER_SUBMIT_DIRECTORY": UPLOADED, "SAGEMAKER_PROGRAM": "sdk.py"}
    found = convert({"HyperParameters": training, "Containers": [{"Environment": model}]}, code).request
    quoted = json.dumps(uri) if isinstance(uri, str) else uri
    assert found["HyperParameters"] == {"sagemaker_submit_directory": quoted, "sagemaker_program": '"run.py"'}
    assert found["Containers"][0]["Environment"] == {"SAGEMAKER_SUBMIT_DIRECTORY": uri, "SAGEMAKER_PROGRAM": "run.py"}


def test_what_stands_beside_the_request() -> None:
    step = convert({}, DependsOn=["a"], CacheConfig={"Enabled": True}, RetryPolicies=None, PropertyFiles=[])
    assert (step.depends_on, step.options) == (("a", "b"), {"CacheConfig": {"Enabled": True}})


def test_refusals() -> None:
    with pytest.raises(ConfigurationError, match=f"wants to upload {UPLOADED}"):
        convert({"ProcessingInputs": [code_input(name="more")]})
    with pytest.raises(ConfigurationError, match="wants to upload"):
        convert({"HyperParameters": {"sagemaker_submit_directory": f'"{UPLOADED}"'}}, None)
    with pytest.raises(ConfigurationError, match="default bucket"):
        convert({"OutputDataConfig": {"S3OutputPath": "s3://cursus-bucket-known-at-run-time/node"}})
    steps = [{"Name": n, "Type": "Fail", "Arguments": {}} for n in "ab"]
    with pytest.raises(ConfigurationError, match=r"makes 2 steps of: a \(Fail\), b \(Fail\)"):
        from_definition(json.dumps({"Steps": steps}), "node", depends_on=[], uploads=[], code=None)
