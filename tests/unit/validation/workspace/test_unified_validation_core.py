"""One path for one workspace and many; every option has an effect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cursus.errors import UnknownStep, UnknownWorkspace
from cursus.validation.workspace.unified_result_structures import UnifiedValidationResult
from cursus.validation.workspace.unified_validation_core import UnifiedValidationCore, ValidationConfig

UNUSED = """=== edit a:scripts/prepare.py
    rows = _tables.join(input_paths["flights"], input_paths["weather"])
-->
    rows = _tables.join(input_paths["flights"], "weather")
"""
MISSPELT = """=== edit a:scripts/fit.py
environ_vars["LABEL_FIELD"]
-->
environ_vars["LABEL"]
"""
NO_CLASS = """=== edit a:builders/builder_prepare_step.py
class PrepareStepBuilder(
-->
class Preparation(
"""
BROKEN = "=== write b:scripts/report.py\ndef main(\n"


def validate(root: Path, **options: Any) -> UnifiedValidationResult:
    return UnifiedValidationCore(root).validate_workspaces(**options)


def codes(result: UnifiedValidationResult) -> list[str]:
    return [f["code"] for f in result.get_findings()]


def comparable(result: UnifiedValidationResult) -> dict[str, Any]:
    data = result.model_dump()
    for part in (data, *data["workspaces"].values()):
        for key in [k for k in part if k.endswith(("_time", "_seconds"))]:
            del part[key]
    return data


def test_a_sound_root(make_root) -> None:
    result = validate(make_root())
    assert result.overall_success
    assert result.workspace_type == "multi"
    assert list(result.workspaces) == ["a", "b", "shared"]
    assert result.recommendations == []
    a = result.workspaces["a"]
    assert (a.workspace_type, a.success, a.error, a.warnings) == ("developer", True, None, [])
    assert a.alignment_results is not None
    assert a.alignment_results["ok"]
    assert a.developer_info is not None
    assert (a.developer_info.developer_id, a.developer_info.has_builders) == ("a", True)
    assert result.workspaces["shared"].developer_info is None
    assert a.validation_start_time is not None
    assert a.validation_end_time is not None
    assert a.validation_start_time <= a.validation_end_time
    assert result.workspaces["shared"].workspace_type == "shared"


def test_a_single_workspace_goes_the_same_way(make_root) -> None:
    root = make_root() / "developers" / "a"
    result = validate(root)
    assert result.workspace_type == "single"
    assert list(result.workspaces) == ["default"]
    # _dates of shared is not used by a; nothing else of it depends on another workspace.
    assert result.overall_success


def test_one_failure_leaves_the_others(make_root) -> None:
    result = validate(make_root(BROKEN))
    assert result.get_failed_workspaces() == ["b"]
    assert result.summary.success_rate == pytest.approx(2 / 3)
    assert result.recommendations[0].startswith("syntax-error: 1 found, for example in b/Report.")
    assert "could not be checked" in result.recommendations[-1]


def test_validation_types(make_root) -> None:
    root = make_root(MISSPELT, NO_CLASS)
    alignment = validate(root, validation_types=["alignment"])
    assert codes(alignment) == ["unused-environment", "undeclared-environment"]
    assert alignment.workspaces["a"].builder_results is None
    builders = validate(root, validation_types=["builders"])
    assert codes(builders) == ["builder-class"]
    assert builders.workspaces["a"].alignment_results is None
    assert {u["level"] for u in builders.workspaces["a"].builder_results["units"]} == {"builder-config"}
    # b has neither builder nor config: nothing was checked, which is no success.
    assert not builders.workspaces["b"].success


def test_targets(make_root) -> None:
    root = make_root(MISSPELT, NO_CLASS, UNUSED)
    result = validate(root, target_scripts=["fit"], target_builders=["Prepare"])
    assert list(result.workspaces) == ["a"]
    assert codes(result) == ["unused-environment", "undeclared-environment", "builder-class"]
    assert {u["subject"] for u in result.workspaces["a"].builder_results["units"]} == {"Prepare"}
    assert codes(validate(root, validation_types=["alignment"], target_scripts=["a/Prepare"])) == ["unused-input"]
    with pytest.raises(UnknownStep, match="Did you mean 'Prepare'"):
        validate(root, target_scripts=["prepares"])


def test_skip_levels(make_root) -> None:
    result = validate(make_root(MISSPELT, NO_CLASS), skip_levels=[1, "builder-config"])
    assert codes(result) == []
    assert {u["level"] for u in result.workspaces["a"].not_checked} == {"script-contract", "builder-config"}


def test_strict(make_root) -> None:
    root = make_root(UNUSED)
    relaxed = validate(root)
    assert relaxed.overall_success
    assert len(relaxed.workspaces["a"].warnings) == 1
    strict = validate(root, strict_validation=True)
    assert strict.get_failed_workspaces() == ["a"]
    assert strict.workspaces["a"].warnings == []


@pytest.mark.parametrize("workers", [1, 2])
def test_parallel_gives_the_same(make_root, workers: int) -> None:
    root = make_root(MISSPELT, NO_CLASS, UNUSED, BROKEN)
    apart = validate(root, parallel_validation=True, max_workers=workers)
    assert comparable(apart) == comparable(validate(root))


def test_a_worker_that_dies_is_an_error_of_its_workspaces(make_root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    result = validate(make_root(), parallel_validation=True, max_workers=3)
    assert result.get_failed_workspaces() == ["a", "b", "shared"]
    assert all("ended with code" in (w.error or "") for w in result.workspaces.values())
    assert not result.overall_success


def test_timeout(make_root) -> None:
    root = make_root()
    for parallel in (False, True):
        result = validate(root, timeout_seconds=0, parallel_validation=parallel)
        assert not any(w.success for w in result.workspaces.values())
        assert "time limit" in result.recommendations[-1]


def test_context(make_root) -> None:
    root = make_root(BROKEN)
    assert list(validate(root, workspace_context={"developer_id": "a"}).workspaces) == ["a", "shared"]
    only = {"developer_id": "a", "include_shared": False}
    assert list(validate(root, workspace_context=only).workspaces) == ["a"]
    assert "core" in validate(root, workspace_context={"include_core": True}).workspaces
    assert list(validate(root, workspaces=["b"]).workspaces) == ["b"]
    with pytest.raises(UnknownWorkspace):
        validate(root, workspaces=["c"])
    with pytest.raises(UnknownWorkspace):
        validate(root, workspace_context={"developer_id": "c"})


def test_options_of_the_call_win_over_the_configuration(make_root) -> None:
    root = make_root(UNUSED)
    core = UnifiedValidationCore(str(root), ValidationConfig(strict_validation=True))
    assert not core.validate_workspaces().overall_success
    assert core.validate_workspaces(strict_validation=False).overall_success
    assert not core.validate_workspaces().overall_success


@pytest.mark.parametrize(
    "options",
    [
        {"unknown": 1},
        {"validation_types": []},
        {"validation_types": ["everything"]},
        {"skip_levels": ["no-level"]},
        {"max_workers": 0},
        {"timeout_seconds": -1},
        {"workspace_context": {"developer": "a"}},
    ],
)
def test_wrong_options_raise(make_root, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ValidationConfig(**options)
    with pytest.raises(ValidationError):
        validate(make_root(), **options)


def test_no_root_is_a_global_error(tmp_path: Path) -> None:
    result = validate(tmp_path / "none")
    assert result.global_error is not None
    assert "not a workspace root" in result.global_error
    assert not result.overall_success


def test_an_empty_root_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "developers").mkdir()
    result = validate(tmp_path)
    assert result.summary.total_workspaces == 0
    assert not result.overall_success
    assert "cursus workspace create" in result.recommendations[0]
