from __future__ import annotations

from pathlib import Path

import pytest

from cursus.errors import FileError, UnknownStep, UnknownWorkspace
from cursus.model.finding import Severity
from cursus.model.step import Contract, Spec
from cursus.model.workspace import ComponentKind
from cursus.registry.catalog import StepCatalog
from cursus.registry.errors import IncompleteStep, StepConflict, StepHasNoFiles, UnknownJob
from cursus.workspace.index import WorkspaceIndex

SCRIPT = "def main(input_paths, output_paths, environ_vars, job_args):\n    pass\n"
CONTRACT = """from cursus.core.base import ScriptContract

CONTRACT = ScriptContract(
    entry_point="{script}",
    expected_input_paths={{"data": "{base}"}},
    expected_output_paths={{"out": "/opt/ml/processing/output/out"}},
    required_env_vars=[],
)
"""
SPEC = """from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification

SPEC = StepSpecification(
    step_type="{step_type}",
    node_type=NodeType.INTERNAL,
    dependencies=[DependencySpec(logical_name="data", dependency_type=DependencyType.PROCESSING_OUTPUT)],
    outputs=[
        OutputSpec(
            logical_name="out",
            output_type=DependencyType.PROCESSING_OUTPUT,
            property_path="properties.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri",
        )
    ],
)
"""
MANIFEST = """schema_version: 1
step: {step}
inputs:
  data: {{path: /opt/ml/processing/input/data}}
outputs:
  out: {{path: /opt/ml/processing/output/out}}
"""


