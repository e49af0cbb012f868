from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cursus.errors import CursusError, ModuleLoadError, UsageError
from cursus.validation.workspace import WorkspaceModuleLoader
from cursus.workspace.scaffold import create_shared, create_workspace

STEPS = "src/cursus_dev/steps"


def put(workspace: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = workspace / "src/cursus_dev" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def builder(who: str, name: str = "TrainStepBuilder") -> str:
    return f"class {name}:\n    who = '{who}'\n"


@pytest.fixture
def root(tmp_path):
    alice, bob, shared = create_workspace(tmp_path, "alice"), create_workspace(tmp_path, "bob"), create_shared(tmp_path)
    for workspace, who in ((alice, "alice"), (bob, "bob")):
        put(workspace, {"steps/builders/builder_train_step.py": builder(who)})
    put(shared, {"steps/builders/builder_train_step.py": builder("shared")})
    put(shared, {"steps/builders/builder_common_step.py": builder("shared", "CommonBuilder")})
    put(shared, {"steps/contracts/common_contract.py": "class CommonContract:\n    pass\n"})
    return tmp_path


def test_same_class_name_in_two_workspaces(root):
    alice, bob = WorkspaceModuleLoader(str(root), "alice"), WorkspaceModuleLoader(str(root), "bob")
    first, second = alice.load_builder_class("train"), bob.load_builder_class("train")
    assert (first.who, second.who) == ("alice", "bob")
    assert alice.load_builder_class("Train") is first


def test_shared_is_the_fallback(root):
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("common").who == "shared"
    assert loader.load_contract_class("common").__name__ == "CommonContract"
    assert WorkspaceModuleLoader(root, "alice", enable_shared_fallback=False).load_builder_class("common") is None
    assert WorkspaceModuleLoader(root).load_builder_class("train").who == "shared"


def test_absent_is_none(root):
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("nothing") is None
    assert loader.load_contract_class("train") is None
    assert loader.load_module_from_file(root / "nothing.py") is None
    assert loader.load_builder_class("train", "builder_nothing_step") is None


def test_broken_raises(root):
    put(root / "developers/alice", {"steps/builders/builder_train_step.py": "x = 1\nraise ValueError('no')\n"})
    loader = WorkspaceModuleLoader(root, "alice")
    with pytest.raises(ModuleLoadError, match="ValueError: no") as caught:
        loader.load_builder_class("train")
    assert (caught.value.workspace, caught.value.line) == ("alice", 2)
    assert caught.value.file == root / "developers/alice" / STEPS / "builders/builder_train_step.py"
    assert WorkspaceModuleLoader(root, "bob").load_builder_class("train").who == "bob"


def test_module_without_the_class_raises(root):
    put(root / "developers/alice", {"steps/builders/builder_train_step.py": builder("x", "TrainingStepBuilder")})
    loader = WorkspaceModuleLoader(root, "alice")
    with pytest.raises(ModuleLoadError, match=r"'TrainStepBuilder'\. Did you mean 'TrainingStepBuilder'"):
        loader.load_builder_class("train")
    assert loader.load_builder_class("train", builder_class_name="TrainingStepBuilder").who == "x"
    assert loader.load_builder_class("x", "builder_train_step", "TrainingStepBuilder").who == "x"
    with pytest.raises(ModuleLoadError, match="'Nope'"):
        loader.load_builder_class("train", builder_class_name="Nope")


def test_registry_row_goes_before_the_convention(root):
    row = {
        "config_class": "C",
        "builder_step_name": "Special",
        "spec_type": "Train",
        "sagemaker_step_type": "Processing",
        "description": "",
    }
    put(
        root / "developers/alice",
        {
            "steps/builders/builder_train_step.py": builder("convention") + builder("row", "Special"),
            "registry/workspace_registry.py": f"WORKSPACE_STEPS = {{'Train': {row!r}}}\n",
        },
    )
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("train").who == "row"
    assert WorkspaceModuleLoader(root, "bob").load_builder_class("train").who == "bob"
    put(root / "developers/alice", {"registry/workspace_registry.py": ""})
    assert loader.load_builder_class("train").who == "convention"
    manifest = (
        "schema_version: 1\nstep: Train\nscript: null\noutputs: {x: {}}\nregistry: {builder_step_name: Special}\n"
    )
    put(root / "developers/alice", {"steps/interfaces/train.step.yaml": manifest})
    assert loader.load_builder_class("train").who == "row"


def test_camel_case_of_the_core_row(root):
    put(
        root / "developers/alice",
        {"steps/builders/builder_xgboost_training_step.py": builder("x", "XGBoostTrainingStepBuilder")},
    )
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("xgboost_training") is loader.load_builder_class("XGBoostTraining")


def test_contract_object(root):
    text = "from cursus.core.base import ScriptContract\nTRAIN_CONTRACT = ScriptContract(entry_point='t.py', "
    text += "expected_input_paths={}, expected_output_paths={}, required_env_vars=[])\n"
    put(root / "developers/alice", {"steps/contracts/train_contract.py": text})
    assert WorkspaceModuleLoader(root, "alice").load_contract_class("train").entry_point == "t.py"


def test_edited_file_is_reloaded(root):
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("train").who == "alice"
    put(root / "developers/alice", {"steps/builders/builder_train_step.py": builder("edith")})
    assert loader.load_builder_class("train").who == "edith"
    put(root / "developers/alice", {"steps/builders/builder_new_step.py": builder("new", "NewStepBuilder")})
    assert loader.load_builder_class("new").who == "new"
    (root / "developers/alice" / STEPS / "builders/builder_train_step.py").unlink()
    assert loader.load_builder_class("train").who == "shared"


def test_cache(root):
    loader = WorkspaceModuleLoader(root, "alice")
    first = loader.load_builder_class("train")
    assert loader.load_builder_class("train") is first
    loader.invalidate_cache_for_step("train")
    second = loader.load_builder_class("train")
    assert second is not first
    loader.invalidate_cache_for_step("other")
    assert loader.load_builder_class("train") is second
    loader.clear_cache()
    assert loader.load_builder_class("train") is not second
    uncached = WorkspaceModuleLoader(root, "alice", cache_modules=False)
    assert uncached.load_builder_class("train") is not uncached.load_builder_class("train")


def test_load_module_from_file(root):
    loader = WorkspaceModuleLoader(root, "alice")
    path = root / "developers/alice" / STEPS / "builders/builder_train_step.py"
    assert loader.load_module_from_file(str(path)).TrainStepBuilder.who == "alice"
    assert loader.load_module_from_file(path, "chosen").__name__ == "chosen"
    with pytest.raises(ModuleLoadError, match="outside the workspace"):
        loader.load_module_from_file(root / "developers/bob" / STEPS / "builders/builder_train_step.py")


def test_path_context(root):
    put(root / "shared", {"steps/configs/only_shared.py": "WHO = 'shared'\n"})
    put(
        root / "developers/alice",
        {"steps/configs/c.py": "from cursus_dev.steps.configs import only_shared\nWHO = 'alice'\n"},
    )
    path, modules = list(sys.path), dict(sys.modules)
    loader = WorkspaceModuleLoader(root, "alice")
    sources = [str(root / "developers/alice/src"), str(root / "shared/src")]
    with loader.workspace_path_context() as added:
        assert added == sources == sys.path[:2]
        from cursus_dev.steps.configs import c

        assert (c.WHO, c.only_shared.WHO) == ("alice", "shared")
        with WorkspaceModuleLoader(root, "bob").workspace_path_context(include_shared=False) as inner:
            assert inner == [str(root / "developers/bob/src")]
            with pytest.raises(ImportError):
                __import__("cursus_dev.steps.configs.c")
        assert sys.modules["cursus_dev.steps.configs.c"] is c
    assert (sys.path, dict(sys.modules)) == (path, modules)
    assert not list(root.rglob("__pycache__"))
    with loader.workspace_path_context(include_developer=False) as added:
        assert added == sources[1:]
    with pytest.raises(RuntimeError), loader.workspace_path_context():
        raise RuntimeError
    assert (sys.path, dict(sys.modules)) == (path, modules)


def test_discovery_runs_nothing(root):
    put(root / "developers/alice", {"steps/builders/builder_bomb_step.py": "import os\nos._exit(1)\n"})
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.discover_workspace_modules("builders") == {
        "developer:alice": ["builder_bomb_step", "builder_train_step"],
        "shared": ["builder_common_step", "builder_train_step"],
    }
    assert loader.discover_workspace_modules("specs") == {"developer:alice": [], "shared": []}
    with pytest.raises(UsageError, match="Did you mean 'builders'"):
        loader.discover_workspace_modules("builder")


def test_switching_and_info(root):
    loader = WorkspaceModuleLoader(root, "alice")
    assert loader.load_builder_class("train").who == "alice"
    loader.switch_developer("bob")
    assert loader.load_builder_class("train").who == "bob"
    assert loader.developer_paths == [str(root / "developers/bob/src")]
    assert loader.shared_paths == [str(root / "shared/src")]
    info = loader.get_workspace_info()
    assert (info["developer_id"], info["cache_modules"], info["shared_workspace_exists"]) == ("bob", True, True)
    with pytest.raises(ValueError, match="does not exist"):
        loader.switch_developer("carol")
    assert loader.load_builder_class("train").who == "bob"


def test_without_a_root():
    loader = WorkspaceModuleLoader()
    assert (loader.workspace_mode, loader.developer_paths, loader.shared_paths) == (False, [], [])
    assert loader.load_builder_class("nothing") is None


def test_refused(root):
    with pytest.raises(CursusError, match="is not a workspace id"):
        WorkspaceModuleLoader(root, "../x")
