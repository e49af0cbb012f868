from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.assembler import PipelineAssembler
from cursus.core.assembler.errors import ConfigClassMismatch, MissingDependency, SeveralProblems
from cursus.core.base import ProcessingStepConfigBase, TrainingStepConfigBase
from cursus.errors import ConfigurationError, NoWorkspaceRoot, UnknownStep, UsageError
from cursus.registry.distributed.context import workspace_context

BASE = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
}


class PackageConfig(ProcessingStepConfigBase):
    pass


class ModelEvalConfig(ProcessingStepConfigBase):
    pass


def config(kind: type[ProcessingStepConfigBase] = ProcessingStepConfigBase, **values: Any) -> ProcessingStepConfigBase:
    return kind(**{**BASE, **values})


INPUTS = {"model": "s3://example-bucket/model", "eval_data": "s3://example-bucket/eval"}


def core_dag() -> PipelineDAG:
    return PipelineDAG(["TabularPreprocessing_training", "ModelEval"], [])


def core_configs() -> dict[str, Any]:
    data = {"data": "s3://example-bucket/data"}
    return {
        "TabularPreprocessing_training": config(
            label_field="y", id_field="id", job_type="training", external_inputs=data
        ),
        "ModelEval": config(ModelEvalConfig, external_inputs=INPUTS, label_field="y", id_field="id"),
    }


def test_core_steps_need_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plan = PipelineAssembler(core_dag(), core_configs()).assemble()
    assert plan.name == "ada-Small-xgboost-NA"
    assert {s.name: (s.reference, s.job_type) for s in plan.steps} == {
        "ModelEval": ("core/ModelEval", None),
        "TabularPreprocessing_training": ("core/TabularPreprocessing", "training"),
    }
    assert {(e.step, e.input) for e in plan.external_inputs} == {
        ("ModelEval", "eval_data"),
        ("ModelEval", "model"),
        ("TabularPreprocessing_training", "data"),
    }
    assert not plan.findings
    assert list(tmp_path.iterdir()) == []


