"""A whole definition for every kind of step, kept as a file that a reader can hold against AWS's documentation.

``golden/README.md`` says which page documents which file. ``CURSUS_WRITE_GOLDEN=1`` writes the files anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cursus.core.base.build import build_step
from cursus.core.base.requests.table import KINDS
from cursus.core.compiler import compile_plan
from cursus.model.expression import Get, references
from cursus.model.pipeline import Parameter
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec

GOLDEN = Path(__file__).parent / "golden"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SHARED: dict[str, Any] = {
    "author": "ana",
    "bucket": "flights",
    "role": "arn:aws:iam::111122223333:role/Pipelines",
    "region": "us-east-1",
    "service_name": "Delay",
    "pipeline_version": "1.0",
    "pipeline_s3_loc": {"Get": "Parameters.Prefix"},
    "tags": {"team": "ingest"},
    "subnets": ["subnet-0a1b2c3d"],
    "security_group_ids": ["sg-0a1b2c3d"],
    "output_kms_key": KEY,
    "volume_kms_key": KEY,
    "enable_network_isolation": True,
    "encrypt_inter_container_traffic": True,
    "retry_policies": [
        {
            "ExceptionType": ["Step.THROTTLING", "SageMaker.CAPACITY_ERROR"],
            "IntervalSeconds": 60,
            "BackoffRate": 2.0,
            "MaxAttempts": 3,
        }
    ],
    "enable_caching": True,
    "cache_expire_after": "P30D",
    "max_runtime_seconds": 3600,
}
PARAMETERS = (
    Parameter("Prefix", "String", "s3://flights/delay"),
    Parameter("Instances", "Integer", 1),
    Parameter("Skip", "Boolean", False),
    Parameter("Season", "String", "all", ("all", "summer", "winter")),
)
CODE = "sha256/0f343b0931126a20f133d67c2b018a3b/sourcedir.tar.gz"
PO, TD, MA, CP = (
    DependencyType.PROCESSING_OUTPUT,
    DependencyType.TRAINING_DATA,
    DependencyType.MODEL_ARTIFACTS,
    DependencyType.CUSTOM_PROPERTY,
)


@dataclass(frozen=True)
class Node:
    """One step of a golden pipeline; ``inputs`` maps the logical name to (type, what feeds it)."""

    name: str
    type: str
    inputs: Mapping[str, tuple[DependencyType, Any]] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    contract: Contract | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


IN, OUT = "/opt/ml/processing/input", "/opt/ml/processing/output"
FEATURES = Node(
    "Features",
    "Processing",
    {"flights": (PO, "s3://flights/raw")},
    {"features": "S3Uri", "metrics": "S3Uri"},
    Contract(
        "features.py",
        {"flights": f"{IN}/flights"},
        {"features": f"{OUT}/features", "metrics": f"{OUT}/metrics"},
        ("LABEL_FIELD",),
        {"DELAY_MINUTES": "15"},
        {"job-type": "training"},
    ),
    {
        "label_field": "delayed",
        "instance_count": {"Get": "Parameters.Instances"},
        "property_files": [{"name": "Quality", "output": "metrics", "path": "metrics.json"}],
        "display_name": "Features of each flight",
        "step_description": "What is known before departure",
    },
)
FROM_FEATURES = Get.step("Features", "properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri")
LEARN = Contract(
    "train.py",
    {"features": "/opt/ml/input/data/train"},
    {"model": "/opt/ml/model"},
    (),
    {"SEED": "7"},
)
XGBOOST = {"framework": "xgboost", "framework_version": "1.7-1"}
TRAIN = Node(
    "Train",
    "Training",
    {"features": (TD, FROM_FEATURES)},
    {"model": "S3Uri"},
    LEARN,
    XGBOOST
    | {
        "training_instance_type": "ml.m5.2xlarge",
        "hyperparameters": {"max_depth": 6, "objective": "binary:logistic"},
        "metric_definitions": {"validation:auc": "auc=([0-9.]+)"},
        "use_spot_instances": True,
        "max_wait_seconds": 7200,
        "checkpoint_s3_uri": "s3://flights/checkpoints",
        "distribution": {"mpi": {"enabled": True, "processes_per_host": 2}},
        "instance_count": 2,
    },
)
FROM_TRAIN = Get.step("Train", "properties.ModelArtifacts.S3ModelArtifacts")
MODEL = Node("Model", "CreateModel", {"model_data": (MA, FROM_TRAIN)}, {}, None, XGBOOST)
FROM_MODEL = Get.step("Model", "properties.ModelName")

PIPELINES: dict[str, tuple[Node, ...]] = {
    "Processing": (FEATURES,),
    "Training": (FEATURES, TRAIN),
    "Tuning": (
        FEATURES,
        Node(
            "Tune",
            "Tuning",
            TRAIN.inputs,
            TRAIN.outputs,
            LEARN,
            {
                **XGBOOST,
                "hyperparameters": {"objective": "binary:logistic"},
                "metric_definitions": {"validation:auc": "auc=([0-9.]+)"},
                "objective_metric": "validation:auc",
                "parameter_ranges": {
                    "max_depth": {"type": "integer", "min": 2, "max": 10},
                    "eta": {"type": "continuous", "min": 0.01, "max": 0.3, "scaling": "Logarithmic"},
                    "booster": {"type": "categorical", "values": ["gbtree", "dart"]},
                },
                "max_jobs": 20,
                "max_parallel_jobs": 4,
                "early_stopping_type": "Auto",
            },
        ),
    ),
    "Model": (FEATURES, TRAIN, MODEL),
    "Transform": (
        FEATURES,
        TRAIN,
        MODEL,
        Node(
            "Score",
            "Transform",
            {"model_name": (CP, FROM_MODEL), "processed_data": (PO, "s3://flights/new")},
            {"scores": "S3Uri"},
            None,
            {
                "content_type": "text/csv",
                "split_type": "Line",
                "transform_assemble_with": "Line",
                "transform_accept": "text/csv",
                "batch_strategy": "MultiRecord",
                "max_concurrent_transforms": 4,
                "max_payload_mb": 6,
                "input_filter": "$[1:]",
                "join_source": "Input",
                "output_filter": "$[0,-1]",
            },
        ),
    ),
    "RegisterModel": (
        FEATURES,
        TRAIN,
        Node(
            "Register",
            "RegisterModel",
            {"model_data": (MA, FROM_TRAIN), "model_metrics": (PO, "s3://flights/evaluation")},
            {},
            None,
            XGBOOST
            | {
                "model_package_group_name": "flight-delay",
                "model_package_description": "Delays of 15 minutes and more",
                "approval_status": "PendingManualApproval",
                "inference_instances": ["ml.m5.large"],
                "transform_instances": ["ml.m5.xlarge"],
                "customer_metadata": {"owner": "ana"},
                "domain": "MACHINE_LEARNING",
                "task": "CLASSIFICATION",
                "model_package_kms_key": KEY,
            },
        ),
    ),
    "Condition": (
        FEATURES,
        Node(
            "GoodEnough",
            "Condition",
            {"metrics": (PO, FROM_FEATURES), "region": (CP, Get("Execution.PipelineName"))},
            {},
            None,
            {
                "conditions": [
                    {
                        "type": "GreaterThanOrEqualTo",
                        "left": {"step": "Features", "property_file": "Quality", "path": "auc.value"},
                        "right": 0.7,
                    },
                    {"type": "LessThan", "left": {"input": "metrics", "file": "m.json", "path": "brier"}, "right": 0.2},
                    {
                        "type": "Or",
                        "conditions": [
                            {"type": "Not", "condition": {"type": "Equals", "left": {"input": "region"}, "right": "x"}},
                            {"type": "In", "value": {"Get": "Parameters.Instances"}, "values": [1, 2]},
                        ],
                    },
                ],
                "if_steps": ["Train"],
                "else_steps": ["Stop"],
            },
        ),
        TRAIN,
        Node("Stop", "Fail", {}, {}, None, {"error_message": "The model is not good enough"}),
    ),
    "Fail": (Node("Stop", "Fail", {}, {}, None, {"error_message": {"Get": "Parameters.Prefix"}}),),
    "Lambda": (
        FEATURES,
        Node(
            "Tell",
            "Lambda",
            {"place": (CP, FROM_FEATURES)},
            {"answer": "String", "rows": "Integer"},
            None,
            {
                "function_arn": "arn:aws:lambda:us-east-1:111122223333:function:tell",
                "call_arguments": {"channel": "delays"},
            },
        ),
    ),
    "Callback": (
        Node(
            "Ask",
            "Callback",
            {},
            {"verdict": "String"},
            None,
            {
                "sqs_queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/approvals",
                "call_arguments": {"question": "Go on?"},
            },
        ),
    ),
    "EMR": (
        FEATURES,
        Node(
            "Spark",
            "EMR",
            {"flights": (PO, FROM_FEATURES)},
            {},
            None,
            {
                "cluster_config": {
                    "ReleaseLabel": "emr-7.1.0",
                    "Applications": [{"Name": "Spark"}],
                    "Instances": {
                        "InstanceGroups": [
                            {"InstanceRole": "MASTER", "InstanceCount": 1, "InstanceType": "m5.xlarge"},
                        ]
                    },
                    "JobFlowRole": "EMR_EC2_DefaultRole",
                    "ServiceRole": "EMR_DefaultRole",
                },
                "jar": "command-runner.jar",
                "jar_arguments": ["spark-submit", "s3://flights/jobs/join.py"],
                "jar_properties": {"spark.executor.memory": "4g"},
            },
        ),
    ),
    "EndpointConfig": (
        FEATURES,
        TRAIN,
        MODEL,
        Node("Serving", "EndpointConfig", {"model_name": (CP, FROM_MODEL)}),
    ),
    "Endpoint": (
        FEATURES,
        TRAIN,
        MODEL,
        Node("Serving", "EndpointConfig", {"model_name": (CP, FROM_MODEL)}),
        Node(
            "Serve",
            "Endpoint",
            {"endpoint_config_name": (CP, Get.step("Serving", "properties.EndpointConfigName"))},
            {},
            None,
            {"endpoint_name": "flight-delay"},
        ),
    ),
    "AutoML": (
        FEATURES,
        Node(
            "Search",
            "AutoML",
            {"training_data": (TD, FROM_FEATURES), "validation_data": (TD, "s3://flights/validation")},
            {"model": "S3Uri"},
            None,
            {
                "target_attribute": "delayed",
                "problem_type": "BinaryClassification",
                "objective_metric": "AUC",
                "max_candidates": 10,
                "total_runtime_seconds": 7200,
                "max_runtime_per_training_job_seconds": 1800,
                "content_type": "text/csv;header=present",
            },
        ),
    ),
    "QualityCheck": (
        FEATURES,
        Node(
            "DataQuality",
            "QualityCheck",
            {"baseline_dataset": (PO, FROM_FEATURES)},
            {},
            None,
            {
                "check_type": "DATA_QUALITY",
                "dataset_format": {"csv": {"header": True, "output_columns_position": "START"}},
                "skip_check": {"Get": "Parameters.Skip"},
                "register_new_baseline": True,
                "model_package_group_name": "flight-delay",
                "supplied_baseline_statistics": "s3://flights/baseline/statistics.json",
                "supplied_baseline_constraints": "s3://flights/baseline/constraints.json",
            },
        ),
        Node(
            "ModelQuality",
            "QualityCheck",
            {"baseline_dataset": (PO, "s3://flights/scored")},
            {},
            None,
            {
                "check_type": "MODEL_QUALITY",
                "problem_type": "BinaryClassification",
                "probability_attribute": "score",
                "ground_truth_attribute": "delayed",
                "probability_threshold_attribute": 0.5,
                "fail_on_violation": False,
                "post_analytics_processor_script": "s3://flights/monitor/after.py",
            },
        ),
    ),
    "ClarifyCheck": (
        FEATURES,
        TRAIN,
        MODEL,
        Node(
            "Bias",
            "ClarifyCheck",
            {"dataset": (PO, FROM_FEATURES), "model_name": (CP, FROM_MODEL)},
            {},
            None,
            {
                "check_type": "MODEL_BIAS",
                "analysis_config_uri": "s3://flights/clarify/analysis_config.json",
                "model_package_group_name": "flight-delay",
            },
        ),
    ),
}


def planned(node: Node) -> PlannedStep:
    shapes = {
        (True, True): NodeType.INTERNAL,
        (True, False): NodeType.SINK,
        (False, True): NodeType.SOURCE,
        (False, False): NodeType.SINGULAR,
    }
    spec = Spec(
        node.name,
        shapes[bool(node.inputs), bool(node.outputs)],
        tuple(Dependency(n, type_, data_type=_data_type(type_)) for n, (type_, _) in node.inputs.items()),
        tuple(Output(n, PO, "properties.X", data_type=data) for n, data in node.outputs.items()),
    )
    built = build_step(
        node=node.name,
        builder_class=None,
        config_class=None,
        values=SHARED | dict(node.config),
        sagemaker_step_type=node.type,
        contract=node.contract,
        spec=spec,
        compute={},
        inputs={n: value for n, (_, value) in node.inputs.items()},
        depends_on=[],
        code_uri=None if node.contract is None else f"s3://flights/delay/code/{CODE}",
        code_entry_point=None if node.contract is None else node.contract.entry_point,
    )
    assert [u.name for u in built.unused if u.name in node.config] == []
    step = built.step
    return PlannedStep(
        name=node.name,
        workspace="ingest",
        step=node.name,
        type=step.type,
        job_type=None,
        contract=node.contract,
        spec=spec,
        request=step.request,
        depends_on=step.depends_on,
        options=step.options,
    )


def _data_type(type_: DependencyType) -> str:
    return "String" if type_ is CP else "S3Uri"


@pytest.mark.parametrize("kind", PIPELINES)
def test_the_definition(kind: str) -> None:
    steps = tuple(planned(node) for node in PIPELINES[kind])
    assert kind in {step.type for step in steps}
    compiled = compile_plan(PipelinePlan("flight-delay", steps, (), parameters=PARAMETERS))
    file = GOLDEN / f"{kind}.json"
    if os.environ.get("CURSUS_WRITE_GOLDEN"):
        file.write_text(compiled.definition(), encoding="utf-8")
    assert compiled.definition() == file.read_text("utf-8")
    assert compiled.findings == ()


def test_no_execution_writes_where_another_one_does() -> None:
    execution = {"Execution.PipelineName", "Execution.PipelineExecutionId"}
    places = [
        place
        for file in sorted(GOLDEN.glob("*.json"))
        if file.stem in PIPELINES
        for place in written_places(json.loads(file.read_text("utf-8")))
    ]
    assert len(places) >= len(PIPELINES)
    assert [place for place in places if not execution <= set(references(place))] == []


def written_places(value: Any) -> Iterator[Any]:
    """Everything a job of the definition writes to."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key == "S3OutputPath":
            yield inner
        elif key == "S3Output":
            yield inner["S3Uri"]
        else:
            yield from written_places(inner)


def test_every_kind_has_a_golden_definition_and_a_page_of_aws() -> None:
    assert set(PIPELINES) == {kind.type for kind in KINDS}
    readme = (GOLDEN / "README.md").read_text("utf-8")
    assert [kind for kind in PIPELINES if f"| `{kind}.json` | https://docs.aws.amazon.com/" not in readme] == []
