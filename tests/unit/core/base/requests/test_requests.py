"""Every kind's request, checked against botocore's own model of the SageMaker service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from cursus.core.base.build import BuiltStep, build_step
from cursus.core.base.requests.table import KINDS, kind_of
from cursus.errors import ConfigurationError
from cursus.model.expression import Get, Join, is_expression, plain
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec

ROLE = "arn:aws:iam::123456789012:role/R"
VALUES: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": ROLE,
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "pipeline_s3_loc": "s3://bk/p",
}
CODE = {"code_uri": "s3://bk/p/code/abc/sourcedir.tar.gz", "code_entry_point": "run.py"}
#: Integer members of the requests below that tests give references for, by name, get this number for the check.
NUMBER = 1
OPERATIONS = {
    "Processing": ("CreateProcessingJob", {"ProcessingJobName": "n"}),
    "Training": ("CreateTrainingJob", {"TrainingJobName": "n"}),
    "CreateModel": ("CreateModel", {"ModelName": "n"}),
    "Transform": ("CreateTransformJob", {"TransformJobName": "n"}),
    "RegisterModel": ("CreateModelPackage", {}),
    "Tuning": ("CreateHyperParameterTuningJob", {"HyperParameterTuningJobName": "n"}),
    "EndpointConfig": ("CreateEndpointConfig", {"EndpointConfigName": "n"}),
    "Endpoint": ("CreateEndpoint", {}),
}


def own_place(*names: str) -> dict[str, Any]:
    """Where 'node' writes unless it is told otherwise."""
    execution = [{"Get": "Execution.PipelineName"}, {"Get": "Execution.PipelineExecutionId"}]
    return {"Std:Join": {"On": "/", "Values": ["s3://bk/p", *execution, "node", *names]}}


@pytest.fixture(scope="module")
def sagemaker() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


def dependency(name: str, type_: DependencyType = DependencyType.PROCESSING_OUTPUT, **changes: Any) -> Dependency:
    return Dependency(name, type_, **changes)


def output(name: str, **changes: Any) -> Output:
    return Output(name, DependencyType.PROCESSING_OUTPUT, "properties.X", **changes)


def spec(dependencies: tuple[Dependency, ...], outputs: tuple[Output, ...]) -> Spec:
    shapes = {
        (True, True): NodeType.INTERNAL,
        (True, False): NodeType.SINK,
        (False, True): NodeType.SOURCE,
        (False, False): NodeType.SINGULAR,
    }
    return Spec("Step", shapes[bool(dependencies), bool(outputs)], dependencies, outputs)


PROCESSING = (
    Contract(
        "run.py",
        {"flights": "/opt/ml/processing/input/flights", "planes": "/opt/ml/processing/input/planes"},
        {"features": "/opt/ml/processing/output/features"},
        ("LABEL_FIELD",),
        {"DELAY_MINUTES": "15"},
        {"job-type": "training", "rows": None},
    ),
    spec((dependency("flights"), dependency("planes", required=False)), (output("features", aliases=("frame",)),)),
)
TRAINING = (
    Contract(
        "run.py",
        {"train": "/opt/ml/input/data/training", "params": "/opt/ml/input/config/hyperparameters.json"},
        {"model": "/opt/ml/model", "metrics": "/opt/ml/output/data"},
        (),
        {"SEED": "1"},
        {"rounds": "10"},
    ),
    spec(
        (
            dependency("train", DependencyType.TRAINING_DATA),
            dependency("params", DependencyType.HYPERPARAMETERS, required=False),
        ),
        (output("model"), output("metrics")),
    ),
)
MODEL = (None, spec((dependency("model_data", DependencyType.MODEL_ARTIFACTS),), ()))
NAME = dependency("model_name", DependencyType.CUSTOM_PROPERTY, data_type="String")


def build(
    type_: str,
    interface: tuple[Contract | None, Spec],
    inputs: Mapping[str, Any],
    *,
    compute: Mapping[str, Any] | None = None,
    code: bool = False,
    **values: Any,
) -> BuiltStep:
    contract, ports = interface
    given: dict[str, Any] = CODE if code else dict.fromkeys(CODE)
    return build_step(
        node="node",
        builder_class=None,
        config_class=None,
        values=VALUES | values,
        sagemaker_step_type=type_,
        contract=contract,
        spec=ports,
        compute=compute or {},
        inputs=inputs,
        depends_on=["before"],
        **given,
    )


def check(model: ServiceModel, type_: str, built: BuiltStep) -> dict[str, Any]:
    """The request as JSON, after botocore has accepted it with references filled in."""
    operation, name = OPERATIONS[type_]
    request = plain(built.step.request)
    report = ParamValidator().validate(_filled(request) | name, model.operation_model(operation).input_shape)
    assert not report.has_errors(), report.generate_report()
    return dict(request)


def _filled(value: Any) -> Any:
    if is_expression(value):
        return NUMBER if "Parameters.Count" in str(value) else "known-when-the-pipeline-runs"
    if isinstance(value, dict):
        return {k: _filled(v) for k, v in value.items()}
    return [_filled(v) for v in value] if isinstance(value, list) else value


def processing(**changes: Any) -> BuiltStep:
    return build("Processing", PROCESSING, {"flights": "s3://in/"}, **({"code": True, "label_field": "late"} | changes))


def training(**changes: Any) -> BuiltStep:
    values = {"code": True, "framework": "sklearn", "framework_version": "1.2-1"}
    return build("Training", TRAINING, {"train": "s3://in/"}, **(values | changes))


def test_a_processing_step(sagemaker: ServiceModel) -> None:
    built = processing()
    request = check(sagemaker, "Processing", built)
    assert built.step.type == "Processing"
    assert built.step.depends_on == ("before",)
    assert built.step.options == {}
    assert [i["InputName"] for i in request["ProcessingInputs"]] == ["flights", "code"]
    assert request["ProcessingInputs"][1]["S3Input"]["S3Uri"] == CODE["code_uri"]
    assert request["ProcessingOutputConfig"]["Outputs"] == [
        {
            "OutputName": "features",
            "AppManaged": False,
            "S3Output": {
                "S3Uri": own_place("features"),
                "LocalPath": "/opt/ml/processing/output/features",
                "S3UploadMode": "EndOfJob",
            },
        }
    ]
    assert request["Environment"] == {"DELAY_MINUTES": "15", "LABEL_FIELD": "late"}
    assert request["AppSpecification"]["ContainerArguments"] == ["--job-type", "training"]
    assert request["AppSpecification"]["ContainerEntrypoint"][2].endswith('exec python3 ./run.py "$@"')
    assert request["ProcessingResources"]["ClusterConfig"] == {
        "InstanceType": "ml.m5.xlarge",
        "InstanceCount": 1,
        "VolumeSizeInGB": 30,
    }
    assert (built.environment, built.arguments) == (request["Environment"], {"job-type": "training"})


def test_processing_with_everything_set(sagemaker: ServiceModel) -> None:
    built = processing(
        processing_instance_count=2,
        volume_size_gb=50,
        max_runtime_seconds=600,
        volume_kms_key="k1",
        output_kms_key="k2",
        subnets=["subnet-1"],
        security_group_ids=["sg-1"],
        enable_network_isolation=True,
        encrypt_inter_container_traffic=True,
        tags={"b": "2", "a": "1"},
        enable_caching=True,
        cache_expire_after="P30D",
        retry_policies=[{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}],
        property_files=[{"name": "metrics", "output": "features", "path": "metrics.json"}],
        environment={"DELAY_MINUTES": 20, "EXTRA": True},
        delay_minutes=30,
        job_type="validation",
        rows=5,
    )
    request = check(sagemaker, "Processing", built)
    cluster = request["ProcessingResources"]["ClusterConfig"]
    assert cluster == {
        "InstanceType": "ml.m5.xlarge",
        "InstanceCount": 2,
        "VolumeSizeInGB": 50,
        "VolumeKmsKeyId": "k1",
    }
    assert request["ProcessingOutputConfig"]["KmsKeyId"] == "k2"
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 600}
    assert request["NetworkConfig"]["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    assert request["Tags"] == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    assert request["Environment"] == {"DELAY_MINUTES": "30", "EXTRA": "true", "LABEL_FIELD": "late"}
    assert request["AppSpecification"]["ContainerArguments"] == ["--job-type", "validation", "--rows", "5"]
    assert built.step.options == {
        "CacheConfig": {"Enabled": True, "ExpireAfter": "P30D"},
        "RetryPolicies": [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}],
        "PropertyFiles": [{"PropertyFileName": "metrics", "OutputName": "features", "FilePath": "metrics.json"}],
    }


def test_references_pass_through(sagemaker: ServiceModel) -> None:
    built = processing(
        bucket={"Get": "Parameters.Bucket"},
        pipeline_s3_loc=None,
        instance_type={"Get": "Parameters.Type"},
        instance_count={"Get": "Parameters.Count"},
        label_field={"Get": "Parameters.Label"},
        rows={"Get": "Parameters.Rows"},
        role={"Get": "Parameters.Role"},
    )
    request = check(sagemaker, "Processing", built)
    assert request["RoleArn"] == {"Get": "Parameters.Role"}
    assert request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == {"Get": "Parameters.Count"}
    text = {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Label"}]}}
    assert request["Environment"]["LABEL_FIELD"] == text
    assert "Std:Join" in request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
    assert built.environment["LABEL_FIELD"] == '{"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Label"}]}}'


@pytest.mark.parametrize(
    ("compute", "values", "expected"),
    [
        ({}, {}, "ml.m5.xlarge"),
        ({"instance_type": "m"}, {}, "m"),
        ({"instance_type": "m"}, {"instance_type": "g"}, "g"),
        ({"instance_type": "m"}, {"instance_type": "g", "processing_instance_type": "p"}, "p"),
        ({"instance_type": "m"}, {"use_large_processing_instance": True}, "ml.m5.4xlarge"),
        ({}, {"processing_instance_type_small": "s"}, "s"),
    ],
)
def test_the_more_specific_statement_wins(compute: dict[str, Any], values: dict[str, Any], expected: str) -> None:
    values = {"image_uri": "i"} | values
    cluster = processing(compute=compute, **values).step.request["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == expected


@pytest.mark.parametrize(
    ("compute", "values", "tag"),
    [
        ({}, {}, "scikit-learn:1.2-1"),
        ({}, {"processing_framework_version": "1.0-1"}, "scikit-learn:1.0-1"),
        ({"framework": "xgboost", "framework_version": "1.7-1"}, {}, "xgboost:1.7-1"),
        ({"framework": "xgboost", "framework_version": "1.7-1"}, {"framework_version": "1.5-1"}, "xgboost:1.5-1"),
        ({"image_uri": "own"}, {}, "own"),
        ({"image_uri": "own"}, {"framework": "sklearn", "framework_version": "1.4-2"}, "scikit-learn:1.4-2"),
        ({"framework": "xgboost"}, {"image_uri": "mine"}, "mine"),
    ],
)
def test_the_image(compute: dict[str, Any], values: dict[str, Any], tag: str) -> None:
    assert tag in processing(compute=compute, **values).step.request["AppSpecification"]["ImageUri"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"label_field": None}, "environment variable 'LABEL_FIELD' of its script has no value"),
        (
            {"instance_count": "many"},
            "'instance_count': Input should be a valid integer, unable to parse string as an integer.$",
        ),
        ({"instance_count": 0}, "'instance_count' must be a whole number of at least 1, not 0"),
        ({"compute": {"instance_count": True}}, "'instance_count' must be a whole number"),
        ({"subnets": ["s"]}, "needs both 'subnets' and 'security_group_ids'"),
        ({"framework": "pytorch"}, "a framework is named but no framework_version"),
        ({"framework": "sklearn", "framework_version": "9"}, "'9' is not a known sklearn version"),
        ({"property_files": [{"name": "a", "output": "x", "path": "p"}]}, "has no output 'x'.*It has: features"),
        ({"property_files": [{"name": "a"}]}, "list of {name, output, path}"),
        ({"environment": "x"}, "'environment'"),
    ],
)
def test_wrong_settings_name_the_step_and_the_setting(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        processing(**values)
    assert caught.value.message.startswith("Step 'node': ")
    assert caught.value.hint


def test_inputs_that_are_missing_or_unknown() -> None:
    with pytest.raises(ConfigurationError, match="required input 'flights' is fed by nothing"):
        build("Processing", PROCESSING, {}, label_field="late")
    with pytest.raises(ConfigurationError, match=r"no input 'flight'\. Did you mean 'flights'"):
        build("Processing", PROCESSING, {"flights": "s3://a", "flight": "s3://b"}, label_field="late")


def test_the_place_of_the_code_is_taken() -> None:
    contract = Contract("run.py", {"code": "/opt/ml/processing/input/code"}, {})
    with pytest.raises(ConfigurationError, match="takes the name or place of the step's code"):
        build("Processing", (contract, spec((dependency("code"),), ())), {"code": "s3://a"}, code=True)


def test_processing_without_a_script(sagemaker: ServiceModel) -> None:
    ports = spec((dependency("a"),), (output("b"),))
    built = build("Processing", (None, ports), {"a": "s3://a"}, image_uri="own", container_entrypoint=["run"])
    request = check(sagemaker, "Processing", built)
    assert request["AppSpecification"] == {"ImageUri": "own", "ContainerEntrypoint": ["run"]}
    assert request["ProcessingInputs"][0]["S3Input"]["LocalPath"] == "/opt/ml/processing/input/a"


def test_an_output_known_by_its_alias_gets_its_name() -> None:
    contract = Contract("run.py", {}, {"frame": "/opt/ml/processing/output/frame"})
    built = build("Processing", (contract, spec((), (output("features", aliases=("frame",)),))), {})
    assert built.step.request["ProcessingOutputConfig"]["Outputs"][0]["OutputName"] == "features"


def test_a_training_step(sagemaker: ServiceModel) -> None:
    built = training(hyperparameters={"depth": 3, "loss": "log", "grid": [1, 2], "lr": {"Get": "Parameters.Lr"}})
    request = check(sagemaker, "Training", built)
    assert request["InputDataConfig"] == [
        {
            "ChannelName": "training",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://in/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
    ]
    assert request["HyperParameters"] == {
        "depth": "3",
        "loss": '"log"',
        "grid": "[1,2]",
        "lr": {"Std:Join": {"On": "", "Values": [{"Get": "Parameters.Lr"}]}},
        "rounds": "10",
        "sagemaker_program": '"run.py"',
        "sagemaker_submit_directory": '"s3://bk/p/code/abc/sourcedir.tar.gz"',
        "sagemaker_container_log_level": "20",
        "sagemaker_region": '"us-east-1"',
    }
    assert request["OutputDataConfig"] == {"S3OutputPath": own_place()}
    assert request["Environment"] == {"SEED": "1"}
    assert built.hyperparameters == {"depth": 3, "loss": "log", "grid": [1, 2], "lr": '{"Get": "Parameters.Lr"}'}
    assert built.arguments == {"rounds": "10"}


def test_training_with_everything_set(sagemaker: ServiceModel) -> None:
    built = training(
        training_instance_type="ml.p3.2xlarge",
        image_uri="own",
        metric_definitions={"auc": "auc=(.*)"},
        use_spot_instances=True,
        max_runtime_seconds=100,
        max_wait_seconds=200,
        checkpoint_s3_uri="s3://bk/check",
        training_input_mode="FastFile",
        keep_alive_period_seconds=60,
        distribution={"torch_distributed": {"enabled": True}},
        subnets=["subnet-1"],
        security_group_ids=["sg-1"],
        enable_network_isolation=False,
        tags=[{"Key": "a", "Value": "b"}],
        output_kms_key="k",
    )
    request = check(sagemaker, "Training", built)
    assert request["AlgorithmSpecification"] == {
        "TrainingImage": "own",
        "TrainingInputMode": "FastFile",
        "MetricDefinitions": [{"Name": "auc", "Regex": "auc=(.*)"}],
    }
    assert request["InputDataConfig"][0]["InputMode"] == "FastFile"
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 100, "MaxWaitTimeInSeconds": 200}
    assert request["CheckpointConfig"] == {"S3Uri": "s3://bk/check", "LocalPath": "/opt/ml/checkpoints"}
    assert request["HyperParameters"]["sagemaker_torch_distributed_enabled"] == "true"
    assert request["HyperParameters"]["sagemaker_instance_type"] == '"ml.p3.2xlarge"'


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        ({"mpi": {"enabled": True, "processes_per_host": 2}}, "sagemaker_mpi_num_of_processes_per_host"),
        ({"parameter_server": {"enabled": True}}, "sagemaker_parameter_server_enabled"),
        ({"smdistributed": {"dataparallel": {"enabled": True}}}, "sagemaker_distributed_dataparallel_enabled"),
    ],
)
def test_ways_of_distributing(distribution: dict[str, Any], expected: str) -> None:
    assert expected in training(distribution=distribution).step.request["HyperParameters"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"framework": None}, "no container image is known"),
        ({"use_spot_instances": True}, "spot capacity needs a time to wait"),
        ({"use_spot_instances": True, "max_wait_seconds": 1}, "is less than the time the job may run"),
        ({"max_wait_seconds": 1}, "only counts for spot capacity"),
        ({"distribution": {"mp": {"enabled": True}}}, "'mp' is not a distribution.*Did you mean 'mpi'"),
        (
            {"distribution": {"mpi": {"enabled": True}, "parameter_server": {"enabled": True}}},
            "more than one distribution",
        ),
        ({"distribution": {"smdistributed": {}}}, "needs 'dataparallel'"),
        ({"hyperparameters": [1]}, "hyperparameters"),
    ],
)
def test_wrong_training_settings(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        training(**values)


def test_a_training_input_must_be_a_channel() -> None:
    contract = Contract("run.py", {"data": "/opt/ml/input/data"}, {})
    with pytest.raises(ConfigurationError, match="must be a channel, /opt/ml/input/data/<channel>"):
        build("Training", (contract, spec((dependency("data"),), ())), {"data": "s3://a"}, image_uri="i")


def test_a_model_step(sagemaker: ServiceModel) -> None:
    archive = Get.step("train", "properties.ModelArtifacts.S3ModelArtifacts")
    values = {"framework": "sklearn", "framework_version": "1.2-1", "environment": {"A": 1}}
    built = build("CreateModel", MODEL, {"model_data": archive}, code=True, **values)
    request = check(sagemaker, "CreateModel", built)
    assert built.step.type == "Model"
    assert request["PrimaryContainer"]["ModelDataUrl"] == {"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"}
    assert request["PrimaryContainer"]["Environment"]["SAGEMAKER_PROGRAM"] == "run.py"
    assert request["ExecutionRoleArn"] == ROLE
    assert built.environment["A"] == "1"


def test_a_model_step_without_a_model() -> None:
    with pytest.raises(ConfigurationError, match="no model is known"):
        build("CreateModel", (None, spec((), ())), {}, image_uri="i")


def test_a_transform_step(sagemaker: ServiceModel) -> None:
    ports = spec((NAME, dependency("rows")), (output("scores"),))
    built = build(
        "Transform",
        (None, ports),
        {"model_name": Get.step("model", "properties.ModelName"), "rows": "s3://in"},
        content_type="text/csv",
        split_type="Line",
        join_source="Input",
        input_filter="$[1:]",
        transform_assemble_with="Line",
        transform_accept="text/csv",
        max_concurrent_transforms=2,
        batch_strategy="MultiRecord",
        transform_instance_count=3,
        max_payload_mb=6,
    )
    request = check(sagemaker, "Transform", built)
    assert request["ModelName"] == {"Get": "Steps.model.ModelName"}
    assert request["TransformInput"]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://in"
    assert request["TransformOutput"]["S3OutputPath"] == own_place("scores")
    assert request["TransformResources"] == {"InstanceType": "ml.m5.xlarge", "InstanceCount": 3}


def test_a_transform_that_could_mean_two_inputs() -> None:
    ports = spec((NAME, dependency("a"), dependency("b")), ())
    with pytest.raises(ConfigurationError, match="several inputs could be the data: a, b"):
        build("Transform", (None, ports), {"model_name": "m", "a": "s3://a", "b": "s3://b"})


def test_a_registered_model(sagemaker: ServiceModel) -> None:
    ports = spec((dependency("model_data", DependencyType.MODEL_ARTIFACTS), dependency("model_metrics")), ())
    built = build(
        "RegisterModel",
        (None, ports),
        {"model_data": "s3://m", "model_metrics": Get.step("eval", "properties.X")},
        image_uri="i",
        model_package_group_name="flights",
        approval_status="Approved",
        inference_instances=["ml.m5.large"],
        customer_metadata={"owner": "ana"},
        domain="MACHINE_LEARNING",
    )
    request = check(sagemaker, "RegisterModel", built)
    assert request["InferenceSpecification"]["Containers"] == [{"Image": "i", "ModelDataUrl": "s3://m"}]
    uri = request["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert uri == {"Std:Join": {"On": "/", "Values": [{"Get": "Steps.eval.X"}, "metrics.json"]}}
    with pytest.raises(ConfigurationError, match="no model package group is named"):
        build("RegisterModel", MODEL, {"model_data": "s3://m"}, image_uri="i")
    with pytest.raises(ConfigurationError, match="'approval_status' must be one of Approved"):
        build(
            "RegisterModel",
            MODEL,
            {"model_data": "s3://m"},
            image_uri="i",
            model_package_group_name="g",
            approval_status="Yes",
        )


def test_a_tuning_step(sagemaker: ServiceModel) -> None:
    ranges = {
        "depth": {"type": "integer", "min": 2, "max": 8},
        "lr": {"type": "continuous", "min": 0.01, "max": 0.3, "scaling": "Logarithmic"},
        "loss": {"type": "categorical", "values": ["log", "hinge"]},
    }
    values = {"image_uri": "i", "objective_metric": "auc", "parameter_ranges": ranges, "max_jobs": 4}
    built = build(
        "Tuning", TRAINING, {"train": "s3://in"}, code=True, hyperparameters={"depth": 3, "seed": 1}, **values
    )
    request = check(sagemaker, "Tuning", built)
    static = request["TrainingJobDefinition"]["StaticHyperParameters"]
    assert "depth" not in static
    assert static["seed"] == "1"
    found = request["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert found["CategoricalParameterRanges"] == [{"Name": "loss", "Values": ['"log"', '"hinge"']}]
    assert built.environment == {"SEED": "1"}
    with pytest.raises(ConfigurationError, match="there is nothing to tune"):
        build("Tuning", TRAINING, {"train": "s3://in"}, image_uri="i", objective_metric="auc")
    with pytest.raises(ConfigurationError, match="must be ranges of"):
        build(
            "Tuning",
            TRAINING,
            {"train": "s3://in"},
            image_uri="i",
            objective_metric="auc",
            parameter_ranges={"depth": {"type": "integer"}},
        )


def test_endpoints(sagemaker: ServiceModel) -> None:
    config = build("EndpointConfig", (None, spec((NAME,), ())), {"model_name": Get.step("m", "properties.ModelName")})
    assert check(sagemaker, "EndpointConfig", config)["ProductionVariants"][0]["InstanceType"] == "ml.m5.xlarge"
    name = dependency("endpoint_config_name", DependencyType.CUSTOM_PROPERTY, data_type="String")
    endpoint = build("Endpoint", (None, spec((name,), ())), {"endpoint_config_name": "c"}, endpoint_name="e")
    assert check(sagemaker, "Endpoint", endpoint) == {"EndpointName": "e", "EndpointConfigName": "c"}


def test_calls_and_failures() -> None:
    ports = spec((dependency("a"),), (output("n", data_type="Integer"),))
    function = build("Lambda", (None, ports), {"a": "s3://a"}, function_arn="arn:f", call_arguments={"b": 1})
    assert function.step.request == {"b": 1, "a": "s3://a"}
    parameters = [{"OutputName": "n", "OutputType": "Integer"}]
    assert function.step.options == {"FunctionArn": "arn:f", "OutputParameters": parameters}
    callback = build("Callback", (None, ports), {"a": "s3://a"}, sqs_queue_url="https://q")
    assert callback.step.options == {"SqsQueueUrl": "https://q", "OutputParameters": parameters}
    fail = build("Fail", (None, spec((), ())), {}, error_message={"Get": "Parameters.Why"})
    assert fail.step.request == {"ErrorMessage": Get("Parameters.Why")}
    with pytest.raises(ConfigurationError, match="'error_message' is not set"):
        build("Fail", (None, spec((), ())), {})
    odd = spec((), (output("n", data_type="Matrix"),))
    with pytest.raises(ConfigurationError, match="'Matrix', which a call cannot give back"):
        build("Lambda", (None, odd), {}, function_arn="arn:f")


def test_an_emr_step() -> None:
    ports = spec((dependency("rows"),), ())
    built = build(
        "EMR", (None, ports), {"rows": "s3://r"}, cluster_id="j-1", jar="command-runner.jar", jar_arguments=[1]
    )
    assert built.step.request == {
        "ClusterId": "j-1",
        "StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["1", "--rows", "s3://r"]}},
    }
    with pytest.raises(ConfigurationError, match="exactly one of 'cluster_id' and 'cluster_config'"):
        build("EMR", (None, ports), {"rows": "s3://r"}, jar="j")


def test_the_table_of_kinds() -> None:
    names = [name for kind in KINDS for name in kind.sagemaker_types]
    assert len(names) == len(set(names))
    assert kind_of("MimsModelRegistrationProcessing", "n").type == "Processing"
    assert kind_of("CradleDataLoading", "n").type == "Processing"
    with pytest.raises(ConfigurationError, match=r"'Trainin' is not a SageMaker step type.*Did you mean 'Training'"):
        kind_of("Trainin", "n")


def test_a_bucket_reference_makes_the_code_a_join() -> None:
    built = build_step(
        node="node",
        builder_class=None,
        config_class=None,
        values=VALUES | {"image_uri": "i"},
        sagemaker_step_type="Training",
        contract=TRAINING[0],
        spec=TRAINING[1],
        compute={},
        inputs={"train": "s3://in"},
        depends_on=[],
        code_uri=Join("/", (Get("Parameters.Base"), "sourcedir.tar.gz")),
        code_entry_point="run.py",
    )
    directory = built.step.request["HyperParameters"]["sagemaker_submit_directory"]
    assert directory == Join("/", (Get("Parameters.Base"), "sourcedir.tar.gz"))


@pytest.mark.parametrize("uri", ["s3://elsewhere/features", {"Get": "Parameters.Place"}])
def test_a_place_for_an_output_may_be_named(sagemaker: ServiceModel, uri: Any) -> None:
    built = processing(output_uris={"features": uri})
    assert built.unused == ()
    request = check(sagemaker, "Processing", built)
    assert request["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"] == uri
    trained = build(
        "Training", TRAINING, {"train": "s3://t"}, code=True, image_uri="i", output_uris={"model": uri}
    ).step.request
    assert plain(trained["OutputDataConfig"]) == {"S3OutputPath": uri}


def test_a_place_for_an_output_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match=r"has no output 'feature'. Did you mean 'features'"):
        processing(output_uris={"feature": "s3://elsewhere"})
    places = {"model": "s3://a", "metrics": "s3://b"}
    with pytest.raises(ConfigurationError, match="given several output places, but a training job has one"):
        build("Training", TRAINING, {"train": "s3://t"}, code=True, image_uri="i", output_uris=places)
    with pytest.raises(ConfigurationError, match="has no output place 'x'"):
        build("Fail", (None, spec((), ())), {}, error_message="no", output_uris={"x": "s3://a"})