class Tree:
    """A workspace root on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "developers").mkdir()

    def steps(self, workspace: str) -> Path:
        base = self.root / "shared" if workspace == "shared" else self.root / "developers" / workspace
        steps = base / "src" / "cursus_dev" / "steps"
        steps.mkdir(parents=True, exist_ok=True)
        return steps

    def write(self, workspace: str, name: str, text: str) -> Path:
        path = self.steps(workspace) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def manifest(self, workspace: str, file: str, step: str, more: str = "") -> None:
        self.write(workspace, f"scripts/{file}.py", SCRIPT)
        self.write(workspace, f"interfaces/{file}.step.yaml", MANIFEST.format(step=step) + more)

    def python(self, workspace: str, step: str, step_type: str, base: str = "/opt/ml/processing/input/data") -> None:
        self.write(workspace, f"scripts/{step}.py", SCRIPT)
        self.write(workspace, f"contracts/{step}_contract.py", CONTRACT.format(script=f"{step}.py", base=base))
        self.write(workspace, f"specs/{step}_spec.py", SPEC.format(step_type=step_type))

    def overlay(self, workspace: str, text: str) -> None:
        self.write(workspace, "../registry/workspace_registry.py", text)

    def catalog(self) -> StepCatalog:
        return StepCatalog(WorkspaceIndex(self.root, cache=False))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def row(name: str, config: str) -> str:
    return repr(
        {
            name: {
                "config_class": config,
                "builder_step_name": "B",
                "spec_type": name,
                "sagemaker_step_type": "Processing",
                "description": "d",
            }
        }
    )


def test_both_forms_are_steps(tree: Tree) -> None:
    tree.manifest("ann", "flight_features", "FlightFeatures")
    tree.python("ann", "delay_report", "DelayReport")
    catalog = tree.catalog()
    features, report = sorted(catalog.steps("ann"), key=lambda s: s.name, reverse=True)
    assert (features.name, features.reference, features.job_type) == ("FlightFeatures", "ann/FlightFeatures", None)
    assert features.entry.config_class == "FlightFeaturesConfig"
    assert set(features.components) == {ComponentKind.INTERFACE, ComponentKind.SCRIPT}
    assert set(report.components) == {ComponentKind.CONTRACT, ComponentKind.SCRIPT, ComponentKind.SPEC}
    for step in (features, report):
        assert isinstance(step.contract, Contract)
        assert isinstance(step.spec, Spec)
        assert step.spec.dependency("data") is not None
    assert catalog.problems("ann") == ()


@pytest.mark.parametrize("name", ["FlightFeatures", "flight_features", "flightfeatures"])
def test_find_by_canonical_or_folded_file_name(tree: Tree, name: str) -> None:
    tree.manifest("ann", "flight_features", "FlightFeatures")
    assert tree.catalog().find("ann", name).name == "FlightFeatures"


def test_find_by_declared_alias(tree: Tree) -> None:
    tree.manifest("ann", "carrier_evaluation", "CarrierEvaluation")
    assert tree.catalog().find("ann", "carrier_eval").name == "CarrierEvaluation"


def test_own_then_shared_then_core(tree: Tree) -> None:
    tree.steps("bob")
    tree.manifest("shared", "common", "Common")
    tree.manifest("ann", "common", "Common")
    catalog = tree.catalog()
    assert [w.id for w in catalog.layers("ann")] == ["ann", "shared", "core"]
    assert [w.id for w in catalog.layers("shared")] == ["shared", "core"]
    assert [w.id for w in catalog.layers("core")] == ["core"]
    assert catalog.find("ann", "Common").workspace == "ann"
    assert catalog.find("bob", "Common").workspace == "shared"
    assert catalog.find("bob", "TabularPreprocessing").workspace == "core"
    assert {"Common", "TabularPreprocessing"} <= set(catalog.visible_names("bob"))
    assert catalog.problems("ann") == ()


def test_another_developers_step_is_never_seen(tree: Tree) -> None:
    tree.manifest("ann", "secret", "Secret")
    tree.steps("bob")
    with pytest.raises(UnknownStep, match="'bob', 'core'"):
        tree.catalog().find("bob", "Secret")


def test_unknown(tree: Tree) -> None:
    tree.manifest("ann", "flight_features", "FlightFeatures")
    with pytest.raises(UnknownStep, match="Did you mean 'FlightFeatures'"):
        tree.catalog().find("ann", "FlightFeature")
    with pytest.raises(UnknownWorkspace):
        tree.catalog().find("nobody", "FlightFeatures")
    with pytest.raises(StepHasNoFiles, match="only a row"):
        tree.catalog().find("ann", "XGBoostTraining")


def test_names_of_python_steps(tree: Tree) -> None:
    tree.python("ann", "xgboost_training", "Whatever")
    tree.python("ann", "risk_report", "CarrierReport")
    tree.write("ann", "scripts/bare_script.py", SCRIPT)
    tree.python("ann", "lgbm_fit", "LgbmFit")
    tree.overlay("ann", f"WORKSPACE_STEPS = {row('LGBMFit', 'FitConfig')}\n")
    catalog = tree.catalog()
    assert [s.name for s in catalog.steps("ann")] == ["BareScript", "CarrierReport", "LGBMFit", "XGBoostTraining"]
    assert catalog.find("ann", "risk_report").name == "CarrierReport"
    assert catalog.find("ann", "LGBMFit").entry.config_class == "FitConfig"
    assert catalog.find("ann", "XGBoostTraining").entry.sagemaker_step_type == "Training"
    bare = catalog.find("ann", "BareScript")
    assert (bare.contract, bare.spec) == (None, None)


def test_a_step_with_a_training_jobs_paths_is_a_training_step(tree: Tree) -> None:
    tree.python("ann", "fit", "Fit", base="/opt/ml/input/data/train")
    tree.python("ann", "prepare", "Prepare")
    catalog = tree.catalog()
    assert catalog.find("ann", "Fit").entry.sagemaker_step_type == "Training"
    assert catalog.find("ann", "Prepare").entry.sagemaker_step_type == "Processing"


def test_a_script_belongs_to_the_contract_that_names_it(tree: Tree) -> None:
    tree.write("ann", "scripts/run_it.py", SCRIPT)
    text = CONTRACT.format(script="run_it.py", base="/opt/ml/processing/input/data")
    tree.write("ann", "contracts/nightly_contract.py", text)
    catalog = tree.catalog()
    assert [s.name for s in catalog.steps("ann")] == ["Nightly"]
    assert catalog.find("ann", "Nightly").components[ComponentKind.SCRIPT].path.name == "run_it.py"
    with pytest.raises(UnknownStep):
        catalog.find("ann", "RunIt")


def test_job_variants(tree: Tree) -> None:
    tree.write("ann", "scripts/split.py", SCRIPT)
    tree.write("ann", "contracts/split_contract.py", CONTRACT.format(script="split.py", base="/opt/ml/processing/x"))
    for job in ("training", "calibration"):
        tree.write("ann", f"specs/split_{job}_spec.py", SPEC.format(step_type=f"Split_{job.capitalize()}"))
    catalog = tree.catalog()
    assert [(s.name, s.job_type) for s in catalog.steps("ann")] == [("Split", "calibration"), ("Split", "training")]
    step = catalog.find("ann", "Split", "training")
    assert isinstance(step.spec, Spec)
    assert step.spec.step_type == "Split_Training"
    assert step.components[ComponentKind.SPEC].path.name == "split_training_spec.py"
    with pytest.raises(UnknownJob, match=r"without a job type\. Its job types: calibration, training"):
        catalog.find("ann", "Split")
    with pytest.raises(UnknownJob, match="'testing'"):
        catalog.find("ann", "Split", "testing")


def test_a_spec_without_job_serves_every_job_type(tree: Tree) -> None:
    tree.python("ann", "split", "Split")
    tree.manifest("ann", "score", "Score", "jobs: [training, validation]\n")
    catalog = tree.catalog()
    step = catalog.find("ann", "Split", "testing")
    assert isinstance(step.spec, Spec)
    assert (step.job_type, step.spec.step_type) == ("testing", "Split_Testing")
    assert catalog.find("ann", "Score", "validation").job_type == "validation"
    assert catalog.find("ann", "Score").job_type is None
    with pytest.raises(UnknownJob):
        catalog.find("ann", "Score", "testing")
    with pytest.raises(UnknownJob):
        catalog.find("ann", "Split", "nightly")


def test_broken_steps_stop_nothing_else(tree: Tree) -> None:
    tree.manifest("shared", "broken", "Broken")
    tree.write("ann", "contracts/broken_contract.py", "def (:\n")
    tree.write("ann", "interfaces/torn.step.yaml", "step: [\n")
    tree.manifest("ann", "sound", "Sound")
    tree.manifest("bob", "sound", "Sound")
    catalog = tree.catalog()
    assert [s.name for s in catalog.steps("ann")] == ["Sound"]
    assert catalog.find("ann", "Sound").workspace == "ann"
    assert "Broken" in catalog.visible_names("bob")
    with pytest.raises(FileError) as caught:
        catalog.find("ann", "Broken")
    assert caught.value.workspace == "ann"
    assert caught.value.line == 1
    with pytest.raises(FileError):
        catalog.find("ann", "torn")
    problems = catalog.problems("ann")
    assert sorted(str(p.file.name) for p in problems if p.file) == ["broken_contract.py", "torn.step.yaml"]
    assert all(p.severity is Severity.ERROR and p.workspace == "ann" for p in problems)
    assert catalog.problems("bob") == ()


def test_a_broken_overlay_is_its_workspaces_own(tree: Tree) -> None:
    tree.manifest("ann", "sound", "Sound")
    tree.manifest("bob", "sound", "Sound")
    tree.overlay("ann", "WORKSPACE_STEPS = {\n")
    catalog = tree.catalog()
    assert [s.name for s in catalog.steps("ann")] == ["Sound"]
    with pytest.raises(FileError):
        catalog.find("ann", "Sound")
    with pytest.raises(FileError):
        catalog.rows("ann")
    assert len(catalog.problems("ann")) == 1
    assert catalog.find("bob", "Sound").workspace == "bob"
    assert catalog.problems("bob") == ()
    assert "Sound" in catalog.rows("bob")


def test_two_statements_of_one_step(tree: Tree) -> None:
    tree.manifest("ann", "score", "Score")
    tree.write("ann", "contracts/score_contract.py", CONTRACT.format(script="score.py", base="/opt/ml/processing/x"))
    tree.python("ann", "pytorch_fit", "A")
    tree.python("ann", "py_torch_fit", "B")
    tree.manifest("ann", "one", "Same")
    tree.manifest("ann", "two", "Same")
    catalog = tree.catalog()
    assert catalog.steps("ann") == ()
    with pytest.raises(StepConflict, match=r"score.step.yaml and score_contract.py"):
        catalog.find("ann", "Score")
    with pytest.raises(StepConflict):
        catalog.find("ann", "pytorch_fit")
    for name in ("Same", "one", "two"):
        with pytest.raises(StepConflict, match=r"one.step.yaml.*two.step.yaml"):
            catalog.find("ann", name)
    assert {p.code for p in catalog.problems("ann")} == {"registry-conflict"}


def test_taking_a_core_name_is_a_conflict_that_lists_all_definitions(tree: Tree) -> None:
    tree.manifest("ann", "package", "Package")
    catalog = tree.catalog()
    [problem] = catalog.problems("ann")
    assert (problem.code, problem.severity, problem.step) == ("registry-conflict", Severity.WARNING, "Package")
    assert "ann: package.step.yaml; core: package.step.yaml; core: row in the core table" in problem.message
    assert catalog.find("ann", "Package").workspace == "ann"
    tree.overlay("ann", f"STEP_OVERRIDES = {row('Package', 'MyConfig')}\n")
    catalog = tree.catalog()
    assert catalog.problems("ann") == ()
    assert catalog.find("ann", "Package").entry.config_class == "MyConfig"


def test_an_override_of_only_the_config(tree: Tree) -> None:
    config = tree.write("ann", "configs/config_package_step.py", "class MyConfig: ...\n")
    catalog = tree.catalog()
    with pytest.raises(IncompleteStep):
        catalog.find("ann", "Package")
    assert [p.severity for p in catalog.problems("ann")] == [Severity.WARNING]
    tree.overlay("ann", f"STEP_OVERRIDES = {row('Package', 'MyConfig')}\n")
    tree.steps("bob")
    catalog = tree.catalog()
    step = catalog.find("ann", "Package")
    assert (step.workspace, step.entry.config_class) == ("core", "MyConfig")
    assert step.components[ComponentKind.CONFIG].path == config
    assert step.components[ComponentKind.SCRIPT].workspace == "core"
    assert catalog.find("bob", "Package").entry.config_class == "PackageConfig"
    assert catalog.find("core", "Package").entry.config_class == "PackageConfig"
    assert catalog.problems("ann") == ()


def test_an_override_of_nothing(tree: Tree) -> None:
    tree.steps("ann")
    tree.overlay("ann", f"STEP_OVERRIDES = {row('Pakage', 'MyConfig')}\n")
    [problem] = tree.catalog().problems("ann")
    assert (problem.code, problem.severity) == ("override-of-nothing", Severity.WARNING)


def test_rows(tree: Tree) -> None:
    tree.manifest("ann", "own", "Own")
    tree.manifest("shared", "common", "Common")
    tree.overlay("shared", f"WORKSPACE_STEPS = {row('Common', 'SharedConfig')}\n")
    tree.overlay("ann", f"STEP_OVERRIDES = {row('Package', 'MyConfig')}\nLOCAL_STEPS = {row('Extra', 'ExtraConfig')}\n")
    tree.steps("bob")
    catalog = tree.catalog()
    rows = catalog.rows("ann")
    assert {"Own", "Common", "Extra", "Package", "XGBoostTraining"} <= rows.keys()
    assert rows["Common"].config_class == "SharedConfig"
    assert rows["Package"].config_class == "MyConfig"
    assert catalog.rows("bob")["Package"].config_class == "PackageConfig"
    assert "Own" not in catalog.rows("bob")
    assert "Common" not in catalog.rows("core")


def test_the_catalog_follows_a_refreshed_index(tree: Tree) -> None:
    tree.steps("ann")
    catalog = tree.catalog()
    assert catalog.steps("ann") == ()
    tree.manifest("ann", "new", "New")
    catalog.index.refresh()
    assert [s.name for s in catalog.steps("ann")] == ["New"]


def test_the_bundled_steps_are_sound(tree: Tree) -> None:
    catalog = tree.catalog()
    assert {"ModelEval", "Package", "TabularPreprocessing"} <= {s.name for s in catalog.steps("core")}
    assert catalog.problems("core") == ()


def test_a_single_workspace_is_one_of_one(tmp_path: Path) -> None:
    steps = tmp_path / "src" / "cursus_dev" / "steps"
    for name, text in (("scripts/score.py", SCRIPT), ("interfaces/score.step.yaml", MANIFEST.format(step="Score"))):
        (steps / name).parent.mkdir(parents=True)
        (steps / name).write_text(text)
    catalog = StepCatalog(WorkspaceIndex(tmp_path, cache=False))
    assert [w.id for w in catalog.layers("default")] == ["default", "core"]
    assert catalog.find("default", "Score").reference == "default/Score"
    assert catalog.find("default", "Package").workspace == "core"
