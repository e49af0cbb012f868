from __future__ import annotations

from pathlib import Path

import pytest

from cursus.core.base import contract_from, spec_from
from cursus.errors import FileError
from cursus.model.manifest import Manifest
from cursus.model.step import DependencyType, NodeType, StepEntry
from cursus.model.workspace import ComponentKind
from cursus.workspace.layout import core_workspace
from cursus.workspace.manifest import manifest_from
from cursus.workspace.scan import scan
from cursus.workspace.yaml_reader import parse_yaml, read_yaml

FULL = """schema_version: 1
step: FlightFeatures
description: Joins.
inputs:
  flights:
    path: /opt/ml/processing/input/flights
    sources: [RawData]
    keywords: [flight]
    schema: {year: int, carrier: str}
  weather:
    path: /opt/ml/processing/input/weather
    type: training_data
    required: false
outputs:
  features:
    path: /opt/ml/processing/output/features
    aliases: [training_frame]
environment:
  required: [LABEL_FIELD]
  optional: {DELAY_MINUTES: 15, FLAG: true}
arguments: {job_type: training, verbose: null}
compute: {instance_type: ml.m5.xlarge, instance_count: 1, framework: sklearn, framework_version: 1.2-1}
config: {field: value}
jobs: [training, validation]
registry: {config_class: X}
"""


def read(text: str, name: str = "flight_features") -> Manifest:
    return manifest_from(parse_yaml(text.encode(), Path(f"{name}.step.yaml"), "alice"))


def test_a_full_manifest() -> None:
    manifest = read(FULL)

    assert manifest.entry == StepEntry(
        "FlightFeatures", "X", "FlightFeaturesStepBuilder", "FlightFeatures", "Processing", "Joins."
    )
    contract, spec = manifest.contract, manifest.spec
    assert contract is not None
    assert contract.entry_point == "flight_features.py"
    assert contract.inputs == {
        "flights": "/opt/ml/processing/input/flights",
        "weather": "/opt/ml/processing/input/weather",
    }
    assert contract.required_env == ("LABEL_FIELD",)
    assert contract.optional_env == {"DELAY_MINUTES": "15", "FLAG": "true"}
    assert contract.arguments == {"job_type": "training", "verbose": None}
    assert contract.schemas == {"flights": {"year": "int", "carrier": "str"}}
    assert spec.node_type is NodeType.INTERNAL
    assert [(d.name, d.type, d.required, d.line) for d in spec.dependencies] == [
        ("flights", DependencyType.PROCESSING_OUTPUT, True, 5),
        ("weather", DependencyType.TRAINING_DATA, False, 10),
    ]
    assert spec.outputs[0].aliases == ("training_frame",)
    path = "properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri"
    assert spec.outputs[0].property_path == path
    assert manifest.compute["framework_version"] == "1.2-1"
    assert manifest.defaults == {"field": "value"}
    assert manifest.jobs == ("training", "validation")


def test_what_is_read_is_accepted_by_the_published_classes() -> None:
    core = core_workspace()
    manifests = [read(FULL)]
    interfaces = [c for c in scan(core.root).components["core"] if c.kind is ComponentKind.INTERFACE]
    manifests += [manifest_from(read_yaml(c.path, workspace="core")) for c in interfaces]

    assert len(manifests) > 3
    for manifest in manifests:
        spec_from(manifest.spec, None if manifest.contract is None else contract_from(manifest.contract))


@pytest.mark.parametrize(
    ("kind", "path", "expected", "flow"),
    [
        ("Training", "/opt/ml/model", "properties.ModelArtifacts.S3ModelArtifacts", "model_artifacts"),
        ("Training", "/opt/ml/output/data", "properties.OutputDataConfig.S3OutputPath", "processing_output"),
        ("Transform", None, "properties.TransformOutput.S3OutputPath", "processing_output"),
        ("CreateModel", None, "properties.ModelName", "processing_output"),
    ],
)
def test_default_property_path(kind: str, path: str | None, expected: str, flow: str) -> None:
    port = "{}" if path is None else f"{{path: {path}}}"
    script = "script: null\n" if path is None else ""
    manifest = read(f"schema_version: 1\nstep: A\n{script}sagemaker_step_type: {kind}\noutputs:\n  o: {port}\n")

    assert (manifest.spec.outputs[0].property_path, manifest.spec.outputs[0].type) == (expected, flow)
    assert manifest.spec.node_type is NodeType.SOURCE
    assert (manifest.contract is None) is (path is None)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("schema_version: 1", "schema_version: 2", 1, "reads 1"),
        ("step: FlightFeatures", "step: flight_features", 2, "CamelCase"),
        ("step: FlightFeatures", "name: FlightFeatures", 2, "'name' is not a key"),
        ("    sources:", "    source:", 7, "Did you mean 'sources'"),
        ("type: training_data", "type: trainingdata", 12, "Did you mean 'training_data'"),
        ("required: false", "required: maybe", 13, "true or false"),
        ("    path: /opt/ml/processing/input/weather\n", "", 10, "absolute container path"),
        ("path: /opt/ml/processing/input/weather", "path: /opt/../etc", 10, "absolute container path"),
        ("  weather:", "  wea ther:", 10, "not a logical name"),
        ("  features:", "  flights:", 15, "an input and of an output"),
        ("aliases: [training_frame]", "aliases: [features]", 15, "names two outputs"),
        ("aliases: [training_frame]", "property_path: Model", 17, "must start with"),
        ("required: [LABEL_FIELD]", "required: LABEL_FIELD", 19, "list of names"),
        ("required: [LABEL_FIELD]", "required: [LABEL-FIELD]", 19, "environment variable"),
        ("required: [LABEL_FIELD]", "required: [FLAG]", 19, "stated twice"),
        ("FLAG: true", "FLAG: [1]", 20, "text or number"),
        ("verbose: null", "job-type: x", 21, "hyphen and underscore"),
        ("instance_count: 1", "instance_count: 0", 22, "whole number"),
        ("framework_version: 1.2-1", "framework_version: 1.20", 22, "in quotes"),
        ("year: int", "year: integer", 9, "none of int"),
        ("jobs: [training, validation]", "jobs: [train]", 24, "none of training"),
        ("registry: {config_class: X}", "registry: [X]", 25, "is a mapping"),
        ("registry: {config_class: X}", "node_type: sink", 25, "does not fit"),
        ("registry: {config_class: X}", "script: ../x.py", 25, "scripts folder"),
    ],
)
def test_what_does_not_belong_is_an_error_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in FULL
    with pytest.raises(FileError) as caught:
        read(FULL.replace(old, new, 1))

    error = caught.value
    assert message in error.message
    assert (error.code, error.workspace, error.step, error.line) == (
        "invalid-manifest",
        "alice",
        "flight_features",
        line,
    )


@pytest.mark.parametrize("text", ["", "[]", "text", "schema_version: 1"])
def test_what_is_no_manifest_at_all(text: str) -> None:
    with pytest.raises(FileError) as caught:
        read(text)
    assert caught.value.code == "invalid-manifest"
