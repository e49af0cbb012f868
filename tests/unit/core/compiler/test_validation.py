# ruff: noqa: E501 (tables with one case to a line)
"""Each test breaks one place of a valid definition and expects exactly that place to be found."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cursus.core.compiler import validate_definition
from cursus.model.finding import Severity

Change = Callable[[dict[str, Any]], Any]


def found(definition: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.code.removeprefix("definition-"), f.message) for f in validate_definition(definition)]


def set_at(*path: str | int, to: Any) -> Change:
    def change(definition: dict[str, Any]) -> None:
        place: Any = definition
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = to

    return change


def without(*path: str | int) -> Change:
    def change(definition: dict[str, Any]) -> None:
        place: Any = definition
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]

    return change


FEATURES = ("Steps", 0)
TRAIN = ("Steps", 1)
TRAIN_URI = (*TRAIN, "Arguments", "InputDataConfig", 0, "DataSource", "S3DataSource", "S3Uri")
COMPUTE = (*FEATURES, "Arguments", "ProcessingResources", "ClusterConfig")
INPUTS = (*FEATURES, "Arguments", "ProcessingInputs")
JOIN = {"Std:Join": {"On": "/", "Values": ["s3://b", {"Get": "Execution.PipelineExecutionId"}, 3]}}


def output(path: str) -> dict[str, str]:
    return {"Get": f"Steps.Features.{path}"}


CASES: list[tuple[str, Change, str, str]] = [
    ("mistyped member", set_at(*COMPUTE, "InstanceTyp", to="x"), "unknown-member", "Did you mean 'InstanceType'"),
    ("mistyped key of a step", set_at(*FEATURES, "CachConfig", to={}), "unknown-member", "Did you mean 'CacheConfig'?"),
    ("a key of another kind", set_at(*TRAIN, "PropertyFiles", to=[]), "unknown-member", "step 'Train': step"),
    ("missing member", without(*FEATURES, "Arguments", "AppSpecification", "ImageUri"), "missing-member", "'ImageUri' is required"),
    ("missing arguments", without(*FEATURES, "Arguments"), "type", "step 'Features': Arguments: has to be an object"),
    ("number for text", set_at(*FEATURES, "Arguments", "Environment", "LABEL", to=3), "type", "Environment['LABEL']"),
    ("text for number", set_at(*COMPUTE, "InstanceCount", to="1"), "type", "has to be of type integer, not a string"),
    ("boolean for number", set_at(*COMPUTE, "InstanceCount", to=True), "type", "not a boolean"),
    ("text for boolean", set_at(*TRAIN, "Arguments", "EnableNetworkIsolation", to="yes"), "type", "type boolean"),
    ("null", set_at(*TRAIN, "Arguments", "RoleArn", to=None), "type", "RoleArn: has to be of type string, not null"),
    ("object for list", set_at(*INPUTS, to={}), "type", "ProcessingInputs: has to be a list, not an object"),
    ("list for object", set_at(*COMPUTE, to=[]), "type", "ClusterConfig: has to be an object, not a list"),
    ("run-time value for a list", set_at(*INPUTS, to={"Get": "Parameters.Prefix"}), "type", "written out"),
    ("wrong choice", set_at(*COMPUTE, "InstanceType", to="ml.m5.xlrage"), "enum", "Did you mean 'ml.m5.xlarge'"),
    ("wrong pattern", set_at(*INPUTS, 0, "S3Input", "S3Uri", to="/tmp/x"), "pattern", "S3Uri: '/tmp/x' does not match"),
    ("a tag with a bad character", set_at(*TRAIN, "Arguments", "Tags", to=[{"Key": "a!", "Value": ""}]), "pattern", "Key"),
    ("too small", set_at(*COMPUTE, "InstanceCount", to=0), "limit", "0 is less than the least allowed, 1"),
    ("too large", set_at(*COMPUTE, "InstanceCount", to=101), "limit", "101 is more than the most allowed, 100 ('ProcessingInstanceCount' in botocore's model of sagemaker)"),
    ("too long", set_at(*FEATURES, "Arguments", "AppSpecification", "ContainerEntrypoint", 0, to="x" * 257), "limit", "256"),
    ("a line break in an argument", set_at(*FEATURES, "Arguments", "AppSpecification", "ContainerArguments", 0, to="a\nb"), "pattern", "ContainerArguments[0]"),
    ("unknown kind of step", set_at(*FEATURES, "Type", to="Widget"), "step-type", "'Widget' is not a kind of step"),
    ("step name", set_at(*FEATURES, "Name", to="Feat ures"), "pattern", "Name: 'Feat ures'"),
    ("unknown step", set_at(*TRAIN_URI, to={"Get": "Steps.Featurs.ModelName"}), "reference", "names no step of the pipeline. Did you mean 'Features'?"),
    ("unknown output", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs['feature'].S3Output.S3Uri")), "reference", "(it has 'features'). Did you mean 'features'?"),
    ("unknown property", set_at(*TRAIN_URI, to=output("ProcessingOutputs['features'].S3Uri")), "reference", "'ProcessingOutputs' is not a property of step 'Features'"),
    ("unknown inner property", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs['features'].S3Output.Uri")), "reference", "Did you mean 'S3Uri'?"),
    ("position after the end", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs[1].S3Output.S3Uri")), "reference", "asks for entry 1"),
    ("name where there are none", set_at(*TRAIN_URI, to={"Get": "Steps.Train.DebugRuleConfigurations['a'].S3OutputPath"}), "reference", "whose entries have no names"),
    ("not a single value", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs['features'].S3Output")), "reference", "is a structure, not a single value; go on to"),
    ("past a single value", set_at(*TRAIN_URI, to=output("ProcessingJobArn.Name")), "reference", "cannot go on after ProcessingJobArn"),
    ("no property", set_at(*TRAIN_URI, to={"Get": "Steps.Features"}), "reference", "names no property"),
    ("unreadable reference", set_at(*TRAIN_URI, to={"Get": "Features.S3Uri"}), "reference", "is not of the form"),
    ("unclosed bracket", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs['features.S3Uri")), "reference", "is not of the form"),
    ("reference that is no text", set_at(*TRAIN_URI, to={"Get": 3}), "reference", "'Get' has to name something"),
    ("unknown parameter", set_at(*TRAIN_URI, to={"Get": "Parameters.Prefx"}), "reference", "Did you mean 'Prefix'?"),
    ("parameter with a tail", set_at(*TRAIN_URI, to={"Get": "Parameters.Prefix.x"}), "reference", "goes on after the name"),
    ("unknown execution variable", set_at(*TRAIN_URI, to={"Get": "Execution.Id"}), "reference", "no execution variable"),
    ("unknown function", set_at(*TRAIN_URI, to={"Std:Jion": {}}), "reference", "Did you mean 'Std:Join'"),
    ("join without values", set_at(*TRAIN_URI, to={"Std:Join": {"On": "/"}}), "type", "a list 'Values'"),
    ("join of an object", set_at(*TRAIN_URI, to={"Std:Join": {"On": "/", "Values": [{}]}}), "type", "only single values"),
    ("join with a bad reference", set_at(*TRAIN_URI, to={"Std:Join": {"On": "/", "Values": [{"Get": "Parameters.No"}]}}), "reference", "names no parameter"),
    ("join for a number", set_at(*COMPUTE, "InstanceCount", to=JOIN), "type", "a join gives a string"),
    ("text reference for a number", set_at(*COMPUTE, "InstanceCount", to={"Get": "Parameters.Prefix"}), "type", "is of type string, but the member of type integer"),
    ("number reference for text", set_at(*FEATURES, "Arguments", "Environment", "LABEL", to={"Get": "Steps.Train.TrainingTimeInSeconds"}), "type", "is of type integer, but the member of type string"),
    ("default of a parameter", set_at("Parameters", 1, "DefaultValue", to="ml.m5.huge"), "enum", "default of parameter 'TrainingInstance'"),
    ("type of a default", set_at("Parameters", 1, "DefaultValue", to=3), "type", "Parameters[1].DefaultValue"),
    ("type of a parameter", set_at("Parameters", 0, "Type", to="Str"), "enum", "Parameters[0].Type"),
    ("a choice of another type", set_at("Parameters", 0, "EnumValues", to=[1]), "type", "EnumValues[0]: has to be of type"),
    ("default outside the choices", set_at("Parameters", 0, "EnumValues", to=["a"]), "enum", "not one of its EnumValues"),
    ("parameter twice", set_at("Parameters", 0, "Name", to="TrainingInstance"), "duplicate-name", "Parameters[1]"),
    ("step twice", set_at("Steps", 2, "Name", to="Train"), "duplicate-name", "step 'Train'"),
    ("itself", set_at(*INPUTS, 0, "S3Input", "S3Uri", to=output("ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri")), "cycle", "Features -> Features"),
    ("a cycle", set_at(*FEATURES, "DependsOn", to=["Train"]), "cycle", "Features -> Train -> Features"),
    ("dependency that is not there", set_at(*FEATURES, "DependsOn", to=["Trian"]), "reference", "Did you mean 'Train'?"),
    ("dependencies that are no list", set_at(*FEATURES, "DependsOn", to="Train"), "type", "DependsOn"),
    ("version", set_at("Version", to="2020"), "structure", "Version: has to be '2020-12-01'"),
    ("unknown part", set_at("Step", to=[]), "unknown-member", "Did you mean 'Steps'?"),
    ("experiment", set_at("PipelineExperimentConfig", "TrialNam", to="x"), "unknown-member", "Did you mean 'TrialName'?"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_one_broken_place_is_found(change: Change, code: str, text: str, definition: dict[str, Any]) -> None:
    assert found(definition) == []
    change(definition)
    findings = found(definition)
    assert any(c == code and text in message for c, message in findings), findings


ACCEPTED: list[tuple[str, Change]] = [
    ("a join", set_at(*TRAIN_URI, to=JOIN)),
    ("a position", set_at(*TRAIN_URI, to=output("ProcessingOutputConfig.Outputs[0].S3Output.S3Uri"))),
    ("double quotes", set_at(*TRAIN_URI, to=output('ProcessingOutputConfig.Outputs["features"].S3Output.S3Uri'))),
    ("an entry of a map", set_at("Steps", 2, "Arguments", "PrimaryContainer", "ModelDataUrl", to=output("Environment['LABEL']"))),
    ("a metric joined to text", set_at("Steps", 2, "Arguments", "PrimaryContainer", "Environment", to={"AUC": {"Std:Join": {"On": "", "Values": [{"Get": "Steps.Train.FinalMetricDataList['validation:auc'].Value"}]}}})),
    ("a time for text", set_at("Steps", 2, "Arguments", "PrimaryContainer", "Environment", to={"AT": {"Get": "Steps.Train.CreationTime"}})),
    ("a letter of another alphabet in a tag", set_at(*TRAIN, "Arguments", "Tags", to=[{"Key": "équipe", "Value": "ü 1"}])),
    ("a name prefix of one's own", set_at(*TRAIN, "Arguments", "TrainingJobName", to="nightly")),
    ("a display name", set_at(*TRAIN, "DisplayName", to="Train the model")),
    ("a float as a whole number", set_at(*TRAIN, "RetryPolicies", 0, "BackoffRate", to=1)),
    ("no experiment", set_at("PipelineExperimentConfig", to=None)),
    ("no parameters", lambda d: (d["Parameters"].append({"Name": "Rate", "Type": "Float", "DefaultValue": 1}))),
]  # fmt: skip


@pytest.mark.parametrize("change", [c[1] for c in ACCEPTED], ids=[c[0] for c in ACCEPTED])
def test_correct_variants_are_accepted(change: Change, definition: dict[str, Any]) -> None:
    change(definition)
    assert found(definition) == []


def test_an_undefined_metric_is_found_only_where_the_request_defines_metrics(definition: dict[str, Any]) -> None:
    place = definition["Steps"][2]["Arguments"]["PrimaryContainer"]
    value = {"Get": "Steps.Train.FinalMetricDataList['validation:acu'].Value"}
    place["Environment"] = {"AUC": {"Std:Join": {"On": "", "Values": [value]}}}
    [(code, message)] = found(definition)
    assert code == "reference"
    assert "Did you mean 'validation:auc'?" in message
    del definition["Steps"][1]["Arguments"]["AlgorithmSpecification"]["MetricDefinitions"]
    assert found(definition) == []


def test_a_number_where_text_is_wanted_says_how_to_join_it(definition: dict[str, Any]) -> None:
    definition["Steps"][0]["Arguments"]["Environment"]["N"] = {"Get": "Steps.Train.TrainingTimeInSeconds"}
    findings = validate_definition(definition)
    assert "Std:Join" in (findings[0].hint or "")


def test_a_step_of_an_unknown_kind_is_one_finding_and_may_be_referred_to(definition: dict[str, Any]) -> None:
    definition["Steps"][0]["Type"] = "Procesing"
    [(code, message)] = found(definition)
    assert code == "step-type"
    assert "Did you mean 'Processing'?" in message


def test_more_than_ten_inputs_are_refused_with_the_limit(definition: dict[str, Any]) -> None:
    inputs = definition["Steps"][0]["Arguments"]["ProcessingInputs"]
    inputs.extend(copy.deepcopy(inputs[0]) for _ in range(10))
    assert [c for c, _ in found(definition)] == ["limit"]


def test_findings_name_their_step_and_are_errors(definition: dict[str, Any]) -> None:
    definition["Steps"][1]["Arguments"]["Nonsense"] = 1
    [finding] = validate_definition(definition)
    assert (finding.step, finding.severity) == ("Train", Severity.ERROR)


def test_a_long_cycle_is_shortened(definition: dict[str, Any]) -> None:
    names = [f"S{i}" for i in range(30)]
    definition["Steps"] = [
        {"Name": n, "Type": "Fail", "Arguments": {"ErrorMessage": "x"}, "DependsOn": [names[i - 1]]}
        for i, n in enumerate(names)
    ]
    [(code, message)] = found(definition)
    assert code == "cycle"
    assert message.endswith("… -> S0")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
PLACES = [("Steps",), ("Parameters",), ("PipelineExperimentConfig",), ("Metadata",), FEATURES, TRAIN, INPUTS, COMPUTE,
          ("Parameters", 0), (*FEATURES, "Arguments"), (*FEATURES, "CacheConfig"), (*TRAIN, "RetryPolicies"),
          (*FEATURES, "Name"), (*FEATURES, "Type"), TRAIN_URI, ("Version",)]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_somewhere_the_validation_answers_with_findings(
    place: tuple[str | int, ...], value: Any, definition: dict[str, Any]
) -> None:
    broken = copy.deepcopy(definition)
    set_at(*place, to=value)(broken)
    first = validate_definition(broken)
    assert first == validate_definition(broken)
