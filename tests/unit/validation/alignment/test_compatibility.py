"""Verdicts on what one workspace puts out for another."""

from __future__ import annotations

import pytest

from cursus.errors import FileError, UnknownStep, UnknownWorkspace
from cursus.registry.catalog import StepCatalog
from cursus.validation.alignment.compatibility import Verdict, between, broken_steps, compatibility
from cursus.workspace.index import WorkspaceIndex

TABLE = """=== write a:interfaces/table.step.yaml
schema_version: 1
step: Table
outputs:
  rows:
    type: processing_output
    path: /opt/ml/processing/output/rows
    schema: {year: int, carrier: str}
=== write b:interfaces/count.step.yaml
schema_version: 1
step: Count
inputs:
  rows:
    path: /opt/ml/processing/input/rows
    sources: [Table]
    schema: {%s}
"""
OTHER_TYPE = """=== edit b:interfaces/report.step.yaml
type: model_artifacts
-->
type: payload_samples
"""


def catalog(root) -> StepCatalog:
    return StepCatalog(WorkspaceIndex(root))


def test_a_listed_source(make_root) -> None:
    (joint,) = compatibility(catalog(make_root()), "a", "b")
    assert (joint.source, joint.output, joint.target, joint.input) == ("a/Fit", "model", "b/Report", "model")
    assert joint.verdict is Verdict.COMPATIBLE
    assert joint.finding() is None
    assert compatibility(catalog(make_root(base=False)), "b", "a") == ()


def test_another_type(make_root) -> None:
    (joint,) = compatibility(catalog(make_root(OTHER_TYPE)), "a", "b")
    assert joint.verdict is Verdict.INCOMPATIBLE
    assert "model_artifacts" in joint.reason
    finding = joint.finding()
    assert finding is not None
    assert (finding.workspace, finding.step, finding.severity) == ("b", "Report", "error")


@pytest.mark.parametrize(
    ("columns", "verdict", "word"),
    [
        ("year: int", Verdict.COMPATIBLE, "1 columns agree"),
        ("year: float", Verdict.COMPATIBLE, "agree"),
        ("year: str, carrier: str", Verdict.COMPATIBLE, "agree"),
        ("month: int", Verdict.INCOMPATIBLE, "no column month"),
        ("carrier: int", Verdict.INCOMPATIBLE, "'carrier' of 'rows' is str, not int"),
    ],
)
def test_columns(make_root, columns, verdict, word) -> None:
    (joint,) = compatibility(catalog(make_root(TABLE % columns)), "a", "b", ["Count"])
    assert joint.verdict is verdict
    assert word in joint.reason


def test_requirements_that_clash(make_root) -> None:
    contract = """=== write %s:contracts/%s_contract.py
from cursus.core.base import ScriptContract

X_CONTRACT = ScriptContract(
    entry_point="%s.py", expected_input_paths={%s}, expected_output_paths={%s}, required_env_vars=[],
    framework_requirements={"scikit-learn": "%s"},
)
=== write %s:specs/%s_spec.py
from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

X_SPEC = StepSpecification(step_type="%s", node_type=NodeType.%s, dependencies=[%s], outputs=[%s])
"""
    output = (
        'OutputSpec(logical_name="m", output_type=DependencyType.MODEL_ARTIFACTS, property_path='
        "\"properties.ProcessingOutputConfig.Outputs['m'].S3Output.S3Uri\")"
    )
    dependency = 'DependencySpec(logical_name="m", dependency_type=DependencyType.MODEL_ARTIFACTS)'
    one = contract % (
        "a",
        "one",
        "one",
        "",
        '"m": "/opt/ml/processing/output/m"',
        "1.2",
        "a",
        "one",
        "One",
        "SOURCE",
        "",
        output,
    )
    two = contract % (
        "b",
        "two",
        "two",
        '"m": "/opt/ml/processing/input/m"',
        "",
        "==1.4",
        "b",
        "two",
        "Two",
        "SINK",
        dependency,
        "",
    )
    (joint,) = compatibility(catalog(make_root(one, two)), "a", "b", ["b/Two"])
    assert joint.verdict is Verdict.UNKNOWN
    assert "scikit-learn 1.2 and 1.4" in joint.reason


def test_what_a_pipeline_binds_is_judged(make_root) -> None:
    text = """=== edit b:interfaces/report.step.yaml
    sources: [Fit]
-->
    sources: [Prepare]
=== write pipelines/x.yaml
name: x
steps:
  fit: {use: a/Fit, inputs: {features: s3://b/f}}
  report: b/Report
edges: [fit.model -> report.model]
"""
    found = {(j.source, j.verdict) for j in compatibility(catalog(make_root(text)), "a", "b")}
    assert ("a/Fit", Verdict.COMPATIBLE) in found


def test_a_broken_source_is_not_overlooked(make_root) -> None:
    text = "=== edit a:interfaces/fit.step.yaml\nstep: Fit\n-->\nstep: Fit\nbogus: 1\n"
    tree = catalog(make_root(text))
    (joint,) = compatibility(tree, "a", "b")
    assert joint.verdict is Verdict.UNKNOWN
    assert "cannot be read" in joint.reason
    assert [f.workspace for f in broken_steps(tree, ["a", "b"])] == ["a"]
    with pytest.raises(FileError):
        compatibility(tree, "a", "b", ["Fit"])


def test_names_that_are_not_there(make_root) -> None:
    tree = catalog(make_root())
    with pytest.raises(UnknownWorkspace):
        compatibility(tree, "a", "nobody")
    with pytest.raises(UnknownStep):
        between(tree, ["a", "b"], ["Nothing"])
    assert len(between(tree, ["a", "b", "core"], ["a/Fit"])) >= 1
