from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cursus.errors import FileError, NoWorkspaceRoot, UnknownWorkspace
from cursus.registry.distributed.compatibility import (
    EnhancedBackwardCompatibilityLayer,
    get_builder_step_names,
    get_config_step_registry,
    get_enhanced_compatibility,
    get_spec_step_types,
    get_step_names,
)
from cursus.registry.distributed.context import clear_workspace_context, get_workspace_context, workspace_context
from cursus.registry.distributed.core_registry import CoreStepRegistry, StepDefinition
from cursus.registry.distributed.registry_manager import DistributedRegistryManager
from cursus.registry.distributed.workspace_registry import WorkspaceStepRegistry


def rows(variable: str, *names: str) -> str:
    lines = "".join(
        f"    {name!r}: {{'config_class': {name + 'Cfg'!r}, 'builder_step_name': {name + 'Builder'!r}, "
        f"'spec_type': {name!r}, 'sagemaker_step_type': 'Processing', 'description': 'x'}},\n"
        for name in names
    )
    return f"{variable} = {{\n{lines}}}\n"


@pytest.fixture(autouse=True)
def _no_context(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CURSUS_WORKSPACE_ID", raising=False)
    clear_workspace_context()
    yield
    clear_workspace_context()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    overlays = {
        "developers/ann": rows("WORKSPACE_STEPS", "Mine", "Package") + rows("STEP_OVERRIDES", "Payload"),
        "developers/bob": rows("WORKSPACE_STEPS", "Package"),
        "developers/torn": "WORKSPACE_STEPS = {\n",
        "shared": rows("WORKSPACE_STEPS", "Common"),
    }
    for folder, text in overlays.items():
        package = tmp_path / folder / "src" / "cursus_dev"
        (package / "steps").mkdir(parents=True)
        (package / "registry").mkdir()
        (package / "registry" / "workspace_registry.py").write_text(text)
    return tmp_path


def test_core_registry() -> None:
    core = CoreStepRegistry()
    package = core.get_step_definition("Package")
    assert package is not None
    assert (package.workspace_id, package.registry_type, package.config_class) == ("core", "core", "PackageConfig")
    assert package.to_row()["builder_step_name"] == "PackageStepBuilder"
    assert core.get_step_definition("package") is None
    assert "XGBoostTraining" in core.list_steps()


def test_core_registry_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "names.py"
    file.write_text("import os\nSTEP_NAMES = {'Only': {'config_class': 'C'}}\nraise SystemExit\n")
    core = CoreStepRegistry(file)
    assert core.list_steps() == ["Only"]
    assert core.get_all_step_definitions()["Only"].builder_step_name == "OnlyStepBuilder"
    for text in ("STEP_NAMES = make()\n", "X = 1\n", "def (\n", "STEP_NAMES = {'A': 1}\n"):
        file.write_text(text)
        with pytest.raises(FileError):
            CoreStepRegistry(file)
    with pytest.raises(FileError):
        CoreStepRegistry(tmp_path / "missing.py")


def test_workspace_registry(root: Path) -> None:
    registry = WorkspaceStepRegistry(root / "developers" / "ann", CoreStepRegistry())
    assert registry.workspace_id == "ann"
    assert list(registry.get_own_step_definitions()) == ["Mine", "Package", "Payload"]
    payload = registry.get_step_definition("Payload")
    assert payload is not None
    assert (payload.registry_type, payload.config_class, payload.workspace_id) == ("override", "PayloadCfg", "ann")
    core = registry.get_step_definition("XGBoostTraining")
    assert core is not None
    assert core.workspace_id == "core"
    assert registry.get_overridden_steps() == ["Payload"]
    assert WorkspaceStepRegistry(root / "shared").workspace_id == "shared"
    with pytest.raises(NoWorkspaceRoot):
        WorkspaceStepRegistry(root / "developers")
    with pytest.raises(FileError):
        WorkspaceStepRegistry(root / "developers" / "torn").get_step_definition("Package")


def test_manager_resolves_as_the_workspace_sees_it(root: Path) -> None:
    manager = DistributedRegistryManager(workspaces_root=root)

    def owner(name: str, workspace: str | None = None) -> str | None:
        found = manager.get_step_definition(name, workspace)
        return found.workspace_id if found else None

    assert owner("Mine", "ann") == "ann"
    assert owner("Mine", "bob") is None
    assert owner("Mine") is None
    assert owner("Common", "bob") == "shared"
    assert owner("Payload", "ann") == "ann"
    assert owner("Payload", "bob") == "core"
    with workspace_context("ann", root):
        assert owner("Mine") == "ann"
    with pytest.raises(UnknownWorkspace):
        owner("Mine", "nobody")
    with pytest.raises(FileError):
        owner("Package", "torn")


def test_manager_reports(root: Path) -> None:
    manager = DistributedRegistryManager(workspaces_root=root)
    assert manager.list_workspaces() == ["ann", "bob", "torn", "shared"]
    steps = manager.discover_all_steps()
    assert steps["ann"] == ["Mine", "Package", "Payload"]
    assert steps["shared"] == ["Common"]
    assert "torn" not in steps
    conflicts = manager.get_step_conflicts()
    assert [(d.workspace_id, d.registry_type) for d in conflicts["Package"]] == [
        ("core", "core"),
        ("ann", "workspace"),
        ("bob", "workspace"),
    ]
    assert list(conflicts) == ["Package"]
    consistency = manager.validate_registry_consistency()
    assert not consistency["valid"]
    assert len(consistency["errors"]) == 1
    assert len(consistency["warnings"]) == 2
    statistics = manager.get_registry_statistics()
    assert statistics["workspace_steps"] == {"ann": 3, "bob": 1, "shared": 1}
    assert statistics["overrides"]["ann"] == 1
    assert statistics["unreadable_workspaces"] == ["torn"]


def test_strict_fails_on_a_conflict(root: Path) -> None:
    (root / "developers/torn/src/cursus_dev/registry/workspace_registry.py").unlink()
    manager = DistributedRegistryManager(workspaces_root=root)
    assert manager.validate_registry_consistency()["valid"]
    assert not manager.validate_registry_consistency(strict=True)["valid"]


def test_refresh(root: Path) -> None:
    manager = DistributedRegistryManager(workspaces_root=root)
    assert manager.get_step_definition("Later", "bob") is None
    overlay = root / "developers/bob/src/cursus_dev/registry/workspace_registry.py"
    overlay.write_text(rows("WORKSPACE_STEPS", "Later"))
    manager.refresh()
    assert isinstance(manager.get_step_definition("Later", "bob"), StepDefinition)


def test_compatibility_layer(root: Path) -> None:
    layer = EnhancedBackwardCompatibilityLayer(root)
    assert "Mine" not in layer.get_step_names()
    assert "Mine" in layer.get_step_names("ann")
    layer.set_workspace_context("ann")
    assert layer.get_builder_step_names()["Mine"] == "MineBuilder"
    assert layer.get_config_step_registry()["MineCfg"] == "Mine"
    assert layer.get_spec_step_types()["Mine"] == "Mine"
    assert get_workspace_context() is None
    assert "Mine" not in get_enhanced_compatibility().get_step_names()
    layer.clear_workspace_context()
    assert "Mine" not in layer.get_step_names()


def test_global_functions_follow_the_context(root: Path) -> None:
    assert "Mine" not in get_step_names()
    with workspace_context("ann", root):
        assert "Mine" in get_step_names()
        assert "Mine" in get_builder_step_names()
        assert "MineCfg" in get_config_step_registry()
        assert "Mine" in get_spec_step_types()
        assert "Mine" not in get_step_names("bob")
