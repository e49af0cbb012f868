from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cursus.core.base import ProcessingStepConfigBase, ScriptContract, StepBuilderBase, StepSpecification
from cursus.core.base.step_configs import TrainingStepConfigBase
from cursus.core.workspace.registry import WorkspaceComponentRegistry
from cursus.errors import ConfigurationError, FileError, ModuleLoadError, UnknownStep, UnknownWorkspace, UsageError
from cursus.registry.errors import UnknownJob
from cursus.registry.why import Outcome


@pytest.fixture
def team(tree: Any) -> Any:
    """Ann and bob with a Report each, First in ann's manifest, Common in shared."""
    for who in ("ann", "bob"):
        tree.python(who, "Report", "data")
        tree.builder(who, "Report", f"    WHO = {who!r}")
        tree.config(who, "Report", f"    who: str = {who!r}")
    tree.manifest("ann", "First")
    tree.manifest("shared", "Common")
    return tree


def registry(tree: Any, **more: Any) -> WorkspaceComponentRegistry:
    return WorkspaceComponentRegistry(str(tree.root), **more)


class TestClasses:
    def test_each_developer_has_the_class_of_its_own_workspace(self, team: Any) -> None:
        found = registry(team)
        for who in ("ann", "bob"):
            builder = found.find_builder_class("Report", who)
            assert (builder.__name__, builder.WHO) == ("ReportStepBuilder", who)
            assert issubclass(builder, StepBuilderBase)
            assert found.find_config_class("Report", who).model_fields["who"].default == who
            assert found.find_script_file("Report", who) == str(team.steps(who) / "scripts/report.py")
            contract, spec = found.find_contract_class("Report", who), found.find_spec_class("Report", who)
            assert isinstance(contract, ScriptContract)
            assert contract.entry_point == "report.py"
            assert isinstance(spec, StepSpecification)
            assert [d.logical_name for d in spec.list_dependencies()] == ["data"]
            assert spec.script_contract == contract
        assert not [name for name in sys.modules if "report_step" in name]

    def test_what_the_developer_lacks_comes_from_shared_and_core(self, team: Any) -> None:
        found = registry(team)
        assert found.find_script_file("Common", "ann") == str(team.steps("shared") / "scripts/common.py")
        assert found.find_script_file("Common") == found.find_script_file("Common", "bob")
        assert str(found.find_script_file("Package", "ann")).endswith("cursus/steps/scripts/package.py")
        assert found.find_script_file("Package") is not None

    def test_a_step_without_classes_of_its_own_has_those_that_build_it(self, team: Any) -> None:
        found = registry(team)
        assert found.find_builder_class("First", "ann") is StepBuilderBase
        assert found.find_config_class("First", "ann") is ProcessingStepConfigBase
        team.manifest("bob", "Fit", more="sagemaker_step_type: Training")
        found.clear_cache()
        assert found.find_config_class("Fit", "bob") is TrainingStepConfigBase
        assert isinstance(found.find_contract_class("Package"), ScriptContract)
        assert isinstance(found.find_spec_class("Package"), StepSpecification)

    def test_only_developers_have_it(self, team: Any) -> None:
        found = registry(team)
        for find in (found.find_builder_class, found.find_spec_class, found.find_script_file):
            with pytest.raises(UsageError, match="only in those of developers: ann, bob") as caught:
                find("Report")
            assert caught.value.hint == "Say whose: developer_id='ann'"

    def test_nobody_has_it(self, team: Any) -> None:
        found = registry(team)
        assert found.find_builder_class("Raport", "ann") is None
        assert found.find_config_class("Raport") is None
        assert found.find_contract_class("Raport") is None
        assert found.find_spec_class("Raport", "ann") is None
        assert found.find_script_file("First", "bob") is None
        with pytest.raises(UnknownWorkspace, match="Did you mean 'ann'"):
            found.find_builder_class("Report", "anne")

    def test_a_step_without_a_script(self, tree: Any) -> None:
        tree.python("ann", "Bare")
        (tree.steps("ann") / "contracts/bare_contract.py").unlink()
        (tree.steps("ann") / "scripts/bare.py").unlink()
        found = registry(tree)
        assert found.find_contract_class("Bare", "ann") is None
        assert found.find_script_file("Bare", "ann") is None
        assert isinstance(found.find_spec_class("Bare", "ann"), StepSpecification)

    def test_what_is_broken_does_not_look_absent(self, team: Any) -> None:
        team.builder("ann", "Report", top="raise RuntimeError('no')")
        team.write("bob", "specs/report_spec.py", "SPEC = (\n")
        found = registry(team)
        with pytest.raises(ModuleLoadError, match=r"builder_report_step.py:2 does not load: RuntimeError: no"):
            found.find_builder_class("Report", "ann")
        assert found.find_config_class("Report", "ann").__name__ == "ReportConfig"
        with pytest.raises(FileError, match=r"report_spec\.py"):
            found.find_builder_class("Report", "bob")

    def test_a_contract_that_breaks_a_rule_is_told_with_its_place(self, team: Any) -> None:
        path = team.steps("ann") / "contracts/report_contract.py"
        path.write_text(path.read_text().replace("/opt/ml/processing/input/data", "data"))
        found = registry(team)
        for find in (found.find_contract_class, found.find_spec_class):
            with pytest.raises(ConfigurationError, match="its contract does not hold: path of 'data'") as caught:
                find("Report", "ann")
            assert caught.value.file == path

    def test_what_reading_does_not_tell_is_loaded(self, team: Any) -> None:
        for folder in ("contracts/report_contract.py", "specs/report_spec.py"):
            path = team.steps("ann") / folder
            path.write_text("import os\n" + path.read_text().replace('"out"', "str(os.sep and 'out')"))
        found = registry(team)
        contract, spec = found.find_contract_class("Report", "ann"), found.find_spec_class("Report", "ann")
        assert contract is not None
        assert list(contract.expected_output_paths) == ["out"]
        assert spec is not None
        assert spec.list_all_output_names() == ["out"]

    def test_job_variants(self, tree: Any) -> None:
        tree.python("ann", "Split")
        text = (tree.steps("ann") / "specs/split_spec.py").read_text()
        (tree.steps("ann") / "specs/split_spec.py").unlink()
        for job in ("training", "testing"):
            name = f"Split_{job.capitalize()}"
            tree.write("ann", f"specs/split_{job}_spec.py", text.replace('"Split"', f'"{name}"'))
        found = registry(tree)
        spec = found.find_spec_class("Split_Training", "ann")
        assert spec is not None
        assert spec.step_type == "Split_Training"
        assert found.find_script_file("Split", "ann") == str(tree.steps("ann") / "scripts/split.py")
        with pytest.raises(UnknownJob, match=r"without a job type\. Its job types: testing, training"):
            found.find_spec_class("Split", "ann")
        with pytest.raises(UnknownJob, match="'validation'"):
            found.find_script_file("Split_Validation", "ann")

    def test_one_workspace_needs_no_name(self, tmp_path: Path, tree: Any) -> None:
        tree.manifest("ann", "First")
        root = tree.root / "developers" / "ann"
        assert WorkspaceComponentRegistry(str(root)).find_script_file("First") is not None

    def test_an_edited_class_is_loaded_again(self, team: Any) -> None:
        found = registry(team)
        assert found.find_builder_class("Report", "ann").WHO == "ann"
        team.builder("ann", "Report", "    WHO = 'a longer name'")
        assert found.find_builder_class("Report", "ann").WHO == "a longer name"


