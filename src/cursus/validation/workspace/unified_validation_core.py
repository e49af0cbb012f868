"""One path for validating one workspace or many: the published class over the engine."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cursus.errors import CursusError
from cursus.model.finding import Finding, Outcome, Severity
from cursus.model.workspace import Layer, Workspace
from cursus.registry.catalog import StepCatalog
from cursus.validation.check.level import Level
from cursus.validation.check.select import parse_level
from cursus.validation.workspace.batch import Done, Request, merged, run_here, run_in_processes
from cursus.validation.workspace.structure import developer_info
from cursus.validation.workspace.targets import has_step, require_steps
from cursus.validation.workspace.unified_result_structures import (
    UnifiedValidationResult,
    ValidationResultBuilder,
    ValidationSummary,
    WorkspaceValidationResult,
    summarise,
)
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.root import is_root

ALIGNMENT_LEVELS = (Level.WORKSPACE, Level.SCRIPT_CONTRACT, Level.CONTRACT_SPEC, Level.SPEC_DEPENDENCIES)
BUILDER_LEVELS = (Level.BUILDER_CONFIG,)
_MOST_RECOMMENDATIONS = 5

Part = Literal["alignment", "builders"]
_PARTS: tuple[Part, ...] = ("alignment", "builders")


class ValidationContext(BaseModel):
    """Which workspaces of the root are looked at.

    :param developer_id: only this developer's workspace (and shared, if included).
    """

    model_config = ConfigDict(extra="forbid")

    developer_id: str | None = None
    include_shared: bool = True
    include_core: bool = False


class ValidationConfig(BaseModel):
    """What is validated and how.

    :param validation_types: ``alignment`` (files and levels 1 to 3), ``builders`` (level 4).
    :param target_scripts: steps whose alignment is judged; None for all.
    :param target_builders: steps whose builder and config are judged; None for all.
    :param skip_levels: levels, by number 0 to 4 or name, whose units are skipped.
    :param strict_validation: warnings count as errors.
    :param parallel_validation: workspaces are spread over processes.
    :param max_workers: at most this many processes; used when ``parallel_validation`` is set.
    :param timeout_seconds: after that many seconds nothing more is started; what is left is NOT_RUN.
    :param workspace_context: which workspaces are looked at.
    """

    model_config = ConfigDict(extra="forbid")

    validation_types: list[Part] = Field(default_factory=lambda: list(_PARTS), min_length=1)
    target_scripts: list[str] | None = None
    target_builders: list[str] | None = None
    skip_levels: list[int | str] = Field(default_factory=list)
    strict_validation: bool = False
    parallel_validation: bool = False
    max_workers: int | None = Field(default=None, ge=1)
    timeout_seconds: float | None = Field(default=None, ge=0)
    workspace_context: ValidationContext = Field(default_factory=ValidationContext)

    @field_validator("skip_levels")
    @classmethod
    def _levels_exist(cls, levels: list[int | str]) -> list[int | str]:
        for level in levels:
            try:
                parse_level(level)
            except CursusError as error:
                raise ValueError(error.message) from error
        return levels


class UnifiedValidationCore:
    """Validates every workspace under a root; a single workspace is the case of one.

    :param workspace_root: a workspace root; whether it is one is said in the result.
    """

    def __init__(self, workspace_root: str | Path, validation_config: ValidationConfig | None = None) -> None:
        self.workspace_root = Path(workspace_root).absolute()
        self.validation_config = validation_config or ValidationConfig()

    def validate_workspaces(self, **kwargs: Any) -> UnifiedValidationResult:
        """Validate.

        :param kwargs: ``workspaces``, a list of ids, and any field of :class:`ValidationConfig` for this call.
        :raises pydantic.ValidationError: an unknown option or a wrong value.
        :raises UnknownWorkspace: an id that is not under the root.
        :raises UnknownStep: a target that no workspace has.
        """
        workspaces: Sequence[str] | None = kwargs.pop("workspaces", None)
        config = ValidationConfig.model_validate({**dict(self.validation_config), **kwargs})
        start = datetime.now(UTC)
        if not is_root(self.workspace_root):
            why = f"{self.workspace_root} is not a workspace root: it has neither developers/ nor shared/."
            builder = ValidationResultBuilder(str(self.workspace_root), start_time=start).set_global_error(why)
            return builder.add_recommendation("cursus workspace create NAME").set_end_time(datetime.now(UTC)).build()
        catalog = StepCatalog(WorkspaceIndex(self.workspace_root))
        tree = catalog.index.tree
        builder = ValidationResultBuilder(
            str(self.workspace_root), "single" if tree.single else "multi", start_time=start
        )
        for one in self._results(catalog, _chosen(catalog, config.workspace_context, workspaces), config):
            builder.add_workspace_result(one)
        for text in recommendations(builder.build()):
            builder.add_recommendation(text)
        return builder.set_end_time(datetime.now(UTC)).build()

    def _results(
        self, catalog: StepCatalog, chosen: Sequence[Workspace], config: ValidationConfig
    ) -> Iterator[WorkspaceValidationResult]:
        seconds = config.timeout_seconds
        deadline = None if seconds is None else time.monotonic() + seconds
        work = {w.id: requests for w in chosen if (requests := _requests(catalog, w.id, config))}
        targets = {*(config.target_scripts or ()), *(config.target_builders or ())}
        require_steps(catalog, [w.id for w in chosen], targets)
        if config.parallel_validation:
            done = run_in_processes(self.workspace_root, work, config.max_workers, deadline)
        else:
            done = run_here(catalog, work, deadline)
        for workspace in chosen:
            if workspace.id in done:
                yield self._validate_single_workspace(catalog, workspace, done[workspace.id])

    def _validate_single_workspace(
        self, catalog: StepCatalog, workspace: Workspace, done: Done
    ) -> WorkspaceValidationResult:
        """The published result of one workspace."""
        reports = done.reports
        whole = merged(reports.values())
        tree = catalog.index.tree
        single = tree.single and workspace.layer is Layer.DEVELOPER
        return WorkspaceValidationResult(
            workspace_id=workspace.id,
            workspace_type="single" if single else workspace.layer.value,
            workspace_path=str(workspace.root),
            success=done.error is None and whole.ok,
            validation_start_time=done.started,
            validation_end_time=done.ended,
            validation_duration_seconds=(done.ended - done.started).total_seconds(),
            alignment_results=reports["alignment"].to_json() if "alignment" in reports else None,
            builder_results=reports["builders"].to_json() if "builders" in reports else None,
            error=done.error,
            warnings=[_sentence(f) for f in whole.findings if f.severity is Severity.WARNING],
            developer_info=developer_info(workspace) if workspace.layer is Layer.DEVELOPER else None,
        )

    def _aggregate_results(self, workspace_results: dict[str, WorkspaceValidationResult]) -> ValidationSummary:
        """The summary of these results."""
        return summarise(workspace_results)


def recommendations(result: UnifiedValidationResult) -> list[str]:
    """What to do next, most frequent first: a sentence for each code that was found, with one place as example."""
    if not result.workspaces and result.global_error is None:
        return ["There was nothing to validate. Make a workspace: cursus workspace create NAME"]
    findings = [f for f in result.get_findings() if f["severity"] == Severity.ERROR.value]
    counts = Counter(f["code"] for f in findings)
    texts = []
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_RECOMMENDATIONS]:
        example = next(f for f in findings if f["code"] == code)
        subject = "/".join(part for part in (example["workspace"], example["step"]) if part)
        texts.append(f"{code}: {count} found, for example in {subject}. {example['hint'] or example['message']}")
    not_run = [u for r in result.workspaces.values() for u in r.not_checked if u["outcome"] == Outcome.NOT_RUN.value]
    if not_run:
        unit = not_run[0]
        where = f"{unit['workspace']}/{unit['subject']} {unit['level']}"
        texts.append(f"{len(not_run)} units could not be checked, for example {where}: {unit['reason']}")
    return texts


def _chosen(catalog: StepCatalog, context: ValidationContext, named: Sequence[str] | None) -> list[Workspace]:
    """The workspaces to validate, in the order of the tree.

    :raises UnknownWorkspace: one is named that is not there.
    """
    wanted = {catalog.index.workspace(name).id for name in named} if named is not None else None
    if context.developer_id is not None:
        developer = catalog.index.workspace(context.developer_id).id
        layers = {Layer.SHARED, Layer.CORE}
    else:
        developer = None
        layers = set(Layer)
    included = {Layer.DEVELOPER: True, Layer.SHARED: context.include_shared, Layer.CORE: context.include_core}
    return [
        w
        for w in catalog.index.tree.workspaces
        if (w.id in wanted if wanted is not None else included[w.layer]) and (w.id == developer or w.layer in layers)
    ]


def _requests(catalog: StepCatalog, workspace_id: str, config: ValidationConfig) -> list[Request]:
    """What is asked of one workspace: nothing of a validation type none of whose targets it has."""
    parts = {
        "alignment": (ALIGNMENT_LEVELS, config.target_scripts),
        "builders": (BUILDER_LEVELS, config.target_builders),
    }
    requests = []
    for part in dict.fromkeys(config.validation_types):
        levels, targets = parts[part]
        steps = None if targets is None else tuple(t for t in targets if has_step(catalog, workspace_id, t))
        if steps == ():
            continue
        skipped = tuple(config.skip_levels)
        requests.append(Request(part, tuple(levels), steps, skipped, config.strict_validation))
    return requests


def _sentence(finding: Finding) -> str:
    return f"{finding.code}: {finding.message}"
