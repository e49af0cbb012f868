"""AutoML, checks and conditions, and what every kind does with the settings that many kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cursus.core.base.build import BuiltStep, build_step
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join, plain
from cursus.model.step import Dependency, DependencyType, NodeType, Output, Spec

PO, TD, MA, CP = (
    DependencyType.PROCESSING_OUTPUT,
    DependencyType.TRAINING_DATA,
    DependencyType.MODEL_ARTIFACTS,
    DependencyType.CUSTOM_PROPERTY,
)
VALUES: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": "arn:aws:iam::123456789012:role/R",
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "pipeline_s3_loc": "s3://bk/p",
}
OWN_PLACE = ("s3://bk/p", Get("Execution.PipelineName"), Get("Execution.PipelineExecutionId"))
TYPES = {"model_name": CP, "model_data": MA, "endpoint_config_name": CP}


def build(type_: str, inputs: Mapping[str, Any], *, outputs: tuple[str, ...] = (), **values: Any) -> BuiltStep:
    dependencies = tuple(Dependency(n, TYPES.get(n, PO)) for n in inputs)
    shapes = {
        (True, True): NodeType.INTERNAL,
        (True, False): NodeType.SINK,
        (False, True): NodeType.SOURCE,
        (False, False): NodeType.SINGULAR,
    }
    spec = Spec(
        "S",
        shapes[bool(dependencies), bool(outputs)],
        dependencies,
        tuple(Output(n, PO, "properties.X") for n in outputs),
    )
    return build_step(
        node="node",
        builder_class=None,
        config_class=None,
        values=VALUES | values,
        sagemaker_step_type=type_,
        contract=None,
        spec=spec,
        compute={},
        inputs=inputs,
        depends_on=[],
        code_uri=None,
        code_entry_point=None,
    )


def conditions(*given: Any, **inputs: Any) -> list[Any]:
    built = build("Condition", inputs, conditions=list(given), if_steps=["a"])
    request = plain(built.step.request)
    assert request["IfSteps"] == ["a"]
    assert request["ElseSteps"] == []
    found: list[Any] = request["Conditions"]
    return found


def test_values_of_a_condition() -> None:
    found = conditions(
        {"type": "Equals", "left": {"Get": "Parameters.P"}, "right": True},
        {"type": "LessThan", "left": {"input": "m", "file": "m.json", "path": "a.b"}, "right": {"input": "m"}},
        {"type": "In", "value": "x", "values": ["x", {"step": "s", "property_file": "F", "path": "p"}]},
        m=Get.step("eval", "properties.X"),
    )
    uri = {"Std:Join": {"On": "/", "Values": [{"Get": "Steps.eval.X"}, "m.json"]}}
    assert found == [
        {"Type": "Equals", "LeftValue": {"Get": "Parameters.P"}, "RightValue": True},
        {
            "Type": "LessThan",
            "LeftValue": {"Std:JsonGet": {"S3Uri": uri, "Path": "a.b"}},
            "RightValue": {"Get": "Steps.eval.X"},
        },
        {
            "Type": "In",
            "QueryValue": "x",
            "Values": ["x", {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.s.PropertyFiles.F"}, "Path": "p"}}],
        },
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "there is nothing to decide by"),
        (["a > b"], "must be a condition such as {type: GreaterThan"),
        ([{"type": "GreaterThen", "left": 1, "right": 2}], "Did you mean 'GreaterThan'"),
        ([{"type": "Equals", "left": 1}], "must be a condition such as"),
        ([{"type": "Not", "condition": 5}], "must be a condition such as"),
        ([{"type": "Or", "conditions": []}], "made of lists that hold something"),
        ([{"type": "Equals", "left": [1], "right": 1}], "comparisons of single values"),
        ([{"type": "Equals", "left": {"file": "x"}, "right": 1}], "comparisons of a scalar, a reference"),
        (
            [{"type": "Equals", "left": {"input": "metric"}, "right": 1}],
            "no bound input 'metric'. Did you mean 'metrics'",
        ),
    ],
)
def test_conditions_that_say_nothing(given: list[Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build("Condition", {"metrics": "s3://m"}, conditions=given)
    assert message in caught.value.message
    assert caught.value.step == "node"


def test_branches_are_names() -> None:
    with pytest.raises(ConfigurationError, match="'else_steps' must be a list of names"):
        build("Condition", {}, conditions=[{"type": "Equals", "left": 1, "right": 1}], else_steps=[{"Name": "x"}])


def test_automl_data_by_name_or_by_type() -> None:
    request = build("AutoML", {"rows": "s3://r"}, outputs=("model",), target_attribute="y").step.request
    [channel] = request["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == "s3://r"
    assert request["OutputDataConfig"] == {"S3OutputPath": Join("/", (*OWN_PLACE, "node"))}
    assert request["AutoMLJobConfig"] == {"Mode": "ENSEMBLING"}


@pytest.mark.parametrize(
    ("inputs", "values", "message"),
    [
        ({}, {"target_attribute": "y"}, "no data to learn from"),
        ({"a": "s3://a"}, {}, "'target_attribute' is not set"),
        ({"a": "s3://a", "b": "s3://b"}, {"target_attribute": "y"}, "several inputs could be the training data: a, b"),
        ({"a": "s3://a"}, {"target_attribute": "y", "problem_type": "Regression"}, "go together"),
    ],
)
def test_automl_that_cannot_be(inputs: dict[str, str], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build("AutoML", inputs, **values)


@pytest.mark.parametrize(
    ("type_", "inputs", "values", "message"),
    [
        ("QualityCheck", {"d": "s3://d"}, {}, "'check_type' must be one of DATA_QUALITY, MODEL_QUALITY, not None"),
        ("QualityCheck", {"d": "s3://d"}, {"check_type": "DATA_BIAS"}, "must be one of DATA_QUALITY"),
        ("QualityCheck", {}, {"check_type": "DATA_QUALITY"}, "no data to check"),
        ("QualityCheck", {"d": "s3://d"}, {"check_type": "MODEL_QUALITY"}, "'problem_type' is not set"),
        ("QualityCheck", {"d": "s3://d"}, {"check_type": "DATA_QUALITY", "skip_check": "no"}, "must be true or false"),
        ("ClarifyCheck", {"d": "s3://d"}, {"check_type": "DATA_BIAS"}, "'analysis_config_uri' is not set"),
        (
            "ClarifyCheck",
            {"d": "s3://d", "analysis_config": "s3://c"},
            {"check_type": "MODEL_BIAS"},
            "'model_name' is not set",
        ),
    ],
)
def test_checks_that_cannot_be(type_: str, inputs: dict[str, str], values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build(type_, inputs, **values)


def test_a_check_takes_its_baseline_from_an_input() -> None:
    inputs = {"baseline_dataset": "s3://d", "supplied_baseline_statistics": Get.step("old", "properties.X")}
    built = build("QualityCheck", inputs, check_type="DATA_QUALITY", skip_check={"Get": "Parameters.Skip"})
    assert built.step.options["SuppliedBaselineStatistics"] == Get("Steps.old.X")
    assert built.step.options["SkipCheck"] == Get("Parameters.Skip")
    [output] = built.step.request["ProcessingOutputConfig"]["Outputs"]
    assert output["S3Output"]["S3Uri"] == Join("/", (*OWN_PLACE, "node", "quality_check_output"))


SHARED: dict[str, Any] = {
    "image_uri": "i",
    "tags": {"team": "ingest"},
    "subnets": ["subnet-1"],
    "security_group_ids": ["sg-1"],
    "output_kms_key": "out",
    "volume_kms_key": "volume",
    "enable_network_isolation": True,
    "encrypt_inter_container_traffic": True,
    "enable_caching": True,
    "retry_policies": [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}],
}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "Processing": ({"a": "s3://a"}, {}, {"tags", "vpc", "out", "volume", "isolation", "encryption", "cache", "retry"}),
    "Training": ({"a": "s3://a"}, {}, {"tags", "vpc", "out", "volume", "isolation", "encryption", "cache", "retry"}),
    "Tuning": (
        {"a": "s3://a"},
        {"objective_metric": "m", "parameter_ranges": {"x": {"type": "integer", "min": 1, "max": 2}}},
        {"tags", "vpc", "out", "volume", "isolation", "encryption", "cache", "retry"},
    ),
    "CreateModel": ({"model_data": "s3://m"}, {}, {"tags", "vpc", "isolation", "retry"}),
    "Transform": ({"model_name": "m", "d": "s3://d"}, {}, {"tags", "out", "volume", "cache", "retry"}),
    # A version of a group has the group's tags.
    "RegisterModel": ({"model_data": "s3://m"}, {"model_package_group_name": "g"}, {"retry"}),
    "AutoML": (
        {"d": "s3://d"},
        {"target_attribute": "y"},
        {"tags", "vpc", "out", "volume", "encryption", "cache", "retry"},
    ),
    "QualityCheck": (
        {"d": "s3://d"},
        {"check_type": "DATA_QUALITY"},
        {"tags", "vpc", "out", "volume", "isolation", "encryption", "cache"},
    ),
    "ClarifyCheck": (
        {"d": "s3://d", "analysis_config": "s3://c"},
        {"check_type": "DATA_BIAS"},
        {"tags", "vpc", "out", "volume", "isolation", "encryption", "cache"},
    ),
    "EndpointConfig": ({"model_name": "m"}, {}, {"tags", "vpc", "volume", "isolation", "cache", "retry"}),
    "Endpoint": ({"endpoint_config_name": "c"}, {"endpoint_name": "e"}, {"tags", "cache"}),
    "Lambda": ({}, {"function_arn": "f"}, {"cache"}),
    "Callback": ({}, {"sqs_queue_url": "q"}, {"cache"}),
    "EMR": ({}, {"cluster_id": "j-1", "jar": "j"}, {"cache"}),
    "Fail": ({}, {"error_message": "x"}, set()),
    "Condition": ({}, {"conditions": [{"type": "Equals", "left": 1, "right": 1}]}, set()),
}


@pytest.mark.parametrize("type_", CASES)
def test_shared_settings_reach_every_kind_that_supports_them_and_no_other(type_: str) -> None:
    inputs, values, expected = CASES[type_]
    outputs = ("o",) if type_ == "Processing" else ()
    step = build(type_, inputs, outputs=outputs, **SHARED, **values).step
    written = str(plain(step.request)).replace(" ", "")
    signs = {
        "tags": "'Key':'team'",
        "vpc": "'Subnets':['subnet-1']",
        "out": "'KmsKeyId':'out'",
        "volume": "KmsKeyId':'volume'",
        "isolation": "'EnableNetworkIsolation':True",
        "encryption": "'EnableInterContainerTrafficEncryption':True",
    }
    found = {name for name, sign in signs.items() if sign in written}
    found |= {"cache"} if "CacheConfig" in step.options else set()
    found |= {"retry"} if "RetryPolicies" in step.options else set()
    assert found == expected


def test_names_and_descriptions_for_the_console() -> None:
    step = build("Fail", {}, error_message="x", display_name="The end", step_description="Gives up").step
    assert step.options == {"DisplayName": "The end", "Description": "Gives up"}


def test_a_join_survives_in_a_condition() -> None:
    [found] = conditions(
        {"type": "Equals", "left": {"input": "a"}, "right": "x"}, a=Join("/", ("s3:", Get("Parameters.B")))
    )
    assert found["LeftValue"] == {"Std:Join": {"On": "/", "Values": ["s3:", {"Get": "Parameters.B"}]}}


def test_an_algorithm_without_a_script_reads_plain_text() -> None:
    given = {"objective": "binary:logistic", "depth": 6, "silent": True, "grid": [1, 2]}
    request = build("Training", {"rows": "s3://r"}, image_uri="i", hyperparameters=given).step.request
    plain_text = {"objective": "binary:logistic", "depth": "6", "silent": "true", "grid": "[1,2]"}
    assert request["HyperParameters"] == plain_text


def test_members_of_a_cluster_that_sagemaker_decides() -> None:
    with pytest.raises(ConfigurationError, match="SageMaker decides Name, Steps of the cluster itself"):
        build("EMR", {}, jar="j", cluster_config={"Name": "n", "Steps": []})
