from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.assembler.errors import ConfigClassMismatch, PipelineCycle
from cursus.core.base import ProcessingStepConfigBase
from cursus.core.base.config_files import write_configs
from cursus.core.compiler import DefinitionError, PipelineDAGCompiler, compile_dag_to_pipeline
from cursus.core.compiler.exceptions import CompilationError
from cursus.errors import ConfigurationError, CursusError, FileError

BASE = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
    "label_field": "y",
    "id_field": "id",
}


def config(**values: Any) -> ProcessingStepConfigBase:
    return ProcessingStepConfigBase(**{**BASE, **values})


def dag() -> PipelineDAG:
    graph = PipelineDAG(["TabularPreprocessing_training", "ModelEval"], [])
    graph.add_edge("TabularPreprocessing_training", "ModelEval", "testing_data", "eval_data")
    return graph


@pytest.fixture(params=["configs.json", "configs.yaml"])
def configs(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A merged config file for :func:`dag`."""
    path = tmp_path / str(request.param)
    split = config(job_type="training", external_inputs={"data": "s3://example-bucket/data"})
    model = {"model": "s3://example-bucket/model"}
    write_configs({"TabularPreprocessing_training": split, "ModelEval": config(external_inputs=model)}, path)
    return path


def test_a_graph_and_a_config_file_become_a_definition(configs: Path) -> None:
    compiled = PipelineDAGCompiler(configs).compile(dag())
    assert compiled.name == "ada-Small-xgboost-NA"
    assert [step["Name"] for step in compiled.steps] == ["TabularPreprocessing_training", "ModelEval"]
    inputs = {i["InputName"]: i["S3Input"]["S3Uri"] for i in compiled.steps[1]["Arguments"]["ProcessingInputs"]}
    assert inputs["model"] == "s3://example-bucket/model"
    assert inputs["eval_data"] == {
        "Get": "Steps.TabularPreprocessing_training.ProcessingOutputConfig.Outputs['testing_data'].S3Output.S3Uri"
    }
    assert compile_dag_to_pipeline(dag(), configs).definition() == compiled.definition()


def test_role_and_name(configs: Path) -> None:
    role = "arn:aws:iam::123456789012:role/Other"
    session = object()
    compiler = PipelineDAGCompiler(configs, session, role)
    assert compiler.sagemaker_session is session
    compiled = compiler.compile(dag(), "other-name")
    assert compiled.name == "other-name"
    assert {step["Arguments"]["RoleArn"] for step in compiled.steps} == {role}
    with pytest.raises(DefinitionError, match="pipeline name") as caught:
        compiler.compile(dag(), "not a name")
    assert isinstance(caught.value, CompilationError)


def test_a_report(configs: Path) -> None:
    compiled, report = PipelineDAGCompiler(configs).compile_with_report(dag())
    assert report.sha256 == hashlib.sha256(compiled.definition().encode()).hexdigest()
    first, second = report.nodes
    assert (first.reference, first.job_type, first.config_key) == (
        "core/TabularPreprocessing",
        "training",
        "TabularPreprocessing_training",
    )
    assert (second.config_class, second.files) == (
        "ProcessingStepConfigBase",
        {"interface": "core/interfaces/model_eval.step.yaml", "script": "core/scripts/model_eval.py"},
    )
    assert json.loads(json.dumps(report.to_json()))["bindings"][0]["reason"] == "explicit port"
    assert report.findings == ()


def test_a_preview_tells_of_each_node_by_itself(configs: Path) -> None:
    graph = dag()
    graph.add_node("Package")
    graph.add_node("ModelEvol")
    preview = PipelineDAGCompiler(configs).preview_resolution(graph)
    assert [node.reference for node in preview.nodes] == ["core/TabularPreprocessing", "core/ModelEval", None, None]
    assert not preview.complete
    package, unknown = preview.findings
    assert "no config for step 'Package'" in package.message
    assert "It has: ModelEval, TabularPreprocessing_training." in package.message
    assert "Did you mean 'ModelEval'" in unknown.message
    assert PipelineDAGCompiler(configs).preview_resolution(dag()).complete
    assert not PipelineDAGCompiler(configs).preview_resolution(PipelineDAG()).complete
    assert json.dumps(preview.to_json())


def test_compatibility(configs: Path) -> None:
    compiler = PipelineDAGCompiler(configs)
    sound = compiler.validate_dag_compatibility(dag())
    assert sound.valid
    assert sound.findings == ()
    half = PipelineDAG(["TabularPreprocessing_training"], [])
    report = compiler.validate_dag_compatibility(half)
    assert report.valid
    assert [(w.code, w.file) for w in report.warnings] == [("unused-config", configs)]
    graph = dag()
    graph.add_node("Package")
    graph.add_node("Nothing")
    report = compiler.validate_dag_compatibility(graph)
    assert not report.valid
    assert [(e.code, e.step) for e in report.errors] == [("configuration", "Package"), ("unknown-step", "Nothing")]
    graph = PipelineDAG(["ModelEval"], [])
    graph.add_edge("ModelEval", "ModelEval")
    assert [e.code for e in compiler.validate_dag_compatibility(graph).errors] == ["pipeline-cycle"]
    assert json.dumps(report.to_json())


def test_errors_keep_their_classes(configs: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        PipelineDAGCompiler(tmp_path / "absent.json")
    (tmp_path / "broken.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="has no 'configuration'"):
        PipelineDAGCompiler(tmp_path / "broken.json")
    graph = dag()
    graph.add_edge("ModelEval", "TabularPreprocessing_training")
    with pytest.raises(PipelineCycle):
        PipelineDAGCompiler(configs).compile(graph)
    write_configs({"ModelEval": config(), "Package": config()}, tmp_path / "other.json")
    text = (tmp_path / "other.json").read_text().replace("ProcessingStepConfigBase", "PackageConfig")
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(ConfigClassMismatch, match="'ModelEval' is a PackageConfig"):
        PipelineDAGCompiler(tmp_path / "other.json").compile(PipelineDAG(["ModelEval"], []))
    assert issubclass(CompilationError, CursusError)


def test_a_workspace_graph(tree: Any, tmp_path: Path) -> None:
    for workspace in ("ann", "bob"):
        tree.manifest(workspace, "Report", script=f"def main(a, b, c, d): {workspace!r}\n")
    graph = WorkspaceAwareDAG(tree.root)
    graph.add_workspace_step("ours", "ann", "Report")
    graph.add_workspace_step("theirs", "bob", "Report", {"instance_count": 2})
    write_configs({"Report": config(image_uri="example.com/image:1")}, tmp_path / "c.json")
    compiled, report = PipelineDAGCompiler(tmp_path / "c.json").compile_with_report(graph)
    assert [n.reference for n in report.nodes] == ["ann/Report", "bob/Report"]
    assert [n.config_key for n in report.nodes] == ["Report", "Report"]
    counts = [s["Arguments"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] for s in compiled.steps]
    assert counts == [1, 2]
    code = [
        next(i for i in s["Arguments"]["ProcessingInputs"] if i["InputName"] == "code")["S3Input"]["S3Uri"]
        for s in compiled.steps
    ]
    assert code[0] != code[1]


def test_a_workspace_graph_that_carries_its_configs(tree: Any) -> None:
    tree.manifest("ann", "Report")
    graph = WorkspaceAwareDAG(tree.root)
    graph.global_config = {**BASE, "image_uri": "example.com/image:1"}
    graph.add_workspace_step("ours", "ann", "Report")
    compiler = PipelineDAGCompiler(None)
    assert compiler.compile(graph).name == "ada-Small-xgboost-NA"
    assert compiler.validate_dag_compatibility(graph).valid


def test_plain_nodes_are_looked_up_in_the_workspace_that_is_named(tree: Any, tmp_path: Path) -> None:
    tree.manifest("ann", "Report")
    write_configs({"Report": config(image_uri="example.com/image:1")}, tmp_path / "c.json")
    graph = PipelineDAG(["Report"], [])
    compiler = PipelineDAGCompiler(tmp_path / "c.json", workspace_root=tree.root, workspace="ann")
    assert compiler.preview_resolution(graph).nodes[0].reference == "ann/Report"
    with pytest.raises(CursusError, match="'Report' is not defined in 'core'"):
        PipelineDAGCompiler(tmp_path / "c.json").compile(graph)
