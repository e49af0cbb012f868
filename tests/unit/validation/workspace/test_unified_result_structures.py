"""The published results and their builder."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from cursus.validation.workspace.unified_result_structures import (
    UnifiedValidationResult,
    ValidationResultBuilder,
    ValidationSummary,
    WorkspaceValidationResult,
)


def one(workspace_id: str, *, success: bool) -> WorkspaceValidationResult:
    return WorkspaceValidationResult(
        workspace_id=workspace_id, workspace_type="developer", workspace_path=f"/x/{workspace_id}", success=success
    )


def test_nothing_is_no_success() -> None:
    result = ValidationResultBuilder("/x").build()
    assert result.summary == ValidationSummary(
        total_workspaces=0, successful_workspaces=0, failed_workspaces=0, success_rate=0.0
    )
    assert not result.summary.all_successful
    assert not result.overall_success


def test_counts_follow_the_results() -> None:
    result = (
        ValidationResultBuilder("/x", "multi")
        .add_workspace_result(one("b", success=False))
        .add_workspace_result(one("c", success=True))
        .add_workspace_result(one("a", success=False))
        .add_workspace_result(one("a", success=True))
        .add_recommendation("do this")
        .add_recommendation("do this")
        .build()
    )
    assert list(result.workspaces) == ["a", "b", "c"]
    assert result.get_failed_workspaces() == ["b"]
    assert result.get_successful_workspaces() == ["a", "c"]
    assert result.get_workspace_result("z") is None
    assert result.summary.success_rate == pytest.approx(2 / 3)
    assert result.recommendations == ["do this"]
    assert not result.overall_success


def test_a_global_error_is_no_success() -> None:
    builder = ValidationResultBuilder("/x", "single").add_workspace_result(one("default", success=True))
    assert builder.build().overall_success
    assert not builder.set_global_error("broken").build().overall_success


def test_models_refuse_unknown_keys_and_survive_json() -> None:
    result = ValidationResultBuilder("/x").add_workspace_result(one("a", success=True)).build()
    assert UnifiedValidationResult.model_validate_json(result.model_dump_json()) == result
    with pytest.raises(ValidationError):
        ValidationSummary.model_validate({"total_workspaces": 1, "unknown": 2})
