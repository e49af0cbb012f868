from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.errors import FileError, UsageError
from cursus.registry.names import UnknownName
from cursus.validation.alignment.file_resolver import FlexibleFileResolver

FILES = {
    "contracts": ["tabular_preprocessing_contract.py", "xgboost_training_contract.py", "model_evaluation_contract.py"],
    "specs": [
        "tabular_preprocessing_spec.py",
        "tabular_preprocessing_training_spec.py",
        "xgboost_training_spec.py",
        "_helper_spec.py",
        "notes.txt",
    ],
    "builders": ["builder_xgboost_training_step.py", "builder_wrong.py"],
    "configs": ["config_xgboost_training_step.py", "__init__.py"],
    "scripts": ["tabular_preprocessing.py", "xgboost_training.py", "Bad-Name.py"],
    "interfaces": ["package.step.yaml"],
}


@pytest.fixture
def folder(tmp_path):
    for kind, names in FILES.items():
        (tmp_path / kind).mkdir()
        for name in names:
            (tmp_path / kind / name).write_text("")
    return tmp_path


@pytest.fixture
def resolver(folder):
    return FlexibleFileResolver({kind: str(folder / kind) for kind in FILES})


def test_exact_names(resolver, folder):
    assert resolver.find_contract_file("xgboost_training") == str(folder / "contracts/xgboost_training_contract.py")
    assert resolver.find_script_file("tabular_preprocessing") == str(folder / "scripts/tabular_preprocessing.py")
    assert resolver.find_interface_file("package") == str(folder / "interfaces/package.step.yaml")
    assert resolver.find_all_component_files("xgboost_training") == {
        "contract": str(folder / "contracts/xgboost_training_contract.py"),
        "spec": str(folder / "specs/xgboost_training_spec.py"),
        "builder": str(folder / "builders/builder_xgboost_training_step.py"),
        "config": str(folder / "configs/config_xgboost_training_step.py"),
    }


@pytest.mark.parametrize(
    "name", ["XGBoostTraining", "XGBOOST_TRAINING", "xgb_training", "XgbTraining", "xgboost-training"]
)
def test_declared_spellings(resolver, folder, name):
    assert resolver.find_contract_file(name) == str(folder / "contracts/xgboost_training_contract.py")


def test_declared_aliases(resolver):
    assert resolver.find_contract_file("model_eval").endswith("model_evaluation_contract.py")
    assert resolver.find_contract_file("tabular_preprocess").endswith("tabular_preprocessing_contract.py")


@pytest.mark.parametrize(
    "name", ["xgboost_trainin", "xgboost", "training", "", "xgboost_training_contract", "../x", "x" * 300]
)
def test_near_misses_are_absent(resolver, name):
    assert resolver.find_contract_file(name) is None


def test_suggestions(resolver):
    assert resolver.suggestions("contracts", "xgboost_trainin") == ["xgboost_training"]


def test_job_variants(resolver, folder):
    assert resolver.find_spec_file("tabular_preprocessing_training").endswith("tabular_preprocessing_training_spec.py")
    assert resolver.find_specification_file("tabular_preprocessing").endswith("tabular_preprocessing_spec.py")
    assert resolver.extract_base_name_from_spec("x/tabular_preprocessing_training_spec.py") == "tabular_preprocessing"
    assert resolver.extract_base_name_from_spec(folder / "specs/xgboost_training_spec.py") == "xgboost_training"
    with pytest.raises(UsageError, match="is not named"):
        resolver.extract_base_name_from_spec("notes.txt")


def test_exact_goes_before_alias_and_two_aliases_are_an_error(resolver, folder):
    (folder / "contracts/a_xgb_contract.py").write_text("")
    (folder / "contracts/a_xgboost_contract.py").write_text("")
    assert resolver.find_contract_file("a_xgb").endswith("a_xgb_contract.py")
    assert resolver.find_contract_file("A_XGBOOST").endswith("a_xgboost_contract.py")
    (folder / "contracts/b_preprocess_xgb_contract.py").write_text("")
    (folder / "contracts/b_preprocess_xgboost_contract.py").write_text("")
    resolver.refresh_cache()
    with pytest.raises(UnknownName, match="may be any of b_preprocess_xgb, b_preprocess_xgboost"):
        resolver.find_contract_file("b_preprocessing_xgb")


def test_report(resolver, folder):
    report = resolver.get_available_files_report()
    assert set(report) == set(FILES)
    assert report["specs"] == {
        "directory": str(folder / "specs"),
        "discovered_files": [
            "tabular_preprocessing_spec.py",
            "tabular_preprocessing_training_spec.py",
            "xgboost_training_spec.py",
        ],
        "base_names": ["tabular_preprocessing", "tabular_preprocessing_training", "xgboost_training"],
        "count": 3,
    }


def test_refresh(resolver, folder):
    assert resolver.find_builder_file("late") is None
    (folder / "builders/builder_late_step.py").write_text("")
    resolver.refresh_cache()
    assert resolver.find_builder_file("late") is not None


def test_what_is_no_file_or_leads_outside_is_not_found(tmp_path):
    (tmp_path / "in/scripts/folder.py").mkdir(parents=True)
    (tmp_path / "outside.py").write_text("")
    (tmp_path / "in/scripts/link.py").symlink_to(tmp_path / "outside.py")
    (tmp_path / "in/scripts/loop.py").symlink_to("loop.py")
    resolver = FlexibleFileResolver({"scripts": tmp_path / "in/scripts", "specs": tmp_path / "absent"})
    assert resolver.get_available_files_report()["scripts"]["count"] == 0
    assert resolver.find_spec_file("x") is None
    assert resolver.find_contract_file("x") is None


def test_unknown_kind():
    with pytest.raises(UsageError, match="Did you mean 'contracts'"):
        FlexibleFileResolver({"contract": "x"})


def test_spec_constant(resolver, folder):
    spec = folder / "specs/tabular_preprocessing_training_spec.py"
    assert resolver.find_spec_constant_name("tabular_preprocessing", "training") is None
    spec.write_text("BASE_SPEC = 1\nTABULAR_PREPROCESSING_TRAINING_SPEC = BASE_SPEC\n")
    assert (
        resolver.find_spec_constant_name("tabular_preprocessing", "training") == "TABULAR_PREPROCESSING_TRAINING_SPEC"
    )
    spec.write_text("raise SystemExit\nOTHER_SPEC = 1\n")
    assert resolver.find_spec_constant_name("tabular_preprocessing", "training") == "OTHER_SPEC"
    assert resolver.find_spec_constant_name("nothing") is None
    spec.write_text("x = = 1\n")
    with pytest.raises(FileError, match="not readable Python") as caught:
        resolver.find_spec_constant_name("tabular_preprocessing", "training")
    assert (caught.value.file, caught.value.line) == (spec, 1)


@given(st.text(max_size=30))
def test_a_result_is_always_a_declared_spelling(name):
    # No folder holds anything: whatever is asked for is absent, and nothing raises.
    assert FlexibleFileResolver({"scripts": "/nonexistent"}).find_script_file(name) is None
