from __future__ import annotations

from pathlib import Path

import pytest

import cursus
from cursus.model.workspace import Component, ComponentKind, Layer
from cursus.workspace import layout

K = ComponentKind


def test_the_core_is_the_packages_own_steps() -> None:
    core = layout.core_workspace()

    assert core.id == "core"
    assert core.layer is Layer.CORE
    assert core.steps_dir == Path(cursus.__file__).parent / "steps"
    assert layout.source_root(core) == Path(cursus.__file__).parent.parent


def test_folders_of_a_developer(tmp_path: Path) -> None:
    alice = layout.developer_workspace(tmp_path, "alice")

    assert alice.root == tmp_path / "developers/alice"
    assert layout.kind_dir(alice, K.BUILDER) == alice.root / "src/cursus_dev/steps/builders"
    assert layout.source_root(alice) == alice.root / "src"
    assert layout.overlay_path(alice) == alice.root / "src/cursus_dev/registry/workspace_registry.py"
    assert layout.module_name(alice, alice.steps_dir / "configs/__init__.py") == "cursus_dev.steps.configs"
    assert layout.module_name(alice, alice.steps_dir / "configs/x.py") == "cursus_dev.steps.configs.x"
    assert layout.module_name(alice, tmp_path / "x.py") is None


@pytest.mark.parametrize(
    ("kind", "step", "job", "name"),
    [
        (K.CONTRACT, "flight_features", None, "flight_features_contract.py"),
        (K.SPEC, "flight_features", None, "flight_features_spec.py"),
        (K.SPEC, "flight_features", "training", "flight_features_training_spec.py"),
        (K.BUILDER, "flight_features", None, "builder_flight_features_step.py"),
        (K.CONFIG, "flight_features", None, "config_flight_features_step.py"),
        (K.SCRIPT, "flight_features", None, "flight_features.py"),
        (K.INTERFACE, "flight_features", None, "flight_features.step.yaml"),
    ],
)
def test_file_name_and_component_are_inverse(
    tmp_path: Path, kind: ComponentKind, step: str, job: str | None, name: str
) -> None:
    alice = layout.developer_workspace(tmp_path, "alice")
    path = layout.kind_dir(alice, kind) / name

    assert layout.file_name(kind, step, job) == name
    assert layout.component_of(alice, path) == Component("alice", step, kind, job, path)


@pytest.mark.parametrize("name", ["Flight_contract.py", "contract.py", "x__y_contract.py", "1x_contract.py", "x.py"])
def test_other_names_are_no_component(tmp_path: Path, name: str) -> None:
    alice = layout.developer_workspace(tmp_path, "alice")

    assert layout.component_of(alice, layout.kind_dir(alice, K.CONTRACT) / name) is None
    assert layout.component_of(alice, tmp_path / name) is None


def test_a_step_whose_name_ends_in_a_job_is_told_from_a_job_variant(tmp_path: Path) -> None:
    alice = layout.developer_workspace(tmp_path, "alice")
    spec = layout.kind_dir(alice, K.SPEC) / "xgboost_training_spec.py"
    contract = layout.kind_dir(alice, K.CONTRACT) / "xgboost_training_contract.py"
    contract.parent.mkdir(parents=True)

    before = layout.component_of(alice, spec)
    contract.touch()
    after = layout.component_of(alice, spec)

    assert before is not None
    assert (before.step, before.job) == ("xgboost", "training")
    assert after is not None
    assert (after.step, after.job) == ("xgboost_training", None)
