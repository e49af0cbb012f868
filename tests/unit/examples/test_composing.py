"""Every public method of the classes that compose pipelines, on the example: real files and real steps."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.core.base import BasePipelineConfig, ScriptContract, StepBuilderBase, StepSpecification
from cursus.core.workspace.assembler import WorkspacePipelineAssembler
from cursus.core.workspace.config import WorkspacePipelineDefinition
from cursus.core.workspace.definition_pipeline import read_pipeline_file
from cursus.core.workspace.registry import WorkspaceComponentRegistry
from cursus.model.pipeline import Edge

ROOT = Path(__file__).resolve().parents[3] / "examples" / "three_teams"
STEPS = 9
TEAMS = ["core", "ingest", "modelling", "risk"]
Checks = Mapping[str, Callable[[], object]]


@pytest.fixture(scope="module")
def made() -> WorkspacePipelineDefinition:
    return read_pipeline_file(ROOT / "pipelines" / "flight_delay.yaml", ROOT)


def public(*classes: type) -> set[str]:
    """Names of the public methods that these classes define themselves."""
    return {
        name
        for cls in classes
        for name, value in vars(cls).items()
        if not name.startswith(("_", "model_"))
        and not name.startswith("validate_identifiers")
        and name != "validate_pipeline_consistency"
        and (inspect.isfunction(value) or isinstance(value, classmethod | property))
    }


def hold(checks: Checks, *classes: type) -> None:
    """Every public method has a check, and every check holds."""
    assert set(checks) == public(*classes)
    assert [name for name, check in checks.items() if not check()] == []


def test_the_definition(made: WorkspacePipelineDefinition, tmp_path: Path) -> None:
    cls = WorkspacePipelineDefinition
    made.to_json_file(tmp_path / "d.json")
    made.to_yaml_file(tmp_path / "d.yaml")
    checks: Checks = {
        "get_developers": lambda: made.get_developers() == TEAMS,
        "get_steps_by_developer": lambda: (
            [s.step_name for s in made.get_steps_by_developer("risk")] == ["calibrate", "carrier_report"]
        ),
        "get_step_by_name": lambda: made.get_step_by_name("train") == made.steps[2],
        "to_dag": lambda: len(made.to_dag().nodes) == STEPS,
        "validate_workspace_dependencies": lambda: made.validate_workspace_dependencies()["valid"],
        "to_pipeline_config": lambda: next(iter(made.to_pipeline_config()["steps"])) == "features",
        "to_json": lambda: json.loads(made.to_json())["pipeline_name"] == "flight-delay",
        "from_json": lambda: cls.from_json(made.to_json()) == made,
        "to_yaml": lambda: "pipeline_name: flight-delay" in made.to_yaml(),
        "from_yaml": lambda: cls.from_yaml(made.to_yaml()) == made,
        "to_json_file": lambda: (tmp_path / "d.json").is_file(),
        "from_json_file": lambda: cls.from_json_file(tmp_path / "d.json") == made,
        "to_yaml_file": lambda: (tmp_path / "d.yaml").is_file(),
        "from_yaml_file": lambda: cls.from_yaml_file(tmp_path / "d.yaml") == made,
    }
    hold(checks, cls)


def test_the_graph(made: WorkspacePipelineDefinition) -> None:
    dag, other = made.to_dag(), WorkspaceAwareDAG(ROOT)
    ports = Edge("split", "evaluate", "testing_data", "eval_data")
    order = [step["step_name"] for step in dag.get_execution_order()]
    other.add_workspace_step("more", "risk", "MetricsReport", {}, ["calibrate"])
    scratch = dag.clone()
    scratch.add_node("plain")
    scratch.add_edge("plain", "more", output="a", input="b")

    def merged() -> bool:
        whole = dag.clone()
        whole.merge_workspace_dag(other)
        return whole.get_dependencies("more") == ["calibrate"]

    checks: Checks = {
        "add_node": lambda: "plain" in scratch.nodes,
        "add_edge": lambda: ("plain", "more") in scratch.edges,
        "add_workspace_step": lambda: other.missing_dependencies() == {"calibrate": ["more"]},
        "missing_dependencies": lambda: dag.missing_dependencies() == {},
        "get_dependencies": lambda: sorted(dag.get_dependencies("package")) == ["calibrate", "train"],
        "get_ports": lambda: dag.get_ports("split", "evaluate") == [("testing_data", "eval_data")],
        "port_edges": lambda: ports in dag.port_edges(),
        "find_cycle": lambda: dag.find_cycle() is None,
        "topological_sort": lambda: dag.topological_sort() == order,
        "get_execution_order": lambda: all(order.index(a) < order.index(b) for a, b in dag.edges),
        "workspace_steps": lambda: len(dag.workspace_steps) == STEPS,
        "get_workspace_step": lambda: (dag.get_workspace_step("train") or {})["developer_id"] == "modelling",
        "get_developers": lambda: dag.get_developers() == TEAMS,
        "get_steps_by_developer": lambda: dag.get_steps_by_developer("ingest") == ["features"],
        "get_steps_by_type": lambda: dag.get_steps_by_type("MetricsReport") == ["training_report", "carrier_report"],
        "validate_workspace_dependencies": lambda: dag.validate_workspace_dependencies()["valid"],
        "get_workspace_summary": lambda: dag.get_workspace_summary()["total_steps"] == STEPS,
        "analyze_workspace_complexity": lambda: dag.analyze_workspace_complexity()["basic_metrics"]["edge_count"] == 13,
        "to_workspace_pipeline_config": lambda: (
            WorkspacePipelineDefinition.model_validate(dag.to_workspace_pipeline_config("flight-delay")) == made
        ),
        "from_workspace_config": lambda: WorkspaceAwareDAG.from_workspace_config(made).edges == dag.edges,
        "clone": lambda: dag.clone().get_workspace_summary() == dag.get_workspace_summary(),
        "merge_workspace_dag": merged,
        "remove_edge": lambda: scratch.remove_edge("train", "package") and not scratch.get_ports("train", "package"),
        "remove_workspace_step": lambda: scratch.remove_workspace_step("train") and "train" not in scratch.nodes,
        "remove_node": lambda: scratch.remove_node("plain") and not scratch.remove_node("plain"),
    }
    hold(checks, PipelineDAG, WorkspaceAwareDAG)


def test_the_registry(made: WorkspacePipelineDefinition) -> None:
    registry = WorkspaceComponentRegistry(str(ROOT))
    found = registry.discover_components()

    def classes_differ() -> bool:
        one, other = (registry.find_builder_class("MetricsReport", who) for who in ("modelling", "risk"))
        return one is not other and issubclass(one, StepBuilderBase) and issubclass(other, StepBuilderBase)

    def forgotten() -> bool:
        before = registry.find_builder_class("MetricsReport", "risk")
        registry.clear_cache("risk")
        return registry.find_builder_class("MetricsReport", "risk") is not before

    checks: Checks = {
        "discover_components": lambda: found["summary"]["developers"] == ["ingest", "modelling", "risk"],
        "find_builder_class": classes_differ,
        "find_config_class": lambda: issubclass(
            registry.find_config_class("FlightFeatures", "ingest"), BasePipelineConfig
        ),
        "find_contract_class": lambda: isinstance(
            registry.find_contract_class("DelayTraining", "modelling"), ScriptContract
        ),
        "find_spec_class": lambda: isinstance(registry.find_spec_class("ModelEval"), StepSpecification),
        "find_script_file": lambda: str(registry.find_script_file("MetricsReport", "risk")).startswith(
            str(ROOT / "developers" / "risk")
        ),
        "why": lambda: registry.why("Package", "risk").winner == "core/Package",
        "get_workspace_summary": lambda: registry.get_workspace_summary()["total_developers"] == 3,
        "validate_component_availability": lambda: registry.validate_component_availability(made)["valid"],
        "findings": lambda: registry.findings() == (),
        "clear_cache": forgotten,
    }
    hold(checks, WorkspaceComponentRegistry)


def test_the_assembler(made: WorkspacePipelineDefinition, tmp_path: Path) -> None:
    assembler = WorkspacePipelineAssembler(ROOT)
    made.to_json_file(tmp_path / "d.json")
    from_file = WorkspacePipelineAssembler.from_workspace_config_file(tmp_path / "d.json")
    plan = from_file.plan_workspace_pipeline()
    preview = assembler.preview_workspace_assembly(made)
    compiled = assembler.assemble_workspace_pipeline(made)

    def own_scripts() -> bool:
        steps = {step["Name"]: json.dumps(step) for step in compiled.steps}
        digests = {s.name: s.code.digest for s in plan.steps if s.code is not None}
        return len(digests) == STEPS and all(digest in steps[name] for name, digest in digests.items())

    checks: dict[str, Callable[[], Any]] = {
        "validate_workspace_components": lambda: assembler.validate_workspace_components(made)["valid"],
        "preview_workspace_assembly": lambda: preview["assembly_plan"]["total_steps"] == STEPS,
        "plan_workspace_pipeline": lambda: plan.step("carrier_report").reference == "risk/MetricsReport",
        "assemble_workspace_pipeline": own_scripts,
        "from_workspace_config": lambda: (
            WorkspacePipelineAssembler.from_workspace_config(made).workspace_config == made
        ),
        "from_workspace_config_file": lambda: from_file.workspace_config == made,
    }
    hold(checks, WorkspacePipelineAssembler)
