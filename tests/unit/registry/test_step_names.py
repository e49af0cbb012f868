from __future__ import annotations

import copy
import json
import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cursus.errors import FileError, InvalidWorkspaceId
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.distributed.context import (
    UnknownWorkspaceWarning,
    clear_workspace_context,
    get_workspace_context,
    set_workspace_context,
    workspace_context,
    workspace_id_of,
)
from cursus.registry.step_names import (
    BUILDER_STEP_NAMES,
    CONFIG_STEP_REGISTRY,
    SPEC_STEP_TYPES,
    STEP_NAMES,
    get_all_sagemaker_step_types,
    get_all_step_names,
    get_builder_step_name,
    get_canonical_name_from_file_name,
    get_config_class_name,
    get_sagemaker_step_type,
    get_sagemaker_step_type_mapping,
    get_spec_step_type,
    get_spec_step_type_with_job_type,
    get_step_description,
    get_step_name_from_spec_type,
    get_steps_by_sagemaker_type,
    list_all_step_info,
    validate_file_name,
    validate_sagemaker_step_type,
    validate_spec_type,
    validate_step_name,
)

OVERLAY = """WORKSPACE_STEPS = {
    "MyStep": {
        "config_class": "MyStepConfig",
        "builder_step_name": "MyStepStepBuilder",
        "spec_type": "MyStep",
        "sagemaker_step_type": "Training",
        "description": "mine",
    }
}
"""