def test_clear_cache(team: Any) -> None:
    found = registry(team)
    first = {who: found.find_builder_class("Report", who) for who in ("ann", "bob")}
    assert {who: found.find_builder_class("Report", who) for who in first} == first
    team.manifest("ann", "Late")
    assert found.find_script_file("Late", "ann") is None
    found.clear_cache("ann")
    assert found.find_script_file("Late", "ann") is not None
    assert found.find_builder_class("Report", "ann") is not first["ann"]
    assert found.find_builder_class("Report", "bob") is first["bob"]
    found.clear_cache()
    assert found.find_builder_class("Report", "bob") is not first["bob"]
    with pytest.raises(UnknownWorkspace):
        found.clear_cache("anne")


def test_summary(team: Any) -> None:
    team.write("bob", "contracts/bad_contract.py", "CONTRACT = (\n")
    summary = registry(team).get_workspace_summary()
    assert summary == {
        "workspace_root": str(team.root),
        "total_developers": 2,
        "has_shared": True,
        "total_steps": 4,
        "total_components": 16,
        "step_types": {"Processing": 4},
        "developers": {
            "ann": {
                "layer": "developer",
                "steps": 2,
                "builders": 1,
                "configs": 1,
                "contracts": 2,
                "specs": 2,
                "scripts": 2,
                "findings": 0,
            },
            "bob": {
                "layer": "developer",
                "steps": 1,
                "builders": 1,
                "configs": 1,
                "contracts": 1,
                "specs": 1,
                "scripts": 1,
                "findings": 1,
            },
            "shared": {
                "layer": "shared",
                "steps": 1,
                "builders": 0,
                "configs": 0,
                "contracts": 1,
                "specs": 1,
                "scripts": 1,
                "findings": 0,
            },
        },
    }


