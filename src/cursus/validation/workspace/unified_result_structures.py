"""What validating one workspace or many gives: the published models and their builder."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cursus.validation.workspace.workspace_models import DeveloperInfo

Kind = Literal["single", "multi"]


class ValidationSummary(BaseModel):
    """How many workspaces there were and how many passed.

    :param success_rate: from 0 to 1; 0 when there were none.
    """

    model_config = ConfigDict(extra="forbid")

    total_workspaces: int = Field(ge=0)
    successful_workspaces: int = Field(ge=0)
    failed_workspaces: int = Field(ge=0)
    success_rate: float = Field(ge=0.0, le=1.0)

    @property
    def all_successful(self) -> bool:
        """True when there was at least one workspace and none failed."""
        return self.total_workspaces > 0 and self.failed_workspaces == 0


class WorkspaceValidationResult(BaseModel):
    """What validating one workspace gave.

    :param workspace_type: ``developer``, ``shared``, ``single`` or ``core``.
    :param success: something was checked, nothing failed and nothing could not be checked.
    :param alignment_results: report of the files and of levels 1 to 3, as :meth:`Report.to_json` gives it; None when
        it was not asked for.
    :param builder_results: the same for level 4.
    :param error: why the workspace could not be validated at all.
    :param warnings: findings that do not make it fail, as sentences.
    :param developer_info: what is in a developer's workspace; None for shared and core.
    """

    model_config = ConfigDict(extra="forbid")

    workspace_id: str
    workspace_type: str
    workspace_path: str
    success: bool
    validation_start_time: datetime | None = None
    validation_end_time: datetime | None = None
    validation_duration_seconds: float = Field(default=0.0, ge=0.0)
    alignment_results: dict[str, Any] | None = None
    builder_results: dict[str, Any] | None = None
    error: str | None = None
    warnings: list[str] = Field(default_factory=list)
    developer_info: DeveloperInfo | None = None

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All findings, in the order of the reports."""
        return [f for part in (self.alignment_results, self.builder_results) if part for f in part["findings"]]

    @property
    def not_checked(self) -> list[dict[str, Any]]:
        """Units that were skipped or could not run, with their reasons."""
        return [u for part in (self.alignment_results, self.builder_results) if part for u in part["not_checked"]]


class UnifiedValidationResult(BaseModel):
    """What validating a root gave, the same for one workspace and for many.

    :param workspace_type: ``single`` when the root is itself the one workspace, else ``multi``.
    :param workspaces: by id, sorted.
    :param global_error: why nothing could be validated.
    """

    model_config = ConfigDict(extra="forbid")

    workspace_root: str
    workspace_type: Kind
    workspaces: dict[str, WorkspaceValidationResult]
    summary: ValidationSummary
    recommendations: list[str] = Field(default_factory=list)
    global_error: str | None = None
    validation_start_time: datetime | None = None
    validation_end_time: datetime | None = None

    @property
    def overall_success(self) -> bool:
        """True when there was no global error, at least one workspace, and every one passed."""
        return self.global_error is None and self.summary.all_successful

    def get_failed_workspaces(self) -> list[str]:
        """Ids of the workspaces that did not pass."""
        return [name for name, result in self.workspaces.items() if not result.success]

    def get_successful_workspaces(self) -> list[str]:
        """Ids of the workspaces that passed."""
        return [name for name, result in self.workspaces.items() if result.success]

    def get_workspace_result(self, workspace_id: str) -> WorkspaceValidationResult | None:
        """The result of that workspace, None when it was not validated."""
        return self.workspaces.get(workspace_id)

    def get_findings(self) -> list[dict[str, Any]]:
        """The findings of all workspaces."""
        return [finding for result in self.workspaces.values() for finding in result.findings]


class ValidationResultBuilder:
    """Puts a :class:`UnifiedValidationResult` together; every method returns the builder."""

    def __init__(
        self, workspace_root: str, workspace_type: Kind = "multi", *, start_time: datetime | None = None
    ) -> None:
        self._root = workspace_root
        self._type = workspace_type
        self._start = start_time
        self._end: datetime | None = None
        self._workspaces: dict[str, WorkspaceValidationResult] = {}
        self._recommendations: list[str] = []
        self._global_error: str | None = None

    def add_workspace_result(self, result: WorkspaceValidationResult) -> ValidationResultBuilder:
        """Add the result of one workspace; one of the same id is replaced."""
        self._workspaces[result.workspace_id] = result
        return self

    def add_recommendation(self, recommendation: str) -> ValidationResultBuilder:
        """Add a sentence that says what to do next; a repeated one counts once."""
        if recommendation not in self._recommendations:
            self._recommendations.append(recommendation)
        return self

    def set_global_error(self, error: str) -> ValidationResultBuilder:
        """Say why nothing could be validated."""
        self._global_error = error
        return self

    def set_end_time(self, end_time: datetime) -> ValidationResultBuilder:
        """Say when the validation ended."""
        self._end = end_time
        return self

    def build(self) -> UnifiedValidationResult:
        """The result, with its summary counted from what was added."""
        workspaces = {name: self._workspaces[name] for name in sorted(self._workspaces)}
        return UnifiedValidationResult(
            workspace_root=self._root,
            workspace_type=self._type,
            workspaces=workspaces,
            summary=summarise(workspaces),
            recommendations=self._recommendations,
            global_error=self._global_error,
            validation_start_time=self._start,
            validation_end_time=self._end,
        )


def summarise(workspaces: dict[str, WorkspaceValidationResult]) -> ValidationSummary:
    """The summary of these results; the rate of none is 0."""
    total = len(workspaces)
    successful = sum(result.success for result in workspaces.values())
    return ValidationSummary(
        total_workspaces=total,
        successful_workspaces=successful,
        failed_workspaces=total - successful,
        success_rate=successful / total if total else 0.0,
    )