def test_the_role_given_wins(tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/Other"
    plan = PipelineAssembler(core_dag(), core_configs(), role=role).assemble("named")
    assert plan.name == "named"
    assert {s.request["RoleArn"] for s in plan.steps} == {role}


def test_the_config_decides_the_job_type_of_a_node_named_after_its_step(tree: Any) -> None:
    tree.manifest("ann", "First", more="arguments: {job_type: training}\n")
    dag = PipelineDAG(["First"], [])
    image = {"image_uri": "example.com/image:1"}
    assembler = PipelineAssembler(
        dag, {"First": config(job_type="validation", **image)}, workspace_root=tree.root, workspace="ann"
    )
    step = assembler.assemble().step("First")
    assert (step.job_type, step.arguments) == ("validation", {"job_type": "validation"})
    with workspace_context("ann", tree.root):
        current = PipelineAssembler(dag, {"First": config(**image)}, workspace_root=tree.root)
        assert current.assemble().step("First").job_type is None


def test_a_node_is_what_the_class_of_its_config_configures() -> None:
    plan = PipelineAssembler(
        PipelineDAG(["wrap"], []), {"wrap": config(PackageConfig, external_inputs={"model": "s3://b/m"})}
    ).assemble()
    assert plan.step("wrap").reference == "core/Package"


@pytest.mark.parametrize(
    ("configs", "error", "message"),
    [
        ({}, ConfigurationError, r"no config for step 'ModelEval'.*It has: none"),
        ({"Package": config(PackageConfig)}, ConfigurationError, r"'Package', which is not a node of the graph"),
        ({"ModelEval": config(PackageConfig)}, ConfigClassMismatch, "is a PackageConfig, but core/ModelEval is conf"),
        ({"ModelEval": config(job_type="x")}, UnknownStep, "not defined for the job type 'x'"),
        ({"ModelEval": config(external_inputs=["x"])}, ConfigurationError, "external_inputs of step 'ModelEval' maps"),
        ({"ModelEval": config(external_inputs={"x": 1})}, ConfigurationError, "external_inputs of step 'ModelEval'"),
    ],
)
def test_refused(configs: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        PipelineAssembler(PipelineDAG(["ModelEval"], []), configs).assemble()


def test_names_that_disagree() -> None:
    configs = core_configs()
    configs["ModelEval"] = config(ModelEvalConfig, external_inputs=INPUTS, author="bob")
    with pytest.raises(ConfigurationError, match="different names: ada-Small-xgboost-NA, bob-Small-xgboost-NA"):
        PipelineAssembler(core_dag(), configs).assemble()


def test_a_job_type_that_name_and_config_give_differently() -> None:
    configs = {"TabularPreprocessing_training": config(job_type="testing")}
    with pytest.raises(ConfigurationError, match="of job type 'training' by its name, its config says job_type: 'te"):
        PipelineAssembler(PipelineDAG(list(configs), []), configs).assemble()


def test_nothing_to_assemble(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no graph"):
        PipelineAssembler().assemble()
    with pytest.raises(UsageError, match="no node"):
        PipelineAssembler(PipelineDAG(), {}).assemble("x")
    with pytest.raises(NoWorkspaceRoot):
        PipelineAssembler(core_dag(), core_configs(), workspace_root=tmp_path).assemble()


def test_several_nodes_that_are_not_there() -> None:
    dag = PipelineDAG(["Nothing", "ModelEvol", "ModelEval"], [])
    with pytest.raises(SeveralProblems) as caught:
        PipelineAssembler(dag, {"ModelEval": core_configs()["ModelEval"]}).assemble()
    assert [f.step for f in caught.value.findings] == ["Nothing", "ModelEvol"]


class TestWorkspaceGraphs:
    def dag(self, tree: Any) -> WorkspaceAwareDAG:
        for workspace in ("ann", "bob"):
            tree.python(workspace, "Report", "data")
            tree.config(workspace, "Report", f"    field: str = {workspace!r}")
            tree.builder(
                workspace,
                "Report",
                "    def _get_environment_variables(self):\n        return {'F': self.config.field}",
            )
        tree.manifest("ann", "First")
        dag = WorkspaceAwareDAG(tree.root)
        dag.global_config = {**BASE, "image_uri": "example.com/image:1"}
        dag.add_workspace_step("start", "ann", "First")
        dag.add_workspace_step("ours", "ann", "Report", {}, ["start"])
        dag.add_workspace_step("theirs", "bob", "Report", {"field": "special"}, ["start"])
        return dag

    def test_each_step_is_its_developers(self, tree: Any) -> None:
        plan = PipelineAssembler(self.dag(tree)).assemble()
        assert {s.name: dict(s.environment) for s in plan.steps} == {
            "start": {},
            "ours": {"F": "ann"},
            "theirs": {"F": "special"},
        }

    def test_configs_stand_in_the_map_and_in_the_graph(self, tree: Any) -> None:
        class ReportConfig(ProcessingStepConfigBase):
            pass

        dag = self.dag(tree)
        dag.add_workspace_step("more", "ann", "Report", {"field": "graph"}, ["start"])
        configs = {
            "start": config(),
            "ours": config(ReportConfig, field="map"),
            "theirs": config(ReportConfig, field="special"),
        }
        plan = PipelineAssembler(dag, configs).assemble()
        assert [plan.step(name).environment["F"] for name in ("ours", "theirs", "more")] == ["map", "special", "graph"]
        configs["theirs"] = config(ReportConfig, field="other")
        with pytest.raises(ConfigurationError, match="'field' of theirs is 'other' in the configs and 'special' in th"):
            PipelineAssembler(dag, configs).assemble()

    def test_a_config_of_no_class_of_the_step(self, tree: Any) -> None:
        dag = self.dag(tree)
        with pytest.raises(ConfigClassMismatch, match="is a ProcessingStepConfigBase, but ann/Report is configured"):
            PipelineAssembler(_only(dag, "start", "ours"), {"start": config(), "ours": config()}).assemble()
        with pytest.raises(ConfigClassMismatch, match="is a TrainingStepConfigBase"):
            PipelineAssembler(_only(dag, "ours"), {"ours": TrainingStepConfigBase(**BASE)}).assemble()

    def test_ordering_parameters_and_description(self, tree: Any) -> None:
        dag = self.dag(tree)
        dag.add_workspace_step("last", "ann", "First", {}, ["ours", "theirs"])
        dag.global_config |= {
            "description": "About it",
            "parameters": {"Word": {"type": "String", "default": "x"}},
            "order_only": [{"source": "ours", "target": "last"}, {"source": "theirs", "target": "last"}],
        }
        plan = PipelineAssembler(dag).assemble()
        assert (plan.description, [p.name for p in plan.parameters]) == ("About it", ["Word"])
        assert plan.step("last").depends_on == ("ours", "theirs")
        assert {b.step for b in plan.bindings} == {"ours", "theirs"}

    @pytest.mark.parametrize(
        ("stated", "message"),
        [
            ({"order_only": [{"source": "start"}]}, "order_only is a list of"),
            ({"order_only": "start"}, "order_only is a list of"),
            ({"parameters": ["Word"]}, "parameters maps names"),
            ({"parameters": {"Word": {"type": "Text"}}}, "parameters maps names"),
            ({"parameters": {"Word": {"type": "String", "values": "ab"}}}, "parameters maps names"),
            ({"parameters": {"Word": {"type": "String", "defualt": 1}}}, "Did you mean 'default'"),
        ],
    )
    def test_reserved_names_hold_what_belongs_there(self, tree: Any, stated: dict[str, Any], message: str) -> None:
        dag = self.dag(tree)
        dag.global_config |= stated
        with pytest.raises(ConfigurationError, match=message):
            PipelineAssembler(dag).assemble()

    def test_a_dependency_that_is_not_there(self, tree: Any) -> None:
        dag = self.dag(tree)
        dag.add_workspace_step("last", "bob", "Report", {}, ["strat"])
        with pytest.raises(MissingDependency, match=r"'last' depends on 'strat'.*Did you mean 'start'") as caught:
            PipelineAssembler(dag).assemble()
        assert caught.value.workspace == "bob"


def _only(dag: WorkspaceAwareDAG, *names: str) -> WorkspaceAwareDAG:
    copy = dag.clone()
    for name in set(copy.nodes) - set(names):
        copy.remove_workspace_step(name)
    return copy