@pytest.fixture(autouse=True)
def _no_context(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CURSUS_WORKSPACE_ID", raising=False)
    monkeypatch.delenv("CURSUS_WORKSPACE_ROOT", raising=False)
    clear_workspace_context()
    yield
    clear_workspace_context()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for workspace, text in (("ann", OVERLAY), ("bob", None), ("torn", "WORKSPACE_STEPS = {\n")):
        package = tmp_path / "developers" / workspace / "src" / "cursus_dev"
        (package / "steps").mkdir(parents=True)
        (package / "registry").mkdir()
        if text is not None:
            (package / "registry" / "workspace_registry.py").write_text(text)
    return tmp_path


def test_the_tables_are_dictionaries_of_the_core_rows() -> None:
    for table in (STEP_NAMES, CONFIG_STEP_REGISTRY, BUILDER_STEP_NAMES, SPEC_STEP_TYPES):
        assert isinstance(table, dict)
        assert len(table) == len(CORE_ROWS)
        assert json.loads(json.dumps(table)) == table
    assert STEP_NAMES["XGBoostTraining"] == {
        "config_class": "XGBoostTrainingConfig",
        "builder_step_name": "XGBoostTrainingStepBuilder",
        "spec_type": "XGBoostTraining",
        "sagemaker_step_type": "Training",
        "description": "Trains an XGBoost model",
    }
    assert CONFIG_STEP_REGISTRY["CradleDataLoadConfig"] == "CradleDataLoading"
    assert BUILDER_STEP_NAMES["Base"] == "StepBuilderBase"
    assert SPEC_STEP_TYPES["Package"] == "Package"


def test_they_cannot_be_changed() -> None:
    before = copy.deepcopy(STEP_NAMES)
    for change in (
        lambda: STEP_NAMES.__setitem__("X", {}),
        lambda: STEP_NAMES.pop("Package"),
        lambda: STEP_NAMES.update({}),
        lambda: STEP_NAMES.clear(),
        lambda: STEP_NAMES.setdefault("X", {}),
        lambda: STEP_NAMES["Package"].__setitem__("config_class", "X"),
        lambda: STEP_NAMES.__delitem__("Package"),
        lambda: STEP_NAMES.__ior__({}),
    ):
        with pytest.raises(TypeError, match="read-only"):
            change()
    assert before == STEP_NAMES
    assert type(before) is dict


def test_they_follow_the_context_after_import(root: Path) -> None:
    with workspace_context("ann", root):
        assert STEP_NAMES["MyStep"]["description"] == "mine"
        assert "MyStep" in STEP_NAMES
        assert "MyStep" in list(STEP_NAMES)
        assert "MyStep" in STEP_NAMES.keys()  # noqa: SIM118 - the method is what is tested
        assert "MyStep" in dict(STEP_NAMES)
        assert "MyStep" in {**STEP_NAMES}
        assert "MyStep" in STEP_NAMES.copy()
        assert "MyStep" in (STEP_NAMES | {"Z": 1})
        assert "MyStep" in ({"Z": 1} | STEP_NAMES)
        assert "MyStep" in json.loads(json.dumps(STEP_NAMES))
        assert "MyStep" in pickle.loads(pickle.dumps(STEP_NAMES))
        assert "MyStep" in copy.copy(STEP_NAMES)
        assert "MyStep" in repr(STEP_NAMES)
        assert next(reversed(STEP_NAMES)) == "MyStep"
        assert STEP_NAMES.get("MyStep") is not None
        assert len(STEP_NAMES) == len(CORE_ROWS) + 1
        assert len(STEP_NAMES.values()) == len(STEP_NAMES.items()) == len(STEP_NAMES)
        assert dict(STEP_NAMES) == STEP_NAMES
        assert CONFIG_STEP_REGISTRY["MyStepConfig"] == "MyStep"
        assert BUILDER_STEP_NAMES["MyStep"] == "MyStepStepBuilder"
        assert SPEC_STEP_TYPES["MyStep"] == "MyStep"
        assert get_sagemaker_step_type("MyStep") == "Training"
        with workspace_context("bob", root):
            assert "MyStep" not in STEP_NAMES
            with workspace_context(None):
                assert get_workspace_context() is None
        assert get_workspace_context() == "ann"
    assert "MyStep" not in STEP_NAMES
    assert STEP_NAMES.get("MyStep") is None
    with pytest.raises(KeyError):
        STEP_NAMES["MyStep"]


def test_the_context_is_restored_after_an_error(root: Path) -> None:
    with pytest.raises(RuntimeError), workspace_context("ann", root):
        raise RuntimeError
    assert get_workspace_context() is None


def test_threads_have_contexts_of_their_own(root: Path) -> None:
    seen: dict[str, list[bool]] = {}
    together = threading.Barrier(8)

    def look(number: int) -> None:
        workspace = ("ann", "bob")[number % 2]
        with workspace_context(workspace, root):
            together.wait()
            seen[f"{workspace}{number}"] = [("MyStep" in STEP_NAMES) for _ in range(200)]

    threads = [threading.Thread(target=look, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: set(found) for name, found in seen.items()} == {name: {name.startswith("ann")} for name in seen}
    assert len(seen) == 8


def test_set_and_clear(root: Path) -> None:
    set_workspace_context("ann", root)
    assert get_workspace_context() == "ann"
    assert validate_step_name("MyStep")
    clear_workspace_context()
    assert not validate_step_name("MyStep")
    with pytest.raises(InvalidWorkspaceId):
        set_workspace_context("../x", root)


def test_the_environment_comes_last(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURSUS_WORKSPACE_ROOT", str(root))
    monkeypatch.setenv("CURSUS_WORKSPACE_ID", "ann")
    assert get_workspace_context() == "ann"
    assert "MyStep" in STEP_NAMES
    with workspace_context("bob"):
        assert "MyStep" not in STEP_NAMES
    monkeypatch.setenv("CURSUS_WORKSPACE_ID", "bob")
    assert "MyStep" not in STEP_NAMES


def test_which_workspace_counts_for_a_config(root: Path) -> None:
    class Config:
        workspace_id = "ann"

    with workspace_context("bob", root):
        assert workspace_id_of(Config(), "explicit") == "explicit"
        assert workspace_id_of(Config()) == "ann"
        assert workspace_id_of(object()) == "bob"
    assert workspace_id_of(object()) is None


def test_an_unknown_workspace_warns_and_has_the_core_rows(root: Path, tmp_path: Path) -> None:
    with workspace_context("nobody", root), pytest.warns(UnknownWorkspaceWarning, match="'nobody' does not exist"):
        assert len(STEP_NAMES) == len(CORE_ROWS)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with workspace_context("ann", elsewhere), pytest.warns(UnknownWorkspaceWarning):
        assert len(STEP_NAMES) == len(CORE_ROWS)


def test_a_broken_overlay_is_an_error_in_its_own_workspace_only(root: Path) -> None:
    with workspace_context("torn", root), pytest.raises(FileError):
        STEP_NAMES["Package"]
    with workspace_context("ann", root):
        assert "Package" in STEP_NAMES


def test_helpers() -> None:
    assert get_config_class_name("BatchTransform") == "BatchTransformStepConfig"
    assert get_builder_step_name("Package") == "PackageStepBuilder"
    assert get_spec_step_type("Payload") == "Payload"
    assert get_spec_step_type_with_job_type("XGBoostTraining", "training") == "XGBoostTraining_Training"
    assert get_spec_step_type_with_job_type("XGBoostTraining") == "XGBoostTraining"
    assert get_step_name_from_spec_type("TabularPreprocessing_Validation") == "TabularPreprocessing"
    assert get_step_name_from_spec_type("Nothing_Else") == "Nothing_Else"
    assert get_all_step_names() == list(CORE_ROWS)
    assert validate_spec_type("Package_Training")
    assert not validate_spec_type("Nothing")
    assert get_step_description("Package")
    info = list_all_step_info()
    info["Package"]["config_class"] = "mine to change"
    assert STEP_NAMES["Package"]["config_class"] == "PackageConfig"
    assert get_steps_by_sagemaker_type("Lambda") == ["HyperparameterPrep"]
    assert "Transform" in get_all_sagemaker_step_types()
    assert validate_sagemaker_step_type("Training")
    assert not validate_sagemaker_step_type("Nothing")
    assert get_sagemaker_step_type_mapping()["CreateModel"] == ["PyTorchModel", "XGBoostModel"]
    assert get_canonical_name_from_file_name("xgb_model_eval") == "XGBoostModelEval"
    assert validate_file_name("tabular_preprocess")
    assert not validate_file_name("tabular_preproces")


@pytest.mark.parametrize(
    "helper", [get_config_class_name, get_builder_step_name, get_spec_step_type, get_step_description]
)
def test_unknown_step(helper: object) -> None:
    with pytest.raises(ValueError, match=r"Unknown step name: Nope. Available steps: Base, Processing"):
        helper("Nope")  # type: ignore[operator]
