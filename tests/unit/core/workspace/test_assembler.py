from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler.errors import SeveralProblems
from cursus.core.workspace.assembler import WorkspacePipelineAssembler
from cursus.core.workspace.config import WorkspacePipelineDefinition
from cursus.core.workspace.registry import WorkspaceComponentRegistry
from cursus.errors import ConfigurationError, NoWorkspaceRoot, UsageError
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import WorkspaceIndex

BASE = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
    "image_uri": "example.com/image:1",
}
TEAMS = ("ann", "bob", "cat", "dan")
BUILDER = "    def _get_environment_variables(self):\n        return {'WHO': %r, 'FIELD': self.config.field}"


def definition(root: Path, *steps: tuple[str, ...], **shared: Any) -> WorkspacePipelineDefinition:
    """Steps as (name, developer, type, *dependencies)."""
    return WorkspacePipelineDefinition.model_validate(
        {
            "pipeline_name": "mixed",
            "workspace_root": str(root),
            "global_config": {**BASE, **shared},
            "steps": [
                {
                    "step_name": name,
                    "developer_id": developer,
                    "step_type": step_type,
                    "workspace_root": str(root),
                    "dependencies": dependencies,
                }
                for name, developer, step_type, *dependencies in steps
            ],
        }
    )


@pytest.fixture
def mixed(tree: Any) -> WorkspacePipelineDefinition:
    """Four workspaces with a Report of the same file and class names each, and one First in shared."""
    tree.manifest("shared", "First")
    for who in TEAMS:
        tree.python(who, "Report", "data")
        tree.write(
            who, "scripts/report.py", f"def main(input_paths, output_paths, environ_vars, job_args):\n    {who!r}\n"
        )
        tree.config(who, "Report", f"    field: str = {who!r}")
        tree.builder(who, "Report", BUILDER % who)
    steps = [("first", "ann", "First"), *((f"report_{who}", who, "Report", "first") for who in TEAMS)]
    return definition(tree.root, *steps)


def test_four_workspaces_with_the_same_names_compile_to_their_own_scripts(mixed: WorkspacePipelineDefinition) -> None:
    assembler = WorkspacePipelineAssembler.from_workspace_config(mixed)
    plan = assembler.plan_workspace_pipeline()
    for who in TEAMS:
        step = plan.step(f"report_{who}")
        assert step.code is not None
        assert step.code.files["report.py"].read_text().endswith(f"{who!r}\n")
        assert f"/developers/{who}/" in str(step.code.files["report.py"])
        assert step.environment == {"WHO": who, "FIELD": who}
        assert step.builder == "builder_report_step.py:ReportStepBuilder"
    compiled = assembler.assemble_workspace_pipeline()
    for step_json in compiled.steps[1:]:
        step = plan.step(step_json["Name"])
        inputs = {i["InputName"]: i["S3Input"]["S3Uri"] for i in step_json["Arguments"]["ProcessingInputs"]}
        assert step.code is not None
        assert step.code.digest in inputs["code"]
        assert step_json["Arguments"]["Environment"]["WHO"] == step.workspace
    assert (
        WorkspacePipelineAssembler(mixed.workspace_root).assemble_workspace_pipeline(mixed).definition()
        == compiled.definition()
    )


def test_the_preview_lists_developer_and_file_of_every_component(mixed: WorkspacePipelineDefinition) -> None:
    preview = WorkspacePipelineAssembler.from_workspace_config(mixed).preview_workspace_assembly()
    assert json.loads(json.dumps(preview)) == preview
    assert preview["workspace_config"]["pipeline_name"] == "mixed"
    assert preview["assembly_plan"] == {
        "build_order": ["first", *(f"report_{who}" for who in TEAMS)],
        "dag_valid": True,
        "total_steps": 5,
    }
    first = preview["component_resolution"]["ann:first"]
    assert (first["workspace"], first["builder_file"], first["builder_class"]) == ("shared", None, None)
    report = preview["component_resolution"]["bob:report_bob"]
    assert (report["workspace"], report["config_class"], report["error"]) == ("bob", "ReportConfig", None)
    for kind in ("script", "contract", "spec", "config", "builder"):
        assert "/developers/bob/" in str(report[f"{kind}_file"])  # type: ignore[literal-required]
    assert preview["validation_results"]["components"]["valid"]
    assert preview["validation_results"]["dependencies"]["valid"]


def test_two_developers_use_one_step_type_differently(tree: Any) -> None:
    tree.manifest("ann", "First")
    made = definition(tree.root, ("one", "ann", "First"), ("two", "ann", "First"))
    made.steps[1].config_data = {"instance_count": 2}
    plan = WorkspacePipelineAssembler.from_workspace_config(made).plan_workspace_pipeline()
    counts = [s.request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] for s in plan.steps]
    assert counts == [1, 2]


def test_a_preview_of_what_cannot_be_assembled(tree: Any) -> None:
    tree.manifest("ann", "Loop", "data")
    tree.write("ann", "contracts/bad_contract.py", "CONTRACT = (\n")
    made = definition(
        tree.root, ("a", "ann", "Loop", "b"), ("b", "ann", "Loop", "a"), ("c", "ann", "Lop"), ("d", "ann", "Bad")
    )
    assembler = WorkspacePipelineAssembler.from_workspace_config(made)
    preview = assembler.preview_workspace_assembly()
    assert preview["assembly_plan"] == {"build_order": [], "dag_valid": False, "total_steps": 4}
    assert "Circular dependencies" in preview["validation_results"]["dependencies"]["errors"][0]
    assert "Did you mean 'Loop'" in str(preview["component_resolution"]["ann:c"]["error"])
    assert preview["component_resolution"]["ann:c"]["workspace"] is None
    with pytest.raises(Exception, match="cycle"):
        assembler.assemble_workspace_pipeline()


