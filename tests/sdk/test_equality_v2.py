"""For the same inputs our request equals that of SDK v2, apart from the SDK's own defaults in ``DEFAULTS``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from cursus.core.base.build import build_step, make_config
from cursus.core.base.pipeline_step import PipelineStep
from cursus.core.base.requests.interface import Code
from cursus.core.base.requests.table import KINDS
from cursus.core.base.step_configs import JobConfigBase
from cursus.core.compiler.emit import emit_definition
from cursus.model.expression import Get, plain
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec


def _sdk_major() -> str | None:
    try:
        return version("sagemaker").partition(".")[0]
    except PackageNotFoundError:
        return None


pytestmark = pytest.mark.skipif(
    _sdk_major() != "2", reason="SageMaker SDK v2 is not installed: tools/sdk_equality.sh 2"
)

_DEBUGGER = "the SDK turns SageMaker Debugger on; it costs, and is to be asked for"
#: Kind -> member of the request -> why our request does not have what the SDK's has.
DEFAULTS: dict[str, dict[str, str]] = {
    "Training": {"ProfilerConfig": _DEBUGGER, "DebugHookConfig": _DEBUGGER},
    "Framework": {"ProfilerConfig": _DEBUGGER, "DebugHookConfig": _DEBUGGER},
    "PyTorch": {
        "ProfilerConfig": _DEBUGGER,
        "DebugHookConfig": _DEBUGGER,
        "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries": "the same for series of metrics",
    },
    "RegisterModel": {
        "ModelMetrics.Bias": "empty",
        "ModelMetrics.Explainability": "empty",
        "SkipModelValidation": "'None' is what SageMaker does without it",
    },
    "EndpointConfig": {
        "EndpointConfigName": "the SDK keeps a name; without one SageMaker makes one for each execution"
    },
}

ROLE = "arn:aws:iam::123456789012:role/R"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"
CODE = Code("s3://bk/p/code/abc/sourcedir.tar.gz", "run.py")
BASE: dict[str, Any] = {
    "author": "ana",
    "bucket": "bk",
    "role": ROLE,
    "region": "NA",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "pipeline_s3_loc": "s3://bk/p",
}
COMMON: dict[str, Any] = {
    "tags": {"team": "ingest"},
    "subnets": ["subnet-1"],
    "security_group_ids": ["sg-1"],
    "enable_network_isolation": True,
    "encrypt_inter_container_traffic": True,
    "output_kms_key": "key-out",
    "volume_kms_key": "key-volume",
    "max_runtime_seconds": 3600,
}
TAGS = [{"Key": "team", "Value": "ingest"}]
PO, TD, MA, CP = (
    DependencyType.PROCESSING_OUTPUT,
    DependencyType.TRAINING_DATA,
    DependencyType.MODEL_ARTIFACTS,
    DependencyType.CUSTOM_PROPERTY,
)
Maker = Callable[[Any, "Callable[[Any], Any]"], Any]


def ours(
    type_: str,
    inputs: Mapping[str, tuple[DependencyType, Any]],
    *,
    outputs: Mapping[str, str] | None = None,
    contract: Contract | None = None,
    code: bool = False,
    **values: Any,
) -> PipelineStep:
    shapes = {
        (True, True): NodeType.INTERNAL,
        (True, False): NodeType.SINK,
        (False, True): NodeType.SOURCE,
        (False, False): NodeType.SINGULAR,
    }
    spec = Spec(
        "S",
        shapes[bool(inputs), bool(outputs)],
        tuple(Dependency(n, t, data_type="String" if t is CP else "S3Uri") for n, (t, _) in inputs.items()),
        tuple(Output(n, PO, "properties.X", data_type=d) for n, d in (outputs or {}).items()),
    )
    return build_step(
        node="node",
        builder_class=None,
        config_class=None,
        values=BASE | values,
        sagemaker_step_type=type_,
        contract=contract,
        spec=spec,
        compute={},
        inputs={n: v for n, (_, v) in inputs.items()},
        depends_on=[],
        code_uri=CODE.uri if code else None,
        code_entry_point=CODE.entry_point if code else None,
    ).step


def theirs(make: Maker, *, code: bool = False) -> PipelineStep:
    """The SDK's step, made and turned into a request without the network."""
    from cursus.core.compiler.adapters.sdk_v2 import open_v2

    with open_v2(make_config("node", JobConfigBase, BASE), "node") as bench:
        return bench.convert(make(bench.session, bench.given), CODE if code else None)


def check(kind: str, mine: PipelineStep, other: PipelineStep) -> None:
    left, right = flat(plain(mine.request)), flat(other.request)
    for member in DEFAULTS.get(kind, {}):
        extra = {path for path in right if path == member or path.startswith(f"{member}.")}
        assert extra, f"'{member}' of {kind} is no difference any more"
        assert not extra & left.keys()
        right = {path: value for path, value in right.items() if path not in extra}
    assert mine.type == other.type
    assert {p: v for p, v in left.items() if right.get(p) != v} == {p: v for p, v in right.items() if left.get(p) != v}
    assert plain(mine.options) == other.options