def test_sixty_four_threads_in_different_workspaces(tree: Any) -> None:
    """Every thread asks in a workspace of its own for classes of the same names, and another forces fresh looks."""
    people = [f"dev{number:02}" for number in range(64)]
    for who in people:
        tree.python(who, "Report", "data")
        tree.builder(who, "Report", f"    WHO = {who!r}")
        tree.config(who, "Report", f"    who: str = {who!r}")
    found = registry(tree)
    start = threading.Barrier(64)

    def ask(who: str) -> list[str]:
        start.wait()
        wrong = []
        builder = found.find_builder_class("Report", who)
        if who != builder.WHO:
            wrong.append(f"{who}: builder")
        if found.find_config_class("Report", who).model_fields["who"].default != who:
            wrong.append(f"{who}: config")
        if found.find_script_file("Report", who) != str(tree.steps(who) / "scripts/report.py"):
            wrong.append(f"{who}: script")
        components = found.discover_components(who, force_refresh=who.endswith("0"))
        if set(components["builders"]) != {f"{who}:Report"}:
            wrong.append(f"{who}: discovery")
        if found.why("Report", who).winner != f"{who}/Report":
            wrong.append(f"{who}: why")
        return wrong

    with ThreadPoolExecutor(64) as pool:
        assert [wrong for answer in pool.map(ask, people) for wrong in answer] == []


class TestWhy:
    def test_own_shadows_shared_and_core(self, team: Any) -> None:
        team.manifest("ann", "Package")
        team.manifest("shared", "Package")
        trace = registry(team).why("package", "ann")
        assert trace.winner == "ann/Package"
        told = [(s.workspace, s.layer.value, s.outcome, s.by) for s in trace.layers]
        assert told == [
            ("ann", "developer", Outcome.WON, "name"),
            ("shared", "shared", Outcome.SHADOWED, "name"),
            ("core", "core", Outcome.SHADOWED, "name"),
        ]
        assert [Path(f).name for f in trace.layers[0].files] == ["package.step.yaml", "package.py"]
        assert trace.to_json()["layers"][1]["reference"] == "shared/Package"

    def test_a_lower_layer_wins(self, team: Any) -> None:
        trace = registry(team).why("Common", "bob")
        assert [(s.workspace, s.outcome) for s in trace.layers] == [
            ("bob", Outcome.ABSENT),
            ("shared", Outcome.WON),
            ("core", Outcome.ABSENT),
        ]

    def test_an_alias_gives_way_to_a_name_below(self, team: Any) -> None:
        team.manifest("ann", "TabularPreprocess")
        trace = registry(team).why("TabularPreprocessing", "ann")
        assert trace.winner == "core/TabularPreprocessing"
        assert [(s.outcome, s.by) for s in trace.layers] == [
            (Outcome.SHADOWED, "alias"),
            (Outcome.ABSENT, None),
            (Outcome.WON, "name"),
        ]

    def test_what_is_broken_is_not_passed_over(self, team: Any) -> None:
        path = team.write("ann", "contracts/common_contract.py", "CONTRACT = (\n")
        trace = registry(team).why("Common", "ann")
        assert trace.winner is None
        assert "common_contract.py" in str(trace.error)
        assert (trace.layers[0].outcome, trace.layers[0].files) == (Outcome.BROKEN, (str(path),))
        assert trace.layers[1].outcome is Outcome.SHADOWED

    def test_a_row_that_is_laid_over(self, team: Any) -> None:
        team.overlay(
            "ann",
            "STEP_OVERRIDES = {'Common': {'config_class': 'CommonConfig', 'builder_step_name': 'CommonStepBuilder', "
            "'spec_type': 'Common', 'sagemaker_step_type': 'Processing', 'description': ''}}\n",
        )
        trace = registry(team).why("Common", "ann")
        assert trace.winner == "shared/Common"
        assert trace.layers[1].detail == "seen with the row that 'ann' lays over it"

    def test_nothing(self, team: Any) -> None:
        trace = registry(team).why("Raport", "ann")
        assert trace.winner is None
        assert "Did you mean 'Report'" in str(trace.error)
        assert {s.outcome for s in trace.layers} == {Outcome.ABSENT}
        with pytest.raises(UnknownWorkspace):
            registry(team).why("Report", "anne")


LAYERS = st.lists(st.sampled_from(["ann", "shared", "bob"]), unique=True)
NAMES = st.sampled_from(["Report", "ModelEval", "ModelEvaluation", "Package"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.dictionaries(NAMES, LAYERS), asked=NAMES, broken=st.booleans())
def test_why_and_the_resolver_say_the_same(
    tree: Any, tmp_path_factory: pytest.TempPathFactory, where: dict[str, list[str]], asked: str, broken: bool
) -> None:
    tree = type(tree)(tmp_path_factory.mktemp("why") / "root")
    for who in ("ann", "bob"):
        tree.manifest(who, "Own")
    for name, workspaces in where.items():
        for workspace in workspaces:
            tree.manifest(workspace, name)
    if broken:
        tree.write("ann", "interfaces/report.step.yaml", "step: [\n")
    catalog = tree.catalog()
    trace = WorkspaceComponentRegistry(str(tree.root)).why(asked, "ann")
    wanted = error = None
    try:
        wanted = catalog.find("ann", asked).reference
    except (UnknownStep, FileError) as problem:
        error = problem.message
    assert (trace.winner, trace.error) == (wanted, error)
    assert [s.reference for s in trace.layers if s.outcome is Outcome.WON] == ([wanted] if wanted else [])