class TestAvailability:
    def test_what_is_there(self, mixed: WorkspacePipelineDefinition) -> None:
        report = WorkspacePipelineAssembler.from_workspace_config(mixed).validate_workspace_components()
        assert report["valid"]
        assert report["missing_components"] == report["errors"] == []
        assert report["warnings"] == ["Step 'first': ann has no First of its own; shared/First is used."]
        kinds = {c["component_type"] for c in report["available_components"] if c["step_name"] == "report_cat"}
        assert kinds == {"script", "contract", "spec", "config", "builder"}
        assert {c["workspace"] for c in report["available_components"] if c["step_name"] == "first"} == {"shared"}
        again = WorkspaceComponentRegistry(mixed.workspace_root).validate_component_availability(mixed)
        assert again == report

    def test_what_is_not(self, tree: Any) -> None:
        tree.python("ann", "NoScript")
        (tree.steps("ann") / "scripts/no_script.py").unlink()
        tree.write("ann", "scripts/bare.py", "def main(input_paths, output_paths, environ_vars, job_args): ...\n")
        path = tree.write("ann", "contracts/bad_contract.py", "CONTRACT = (\n")
        made = definition(
            tree.root, ("a", "ann", "NoScript"), ("b", "ann", "Bare"), ("c", "eve", "First"), ("d", "ann", "Bad")
        )
        report = WorkspacePipelineAssembler.from_workspace_config(made).validate_workspace_components()
        assert not report["valid"]
        told = [(m["developer_id"], m["step_name"], m["component_type"]) for m in report["missing_components"]]
        assert told == [
            ("ann", "a", "script"),
            ("ann", "b", "spec"),
            ("ann", "b", "contract"),
            ("eve", "c", "spec"),
            ("eve", "c", "contract"),
            ("eve", "c", "script"),
        ]
        (error,) = report["errors"]
        assert error.startswith(f"{path}:1: ")
        with pytest.raises(SeveralProblems) as caught:
            WorkspacePipelineAssembler.from_workspace_config(made).assemble_workspace_pipeline()
        assert [(f.code, f.step) for f in caught.value.findings] == [
            ("unknown-workspace", "c"),
            ("syntax-error", "bad"),
            ("step-not-buildable", "a"),
            ("step-not-buildable", "b"),
        ]

    def test_a_class_that_does_not_resolve_stops_before_assembly(self, tree: Any) -> None:
        tree.python("ann", "Report")
        path = tree.config("ann", "Raport")
        path.rename(path.with_name("config_report_step.py"))
        tree.builder("ann", "Report", "    pass", top="open('built', 'w')")
        with pytest.raises(Exception, match=r"defines no class 'ReportConfig'. Did you mean 'RaportConfig'"):
            WorkspacePipelineAssembler(tree.root).assemble_workspace_pipeline(
                definition(tree.root, ("a", "ann", "Report"))
            )


def test_definitions_in_files(mixed: WorkspacePipelineDefinition, tmp_path: Path) -> None:
    mixed.to_json_file(tmp_path / "p.json")
    mixed.to_yaml_file(tmp_path / "p.yaml")
    for name in ("p.json", "p.yaml"):
        assembler = WorkspacePipelineAssembler.from_workspace_config_file(
            tmp_path / name, role="arn:aws:iam::123456789012:role/Other"
        )
        assert assembler.workspace_config == mixed
        plan = assembler.plan_workspace_pipeline()
        assert {s.request["RoleArn"] for s in plan.steps} == {"arn:aws:iam::123456789012:role/Other"}


def test_misuse(tree: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no workspace pipeline"):
        WorkspacePipelineAssembler(tree.root).assemble_workspace_pipeline()
    with pytest.raises(NoWorkspaceRoot):
        WorkspacePipelineAssembler(tmp_path / "nowhere")
    (tmp_path / "other" / "developers").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="the assembler over those below"):
        WorkspacePipelineAssembler(tree.root).plan_workspace_pipeline(
            definition(tmp_path / "other", ("a", "ann", "First"))
        )
    with pytest.raises(ConfigurationError, match="not a workspace pipeline definition"):
        WorkspacePipelineAssembler(tree.root).plan_workspace_pipeline({"pipeline_name": "x"})


def test_the_example_is_assembled_through_these_classes(tmp_path: Path) -> None:
    from cursus.core.compiler import compile_plan
    from cursus.core.workspace.definition_pipeline import read_pipeline_file
    from cursus.core.workspace.pipeline_file import plan_pipeline

    root = Path(__file__).resolve().parents[4] / "examples" / "three_teams"
    made = read_pipeline_file(root / "pipelines" / "flight_delay.yaml", root)
    assembler = WorkspacePipelineAssembler.from_workspace_config(made)
    catalog = StepCatalog(WorkspaceIndex(root, cache=False))
    wanted = compile_plan(plan_pipeline("flight_delay", catalog)).definition()
    assert assembler.assemble_workspace_pipeline().definition() == wanted