def flat(value: Any, path: str = "") -> dict[str, Any]:
    """Every leaf of ``value`` by its path."""
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict) and value:
        inner = [(f"{path}.{key}".lstrip("."), v) for key, v in value.items()]
    elif isinstance(value, list) and value:
        inner = [(f"{path}[{i}]", v) for i, v in enumerate(value)]
    else:
        return {path: value}
    return {p: leaf for where, v in inner for p, leaf in flat(v, where).items()}


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "run.py"
    file.write_text("print('run')\n", encoding="utf-8")
    return str(file)


def network() -> Any:
    from sagemaker.network import NetworkConfig

    return NetworkConfig(
        enable_network_isolation=True,
        security_group_ids=["sg-1"],
        subnets=["subnet-1"],
        encrypt_inter_container_traffic=True,
    )


def retries() -> Any:
    from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

    return [
        StepRetryPolicy(
            exception_types=[StepExceptionTypeEnum.THROTTLING], interval_seconds=5, backoff_rate=2.0, max_attempts=3
        )
    ]


RETRIES = [
    {"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 3},
]


def test_processing(script: str) -> None:
    from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
    from sagemaker.workflow.properties import PropertyFile
    from sagemaker.workflow.steps import CacheConfig, ProcessingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        processor = ScriptProcessor(
            role=ROLE,
            image_uri=IMAGE,
            command=["python3"],
            instance_count=2,
            instance_type="ml.m5.large",
            volume_size_in_gb=50,
            volume_kms_key="key-volume",
            output_kms_key="key-out",
            max_runtime_in_seconds=3600,
            env={"LABEL": "late"},
            tags=TAGS,
            network_config=network(),
            sagemaker_session=session,
        )
        arguments = processor.run(
            code=script,
            inputs=[
                ProcessingInput(
                    source=given(Get("Steps.before.X")),
                    destination="/opt/ml/processing/input/a",
                    input_name="a",
                )
            ],
            outputs=[
                ProcessingOutput(source="/opt/ml/processing/output/b", destination="s3://bk/p/node/b", output_name="b")
            ],
            arguments=["--rows", "5"],
        )
        return ProcessingStep(
            "node",
            step_args=arguments,
            property_files=[PropertyFile(name="F", output_name="b", path="m.json")],
            cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
            retry_policies=retries(),
            display_name="Shown",
            description="Described",
        )

    contract = Contract(
        "run.py",
        {"a": "/opt/ml/processing/input/a"},
        {"b": "/opt/ml/processing/output/b"},
        (),
        {"LABEL": "late"},
        {"rows": "5"},
    )
    mine = ours(
        "Processing",
        {"a": (PO, Get("Steps.before.X"))},
        outputs={"b": "S3Uri"},
        contract=contract,
        code=True,
        image_uri=IMAGE,
        instance_type="ml.m5.large",
        instance_count=2,
        volume_size_gb=50,
        property_files=[{"name": "F", "output": "b", "path": "m.json"}],
        output_uris={"b": "s3://bk/p/node/b"},
        enable_caching=True,
        cache_expire_after="P30D",
        retry_policies=RETRIES,
        display_name="Shown",
        step_description="Described",
        **COMMON,
    )
    check("Processing", mine, theirs(make, code=True))


def test_processing_with_a_container_of_its_own() -> None:
    from sagemaker.processing import Processor
    from sagemaker.workflow.steps import ProcessingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        processor = Processor(
            role=ROLE,
            image_uri=IMAGE,
            entrypoint=["run", "it"],
            instance_count=1,
            instance_type="ml.m5.xlarge",
            max_runtime_in_seconds=86400,
            sagemaker_session=session,
        )
        return ProcessingStep("node", step_args=processor.run())

    mine = ours("Processing", {}, image_uri=IMAGE, container_entrypoint=["run", "it"])
    check("Processing", mine, theirs(make))


def test_processing_by_framework(script: str) -> None:
    from sagemaker.sklearn.processing import SKLearnProcessor
    from sagemaker.workflow.steps import ProcessingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        processor = SKLearnProcessor(
            framework_version="1.2-1",
            role=ROLE,
            instance_type="ml.m5.xlarge",
            instance_count=1,
            max_runtime_in_seconds=86400,
            sagemaker_session=session,
        )
        return ProcessingStep("node", step_args=processor.run(code=script))

    contract = Contract("run.py", {}, {})
    mine = ours("Processing", {}, contract=contract, code=True, framework="sklearn", framework_version="1.2-1")
    check("Processing", mine, theirs(make, code=True))


def test_processing_by_framework_with_a_folder_of_code(script: str) -> None:
    from sagemaker.processing import FrameworkProcessor
    from sagemaker.sklearn.estimator import SKLearn
    from sagemaker.workflow.steps import ProcessingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        processor = FrameworkProcessor(
            SKLearn,
            framework_version="1.2-1",
            role=ROLE,
            instance_type="ml.m5.xlarge",
            instance_count=1,
            max_runtime_in_seconds=86400,
            sagemaker_session=session,
        )
        folder = Path(script)
        return ProcessingStep("node", step_args=processor.run(code=folder.name, source_dir=str(folder.parent)))

    contract = Contract("run.py", {}, {})
    mine = ours("Processing", {}, contract=contract, code=True, framework="sklearn", framework_version="1.2-1")
    check("Processing", mine, theirs(make, code=True))


def test_without_a_place_each_execution_has_its_own() -> None:
    from sagemaker.processing import ProcessingOutput, Processor
    from sagemaker.workflow.steps import ProcessingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        processor = Processor(
            role=ROLE, image_uri=IMAGE, instance_count=1, instance_type="ml.m5.xlarge", sagemaker_session=session
        )
        output = ProcessingOutput(source="/opt/ml/processing/output/b", output_name="b")
        return ProcessingStep("node", step_args=processor.run(outputs=[output]))

    mine = ours("Processing", {}, outputs={"b": "S3Uri"}, image_uri=IMAGE)
    for step in (mine, theirs(make)):
        [output] = plain(step.request)["ProcessingOutputConfig"]["Outputs"]
        values = output["S3Output"]["S3Uri"]["Std:Join"]["Values"]
        assert {"Get": "Execution.PipelineExecutionId"} in values
        assert "node" in values


LEARN = Contract("run.py", {"rows": "/opt/ml/input/data/train"}, {"model": "/opt/ml/model"}, (), {"SEED": "1"})


def estimator(session: Any, **changes: Any) -> Any:
    from sagemaker.estimator import Estimator

    given: dict[str, Any] = {
        "image_uri": IMAGE,
        "role": ROLE,
        "instance_count": 2,
        "instance_type": "ml.m5.large",
        "volume_size": 50,
        "volume_kms_key": "key-volume",
        "output_kms_key": "key-out",
        "output_path": "s3://bk/p/node",
        "max_run": 3600,
        "subnets": ["subnet-1"],
        "security_group_ids": ["sg-1"],
        "enable_network_isolation": True,
        "encrypt_inter_container_traffic": True,
        "tags": TAGS,
        "environment": {"SEED": "1"},
        "metric_definitions": [{"Name": "auc", "Regex": "auc=(.*)"}],
        "sagemaker_session": session,
    }
    return Estimator(**(given | changes))


#: Where a training job of these tests writes.
PLACE = {"output_path": "s3://bk/p/node"}
TRAINING: dict[str, Any] = {
    "image_uri": IMAGE,
    "instance_type": "ml.m5.large",
    "instance_count": 2,
    "volume_size_gb": 50,
    "metric_definitions": {"auc": "auc=(.*)"},
    "output_uris": PLACE,
    **COMMON,
}


def test_training() -> None:
    from sagemaker.inputs import TrainingInput
    from sagemaker.workflow.steps import TrainingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        learner = estimator(
            session,
            use_spot_instances=True,
            max_wait=7200,
            checkpoint_s3_uri="s3://bk/check",
            checkpoint_local_path="/opt/ml/checkpoints",
            hyperparameters={"depth": 6, "objective": "binary:logistic"},
        )
        return TrainingStep(
            "node",
            step_args=learner.fit({"train": TrainingInput(given(Get("Steps.before.X")))}),
            retry_policies=retries(),
        )

    mine = ours(
        "Training",
        {"rows": (TD, Get("Steps.before.X"))},
        outputs={"model": "S3Uri"},
        contract=LEARN,
        use_spot_instances=True,
        max_wait_seconds=7200,
        checkpoint_s3_uri="s3://bk/check",
        hyperparameters={"depth": 6, "objective": "binary:logistic"},
        retry_policies=RETRIES,
        **TRAINING,
    )
    check("Training", mine, theirs(make))


def test_training_by_framework(script: str) -> None:
    from sagemaker.inputs import TrainingInput
    from sagemaker.sklearn.estimator import SKLearn
    from sagemaker.workflow.steps import TrainingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        learner = SKLearn(
            entry_point=script,
            framework_version="1.2-1",
            role=ROLE,
            instance_type="ml.m5.xlarge",
            instance_count=1,
            output_path="s3://bk/p/node",
            hyperparameters={"depth": 6, "loss": "log"},
            environment={"SEED": "1"},
            sagemaker_session=session,
        )
        return TrainingStep("node", step_args=learner.fit({"train": TrainingInput("s3://in")}))

    mine = ours(
        "Training",
        {"rows": (TD, "s3://in")},
        outputs={"model": "S3Uri"},
        contract=LEARN,
        code=True,
        framework="sklearn",
        framework_version="1.2-1",
        hyperparameters={"depth": 6, "loss": "log"},
        output_uris=PLACE,
    )
    check("Framework", mine, theirs(make, code=True))


@pytest.mark.parametrize(
    "distribution",
    [
        {"mpi": {"enabled": True, "processes_per_host": 2, "custom_mpi_options": "-x A"}},
        {"torch_distributed": {"enabled": True}},
        {"smdistributed": {"dataparallel": {"enabled": True}}},
        {"parameter_server": {"enabled": True}},
    ],
    ids=["mpi", "torch", "smddp", "ps"],
)
def test_training_on_several_instances(script: str, distribution: dict[str, Any]) -> None:
    from sagemaker.pytorch import PyTorch
    from sagemaker.workflow.steps import TrainingStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        learner = PyTorch(
            entry_point=script,
            framework_version="2.0.1",
            py_version="py310",
            role=ROLE,
            instance_type="ml.p4d.24xlarge",
            instance_count=2,
            output_path="s3://bk/p/node",
            distribution=distribution,
            sagemaker_session=session,
        )
        return TrainingStep("node", step_args=learner.fit({"train": "s3://in"}))

    contract = Contract("run.py", {"rows": "/opt/ml/input/data/train"}, {})
    mine = ours(
        "Training",
        {"rows": (TD, "s3://in")},
        contract=contract,
        code=True,
        framework="pytorch",
        framework_version="2.0.1",
        py_version="py310",
        instance_type="ml.p4d.24xlarge",
        instance_count=2,
        distribution=distribution,
        output_uris=PLACE,
    )
    check("PyTorch", mine, theirs(make, code=True))


def test_tuning() -> None:
    from sagemaker.inputs import TrainingInput
    from sagemaker.tuner import CategoricalParameter, ContinuousParameter, HyperparameterTuner, IntegerParameter
    from sagemaker.workflow.steps import TuningStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        learner = estimator(session, hyperparameters={"objective": "binary"})
        tuner = HyperparameterTuner(
            learner,
            objective_metric_name="auc",
            hyperparameter_ranges={
                "depth": IntegerParameter(2, 8),
                "eta": ContinuousParameter(0.01, 0.3, scaling_type="Logarithmic"),
                "booster": CategoricalParameter(["gbtree", "dart"]),
            },
            metric_definitions=[{"Name": "auc", "Regex": "auc=(.*)"}],
            max_jobs=4,
            max_parallel_jobs=2,
            early_stopping_type="Auto",
            tags=TAGS,
        )
        return TuningStep("node", step_args=tuner.fit({"train": TrainingInput("s3://in")}))

    mine = ours(
        "Tuning",
        {"rows": (TD, "s3://in")},
        outputs={"model": "S3Uri"},
        contract=LEARN,
        objective_metric="auc",
        parameter_ranges={
            "depth": {"type": "integer", "min": 2, "max": 8},
            "eta": {"type": "continuous", "min": 0.01, "max": 0.3, "scaling": "Logarithmic"},
            "booster": {"type": "categorical", "values": ["gbtree", "dart"]},
        },
        max_jobs=4,
        max_parallel_jobs=2,
        early_stopping_type="Auto",
        hyperparameters={"objective": "binary"},
        **TRAINING,
    )
    check("Tuning", mine, theirs(make))


def model(session: Any, data: Any, **changes: Any) -> Any:
    from sagemaker.model import Model

    given: dict[str, Any] = {"image_uri": IMAGE, "model_data": data, "role": ROLE, "env": {"A": "1"}}
    return Model(**given, sagemaker_session=session, **changes)


def test_create_model() -> None:
    from sagemaker.workflow.model_step import ModelStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        made = model(
            session,
            given(Get("Steps.train.ModelArtifacts.S3ModelArtifacts")),
            vpc_config={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
            enable_network_isolation=True,
        )
        return ModelStep("node", step_args=made.create(tags=TAGS))

    mine = ours(
        "CreateModel",
        {"model_data": (MA, Get("Steps.train.ModelArtifacts.S3ModelArtifacts"))},
        image_uri=IMAGE,
        environment={"A": "1"},
        **COMMON,
    )
    check("Model", mine, theirs(make))


def test_register_model() -> None:
    from sagemaker.model_metrics import MetricsSource, ModelMetrics
    from sagemaker.workflow.model_step import ModelStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        metrics = ModelMetrics(model_statistics=MetricsSource("application/json", "s3://bk/metrics.json"))
        made = model(session, given(Get("Steps.train.ModelArtifacts.S3ModelArtifacts")))
        arguments = made.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            transform_instances=["ml.m5.xlarge"],
            model_package_group_name="group",
            approval_status="PendingManualApproval",
            description="What it is",
            model_metrics=metrics,
            customer_metadata_properties={"owner": "ana"},
            domain="MACHINE_LEARNING",
            task="CLASSIFICATION",
            sample_payload_url="s3://bk/payload.tar.gz",
        )
        return ModelStep("node", step_args=arguments)

    mine = ours(
        "RegisterModel",
        {"model_data": (MA, Get("Steps.train.ModelArtifacts.S3ModelArtifacts")), "model_metrics": (PO, "s3://bk")},
        image_uri=IMAGE,
        environment={"A": "1"},
        model_package_group_name="group",
        model_package_description="What it is",
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.xlarge"],
        customer_metadata={"owner": "ana"},
        domain="MACHINE_LEARNING",
        task="CLASSIFICATION",
        sample_payload_url="s3://bk/payload.tar.gz",
    )
    check("RegisterModel", mine, theirs(make))


def test_transform() -> None:
    from sagemaker.transformer import Transformer
    from sagemaker.workflow.steps import TransformStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        transformer = Transformer(
            model_name=given(Get("Steps.model.ModelName")),
            instance_count=2,
            instance_type="ml.m5.large",
            strategy="MultiRecord",
            assemble_with="Line",
            accept="text/csv",
            output_path="s3://bk/p/node/scores",
            output_kms_key="key-out",
            volume_kms_key="key-volume",
            max_concurrent_transforms=4,
            max_payload=6,
            tags=TAGS,
            env={"A": "1"},
            sagemaker_session=session,
        )
        arguments = transformer.transform(
            "s3://in",
            content_type="text/csv",
            split_type="Line",
            compression_type="Gzip",
            input_filter="$[1:]",
            output_filter="$[0]",
            join_source="Input",
        )
        return TransformStep("node", step_args=arguments)

    mine = ours(
        "Transform",
        {"model_name": (CP, Get("Steps.model.ModelName")), "rows": (PO, "s3://in")},
        outputs={"scores": "S3Uri"},
        output_uris={"scores": "s3://bk/p/node/scores"},
        instance_count=2,
        instance_type="ml.m5.large",
        batch_strategy="MultiRecord",
        transform_assemble_with="Line",
        transform_accept="text/csv",
        max_concurrent_transforms=4,
        max_payload_mb=6,
        environment={"A": "1"},
        content_type="text/csv",
        split_type="Line",
        compression_type="Gzip",
        input_filter="$[1:]",
        output_filter="$[0]",
        join_source="Input",
        **COMMON,
    )
    check("Transform", mine, theirs(make))


def test_automl() -> None:
    from sagemaker.automl.automl import AutoML, AutoMLInput
    from sagemaker.workflow.automl_step import AutoMLStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        job = AutoML(
            role=ROLE,
            target_attribute_name="late",
            output_path="s3://bk/p/node",
            output_kms_key="key-out",
            volume_kms_key="key-volume",
            encrypt_inter_container_traffic=True,
            vpc_config={"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
            problem_type="BinaryClassification",
            job_objective={"MetricName": "AUC"},
            max_candidates=5,
            max_runtime_per_training_job_in_seconds=600,
            total_job_runtime_in_seconds=3600,
            mode="ENSEMBLING",
            tags=TAGS,
            sagemaker_session=session,
        )
        data = [
            AutoMLInput(inputs="s3://train", target_attribute_name="late", channel_type="training"),
            AutoMLInput(inputs="s3://check", target_attribute_name="late", channel_type="validation"),
        ]
        return AutoMLStep("node", step_args=job.fit(inputs=data))

    mine = ours(
        "AutoML",
        {"training_data": (TD, "s3://train"), "validation_data": (TD, "s3://check")},
        outputs={"model": "S3Uri"},
        target_attribute="late",
        problem_type="BinaryClassification",
        objective_metric="AUC",
        max_candidates=5,
        max_runtime_per_training_job_seconds=600,
        total_runtime_seconds=3600,
        output_uris=PLACE,
        **COMMON,
    )
    check("AutoML", mine, theirs(make))


def check_job(session: Any) -> Any:
    from sagemaker.workflow.check_job_config import CheckJobConfig

    return CheckJobConfig(
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.large",
        volume_size_in_gb=50,
        volume_kms_key="key-volume",
        output_kms_key="key-out",
        max_runtime_in_seconds=3600,
        env={"A": "1"},
        tags=TAGS,
        network_config=network(),
        sagemaker_session=session,
    )


CHECK: dict[str, Any] = {
    "instance_type": "ml.m5.large",
    "volume_size_gb": 50,
    "environment": {"A": "1"},
    "model_package_group_name": "group",
    **COMMON,
}


def test_data_quality() -> None:
    from sagemaker.model_monitor import DatasetFormat
    from sagemaker.workflow.quality_check_step import DataQualityCheckConfig, QualityCheckStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        return QualityCheckStep(
            "node",
            quality_check_config=DataQualityCheckConfig(
                baseline_dataset=given(Get("Steps.before.X")),
                dataset_format=DatasetFormat.csv(header=True, output_columns_position="START"),
                output_s3_uri="s3://bk/p/node/quality_check_output",
                record_preprocessor_script="s3://bk/before.py",
                post_analytics_processor_script="s3://bk/after.py",
            ),
            check_job_config=check_job(session),
            skip_check=given(Get("Parameters.Skip")),
            model_package_group_name="group",
            supplied_baseline_statistics="s3://bk/s.json",
            supplied_baseline_constraints="s3://bk/c.json",
        )

    mine = ours(
        "QualityCheck",
        {"rows": (PO, Get("Steps.before.X"))},
        check_type="DATA_QUALITY",
        output_uris={"quality_check_output": "s3://bk/p/node/quality_check_output"},
        dataset_format={"csv": {"header": True, "output_columns_position": "START"}},
        record_preprocessor_script="s3://bk/before.py",
        post_analytics_processor_script="s3://bk/after.py",
        skip_check={"Get": "Parameters.Skip"},
        supplied_baseline_statistics="s3://bk/s.json",
        supplied_baseline_constraints="s3://bk/c.json",
        **CHECK,
    )
    check("DataQuality", mine, theirs(make))


def test_model_quality() -> None:
    from sagemaker.model_monitor import DatasetFormat
    from sagemaker.workflow.quality_check_step import ModelQualityCheckConfig, QualityCheckStep

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        return QualityCheckStep(
            "node",
            quality_check_config=ModelQualityCheckConfig(
                baseline_dataset="s3://bk/scored",
                dataset_format=DatasetFormat.csv(header=True),
                output_s3_uri="s3://bk/p/node/quality_check_output",
                problem_type="BinaryClassification",
                probability_attribute="score",
                ground_truth_attribute="late",
                probability_threshold_attribute=0.5,
            ),
            check_job_config=check_job(session),
            fail_on_violation=False,
            register_new_baseline=True,
            model_package_group_name="group",
        )

    mine = ours(
        "QualityCheck",
        {"rows": (PO, "s3://bk/scored")},
        check_type="MODEL_QUALITY",
        output_uris={"quality_check_output": "s3://bk/p/node/quality_check_output"},
        dataset_format={"csv": {"header": True, "output_columns_position": "START"}},
        problem_type="BinaryClassification",
        probability_attribute="score",
        ground_truth_attribute="late",
        probability_threshold_attribute=0.5,
        fail_on_violation=False,
        register_new_baseline=True,
        **CHECK,
    )
    check("ModelQuality", mine, theirs(make))


@pytest.mark.parametrize("check_type", ["DATA_BIAS", "MODEL_BIAS", "MODEL_EXPLAINABILITY"])
def test_clarify(check_type: str) -> None:
    from sagemaker.workflow.clarify_check_step import ClarifyCheckStep

    from cursus.core.compiler.adapters.sdk_v2 import open_v2

    # The SDK uploads the analysis configuration, which a compile of ours does not: it names one that is there.
    with open_v2(make_config("node", JobConfigBase, BASE), "node") as bench:
        made = ClarifyCheckStep(
            "node",
            clarify_check_config=clarify_config(check_type),
            check_job_config=check_job(bench.session),
            model_package_group_name="group",
            supplied_baseline_constraints="s3://bk/c.json",
        )
        step = bench.definition_of(made)
        [uploaded] = [u for u in bench.uploads if u == "s3://bk/clarify/analysis_config.json"]
    of_a_model = check_type != "DATA_BIAS"
    mine = ours(
        "ClarifyCheck",
        {"rows": (PO, "s3://bk/rows"), **({"model_name": (CP, "m")} if of_a_model else {})},
        check_type=check_type,
        analysis_config_uri=uploaded,
        output_uris={"analysis_result": "s3://bk/p/node/analysis_result"},
        supplied_baseline_constraints="s3://bk/c.json",
        **CHECK,
    )
    [found] = json.loads(step)["Steps"]
    options = {k: v for k, v in found.items() if k not in ("Name", "Type", "Arguments") and v is not None}
    check("ClarifyCheck", mine, PipelineStep("node", found["Type"], found["Arguments"], (), options))


def clarify_config(check_type: str) -> Any:
    from sagemaker.clarify import BiasConfig, DataConfig, ModelConfig, ModelPredictedLabelConfig, SHAPConfig
    from sagemaker.workflow.clarify_check_step import (
        DataBiasCheckConfig,
        ModelBiasCheckConfig,
        ModelExplainabilityCheckConfig,
    )

    data = DataConfig(
        s3_data_input_path="s3://bk/rows",
        s3_output_path="s3://bk/p/node/analysis_result",
        s3_analysis_config_output_path="s3://bk/clarify",
        label="late",
        dataset_type="text/csv",
    )
    bias = BiasConfig(label_values_or_threshold=[1], facet_name="carrier")
    serving = ModelConfig(model_name="m", instance_count=1, instance_type="ml.m5.large")
    if check_type == "DATA_BIAS":
        return DataBiasCheckConfig(data_config=data, data_bias_config=bias)
    if check_type == "MODEL_BIAS":
        return ModelBiasCheckConfig(
            data_config=data,
            data_bias_config=bias,
            model_config=serving,
            model_predicted_label_config=ModelPredictedLabelConfig(probability_threshold=0.5),
        )
    return ModelExplainabilityCheckConfig(
        data_config=data,
        model_config=serving,
        explainability_config=SHAPConfig(baseline=[[1, 2]], num_samples=10, agg_method="mean_abs"),
    )


def test_condition() -> None:
    from sagemaker.workflow.condition_step import ConditionStep
    from sagemaker.workflow.conditions import (
        ConditionEquals,
        ConditionGreaterThanOrEqualTo,
        ConditionIn,
        ConditionLessThan,
        ConditionNot,
        ConditionOr,
    )
    from sagemaker.workflow.functions import JsonGet
    from sagemaker.workflow.parameters import ParameterInteger

    class FromElsewhere(JsonGet):  # type: ignore[misc]
        """The SDK looks the step up in the pipeline, which here has one step only."""

        _referenced_steps: list[str] = []  # noqa: RUF012

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        auc = FromElsewhere(step_name="eval", property_file="F", json_path="auc.value")
        count = ParameterInteger("Count")
        return ConditionStep(
            "node",
            conditions=[
                ConditionGreaterThanOrEqualTo(left=auc, right=0.7),
                ConditionNot(ConditionEquals(left=count, right=3)),
                ConditionOr([ConditionIn(value=count, in_values=[1, 2]), ConditionLessThan(left=count, right=0)]),
            ],
        )

    count = {"Get": "Parameters.Count"}
    mine = ours(
        "Condition",
        {},
        conditions=[
            {
                "type": "GreaterThanOrEqualTo",
                "left": {"step": "eval", "property_file": "F", "path": "auc.value"},
                "right": 0.7,
            },
            {"type": "Not", "condition": {"type": "Equals", "left": count, "right": 3}},
            {
                "type": "Or",
                "conditions": [
                    {"type": "In", "value": count, "values": [1, 2]},
                    {"type": "LessThan", "left": count, "right": 0},
                ],
            },
        ],
    )
    check("Condition", mine, theirs(make))


def test_fail_lambda_and_callback() -> None:
    from sagemaker.lambda_helper import Lambda
    from sagemaker.workflow.callback_step import CallbackOutput, CallbackOutputTypeEnum, CallbackStep
    from sagemaker.workflow.fail_step import FailStep
    from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
    from sagemaker.workflow.steps import CacheConfig

    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"

    def call(session: Any, given: Callable[[Any], Any]) -> Any:
        return LambdaStep(
            "node",
            lambda_func=Lambda(function_arn=arn, session=session),
            inputs={"a": given(Get("Steps.before.X")), "b": 1},
            outputs=[LambdaOutput("n", LambdaOutputTypeEnum.Integer)],
            cache_config=CacheConfig(enable_caching=True, expire_after="P1D"),
        )

    def ask(session: Any, given: Callable[[Any], Any]) -> Any:
        return CallbackStep(
            "node",
            sqs_queue_url="https://q",
            inputs={"a": given(Get("Steps.before.X"))},
            outputs=[CallbackOutput("n", CallbackOutputTypeEnum.String)],
        )

    def fail(session: Any, given: Callable[[Any], Any]) -> Any:
        return FailStep("node", error_message="Not good enough")

    a = {"a": (CP, Get("Steps.before.X"))}
    cached = {"enable_caching": True, "cache_expire_after": "P1D"}
    mine = ours("Lambda", a, outputs={"n": "Integer"}, function_arn=arn, call_arguments={"b": 1}, **cached)
    check("Lambda", mine, theirs(call))
    check("Callback", ours("Callback", a, outputs={"n": "String"}, sqs_queue_url="https://q"), theirs(ask))
    check("Fail", ours("Fail", {}, error_message="Not good enough"), theirs(fail))


def test_emr() -> None:
    from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        config = EMRStepConfig(
            jar="command-runner.jar",
            args=["spark-submit", "--rows", given(Get("Steps.before.X"))],
            main_class="Main",
            properties=[{"Key": "a", "Value": "1"}],
        )
        return EMRStep(
            "node",
            display_name="Shown",
            description="Described",
            cluster_id="j-1",
            step_config=config,
            execution_role_arn=ROLE,
        )

    mine = ours(
        "EMR",
        {"rows": (CP, Get("Steps.before.X"))},
        cluster_id="j-1",
        jar="command-runner.jar",
        jar_arguments=["spark-submit"],
        main_class="Main",
        jar_properties={"a": 1},
        emr_execution_role_arn=ROLE,
        display_name="Shown",
        step_description="Described",
    )
    check("EMR", mine, theirs(make))


CLUSTER = {
    "ReleaseLabel": "emr-7.1.0",
    "Applications": [{"Name": "Spark"}],
    "Instances": {"InstanceGroups": [{"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.xlarge"}]},
    "JobFlowRole": "EMR_EC2_DefaultRole",
    "ServiceRole": "EMR_DefaultRole",
}


def test_emr_with_a_cluster_of_its_own() -> None:
    from sagemaker.workflow.emr_step import EMRStep, EMRStepConfig

    def make(session: Any, given: Callable[[Any], Any]) -> Any:
        return EMRStep(
            "node",
            display_name=None,
            description=None,
            cluster_id=None,
            step_config=EMRStepConfig(jar="command-runner.jar", args=["spark-submit"]),
            cluster_config=json.loads(json.dumps(CLUSTER)),
        )

    mine = ours("EMR", {}, cluster_config=CLUSTER, jar="command-runner.jar", jar_arguments=["spark-submit"])
    check("EMR cluster", mine, theirs(make))


def test_endpoints() -> None:
    endpoint_step = pytest.importorskip("sagemaker.workflow.endpoint_step")

    def config(session: Any, given: Callable[[Any], Any]) -> Any:
        arguments = session.create_endpoint_config(
            name="unused",
            model_name=given(Get("Steps.model.ModelName")),
            initial_instance_count=1,
            instance_type="ml.m5.large",
            tags=TAGS,
            kms_key="key-volume",
        )
        return endpoint_step.EndpointConfigStep("node", step_args=arguments)

    def endpoint(session: Any, given: Callable[[Any], Any]) -> Any:
        arguments = session.create_endpoint(
            endpoint_name="late", config_name=given(Get("Steps.config.EndpointConfigName")), tags=TAGS
        )
        return endpoint_step.EndpointStep("node", step_args=arguments)

    mine = ours(
        "EndpointConfig",
        {"model_name": (CP, Get("Steps.model.ModelName"))},
        instance_type="ml.m5.large",
        tags={"team": "ingest"},
        volume_kms_key="key-volume",
    )
    check("EndpointConfig", mine, theirs(config))
    name = {"endpoint_config_name": (CP, Get("Steps.config.EndpointConfigName"))}
    check("Endpoint", ours("Endpoint", name, endpoint_name="late", tags={"team": "ingest"}), theirs(endpoint))


#: Kinds of the SDK that are none of ours -> why.
NOT_OURS = {
    "InferenceComponent": "models that share an endpoint's instances; an endpoint of ours serves one model",
    "Lineage": "records for SageMaker's lineage; made of no job and no data that a step of ours would know",
}


def test_every_kind_of_the_sdk_is_ours_or_listed() -> None:
    from sagemaker.workflow.steps import StepTypeEnum

    assert {member.value for member in StepTypeEnum} == {kind.type for kind in KINDS} | NOT_OURS.keys()


def test_a_whole_pipeline() -> None:
    """Parameters, the experiment, dependencies and branches, and references from step to step."""
    from sagemaker.processing import Processor
    from sagemaker.workflow.condition_step import ConditionStep
    from sagemaker.workflow.conditions import ConditionGreaterThan
    from sagemaker.workflow.fail_step import FailStep
    from sagemaker.workflow.parameters import ParameterBoolean, ParameterFloat, ParameterInteger, ParameterString
    from sagemaker.workflow.pipeline import Pipeline
    from sagemaker.workflow.steps import ProcessingStep

    from cursus.core.compiler.adapters.sdk_v2 import open_v2

    with open_v2(make_config("node", JobConfigBase, BASE), "node") as bench:
        parameters = [
            ParameterString("Place", "s3://bk/in"),
            ParameterInteger("Count", 1),
            ParameterFloat("Least", 0.5),
            ParameterBoolean("Skip", default_value=False),
            ParameterString("Needed"),
            ParameterString("Season", "all", enum_values=["all", "summer"]),
        ]

        def job(name: str, **more: Any) -> Any:
            processor = Processor(
                role=ROLE,
                image_uri=IMAGE,
                instance_count=parameters[1],
                instance_type="ml.m5.xlarge",
                max_runtime_in_seconds=86400,
                sagemaker_session=bench.session,
            )
            return ProcessingStep(name, step_args=processor.run(), **more)

        first, second = job("first"), job("second")
        third = job("third", depends_on=[first])
        stop = FailStep("stop", error_message="No")
        choice = ConditionStep(
            "choice",
            conditions=[ConditionGreaterThan(left=parameters[2], right=0.7)],
            if_steps=[second],
            else_steps=[stop],
            depends_on=[first],
        )
        theirs_ = Pipeline("p", parameters=parameters, steps=[first, third, choice], sagemaker_session=bench.session)
        other = json.loads(theirs_.definition())
    condition = {"type": "GreaterThan", "left": {"Get": "Parameters.Least"}, "right": 0.7}
    made = {
        name: ours("Processing", {}, image_uri=IMAGE, instance_count={"Get": "Parameters.Count"})
        for name in ("first", "second", "third")
    }
    made["choice"] = ours("Condition", {}, conditions=[condition], if_steps=["second"], else_steps=["stop"])
    made["stop"] = ours("Fail", {}, error_message="No")
    waits = {"third": ("first",), "choice": ("first",)}
    steps = tuple(
        PlannedStep(
            name, "w", name, s.type, None, None, Spec(name, NodeType.SINGULAR), s.request,
            depends_on=waits.get(name, ()), options=s.options,
        )
        for name, s in ((n, made[n]) for n in ("first", "third", "choice", "second", "stop"))
    )  # fmt: skip
    declared = (
        Parameter("Place", "String", "s3://bk/in"),
        Parameter("Count", "Integer", 1),
        Parameter("Least", "Float", 0.5),
        Parameter("Skip", "Boolean", False),
        Parameter("Needed", "String"),
        Parameter("Season", "String", "all", ("all", "summer")),
    )
    assert emit_definition(PipelinePlan("p", steps, (), parameters=declared)) == other


def test_every_kind_is_compared() -> None:
    source = Path(__file__).read_text("utf-8")
    assert [
        k.type
        for k in KINDS
        if not any(f'ours("{t}"' in source or f'ours(\n        "{t}"' in source for t in k.sagemaker_types)
    ] == []
