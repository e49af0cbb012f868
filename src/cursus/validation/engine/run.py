"""The run: subjects, checks, units, findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from cursus.errors import CursusError, UnknownStep
from cursus.model.finding import Finding, Outcome, Report, Severity, Unit
from cursus.model.pipeline import Node
from cursus.model.workspace import Layer, fold
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.collect import collect
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.pipeline import PipelineSubject, pipelines
from cursus.validation.analysis.subject import StepSubject, WorkspaceSubject
from cursus.validation.check.interface import AcceptanceCheck, Check, PipelineCheck, StepCheck, WorkspaceCheck
from cursus.validation.check.level import STEP_LEVELS, Level
from cursus.validation.check.select import known_codes
from cursus.validation.engine.baseline import read_baseline
from cursus.validation.engine.judge import Afterwards, Judgement, judge_pipeline, judge_step, judge_workspace
from cursus.validation.engine.ledger import Ledger, Page
from cursus.validation.engine.options import Options, means
from cursus.validation.engine.settings import Settings, read_settings

#: What is judged; the two together are everything.
Half = Literal["workspaces", "pipelines"]


def run_checks(
    catalog: StepCatalog,
    checks: Sequence[Check],
    *,
    workspaces: Sequence[str] | None = None,
    steps: Collection[str] | None = None,
    select: Collection[str] | None = None,
    ignore: Collection[str] | None = None,
    skip_levels: Collection[str | int] = (),
    strict: bool = False,
    timeout: float | None = None,
    settings: Settings | None = None,
    half: Half | None = None,
    building: bool = False,
) -> Report:
    """Judge workspaces, and the pipelines their steps are in, by ``checks``.

    :param workspaces: ids; None for every workspace under the root (the bundled core only when it is named).
    :param steps: canonical or file names, ``<workspace>/<Step>`` for one of several workspaces; None for all. Findings
        about no single step are always reported.
    :param select: codes to check; None for all.
    :param ignore: codes not to report.
    :param skip_levels: levels (names or numbers) whose units are to be SKIPPED.
    :param strict: report warnings as errors.
    :param timeout: seconds after which no further unit is started; what is left is NOT_RUN.
    :param settings: None for those of the root, see :mod:`cursus.validation.engine.settings`.
    :param building: run the checks that build, too; they have code of the workspaces run, in child processes.
    :param half: judge only the workspaces or only the pipelines; None for both.
    :raises UnknownWorkspace: an id that is not there.
    :raises UnknownStep: none of the workspaces has that step.
    :raises ConfigurationError: an unknown code or level, or a setting or baseline that cannot be used.
    """
    tree = catalog.index.tree
    settings = read_settings(tree.root, checks) if settings is None else settings
    options = Options.of(
        checks,
        steps=steps,
        select=select,
        ignore=ignore,
        skip_levels=skip_levels,
        strict=strict,
        timeout=timeout,
        settings=settings,
    )
    ids = [w.id for w in tree.workspaces if w.layer is not Layer.CORE] if workspaces is None else list(workspaces)
    for workspace_id in ids:
        catalog.index.workspace(workspace_id)
    if workspaces is None:
        catalog.index.index_all()  # everything is asked for: read it on all processors at once
    baseline = read_baseline(settings.baseline) if settings.baseline else {}
    active = [check for check in checks if building or not check.builds]
    run = _Run(catalog, active, options, Ledger(tree.root, settings, baseline, known_codes(checks)))
    if half != "pipelines":
        run.workspaces(tuple(dict.fromkeys(ids)))
        if workspaces is None:
            known = {w.id for w in tree.workspaces}
            run.findings += [f for f in tree.findings if f.workspace not in known]
    if half != "workspaces":
        run.pipelines(ids, whole=workspaces is None)
    return run.report()


class _Run:
    """One run under way."""

    def __init__(self, catalog: StepCatalog, checks: Sequence[Check], options: Options, ledger: Ledger) -> None:
        self.catalog = catalog
        self.checks = checks
        self.step_checks = [c for c in checks if isinstance(c, StepCheck)]
        self.workspace_checks = [c for c in checks if isinstance(c, WorkspaceCheck)]
        self.pipeline_checks = [c for c in checks if isinstance(c, PipelineCheck)]
        self.last_checks = [c for c in checks if isinstance(c, AcceptanceCheck)]
        self.options = options
        self.ledger = ledger
        self.findings: list[Finding] = []
        self.units: list[Unit] = []

    def report(self) -> Report:
        return Report.of((_taken(f, self.options) for f in self.findings), self.units, self.ledger.accepted)

    def workspaces(self, ids: Sequence[str]) -> None:
        offers = Offers(self.catalog)
        seen: list[StepSubject] = []
        for workspace_id in ids:
            try:
                subject = collect(self.catalog, workspace_id, offers)
            except CursusError as error:
                self.findings.append(Finding.from_error(error))
                reason = f"the workspace cannot be read: {error.message}"
                self.units.append(Unit(workspace_id, workspace_id, Level.WORKSPACE, Outcome.NOT_RUN, reason))
                continue
            seen += subject.steps
            for judgement in self._workspace(subject):
                self.findings.extend(_with_owner(judgement.findings, subject.owner))
                self.units.append(judgement.unit)
        _require_steps(self.options, ids, seen)

    def pipelines(self, ids: Sequence[str], *, whole: bool) -> None:
        """Judge the pipelines of these workspaces, and those of the team that have a step of theirs in them."""
        checks = self.pipeline_checks
        for pipeline in pipelines(self.catalog, ids) if checks else ():
            if not self._concerns(pipeline, ids, whole):
                continue
            page = self.ledger.page(pipeline.suppressions)
            afterwards = self._afterwards(page, pipeline.workspace.id if pipeline.workspace else "", [pipeline.path])
            judgement = judge_pipeline(
                pipeline, checks, self.options, page, afterwards, lambda f: self._is_ours(f, ids, whole)
            )
            self.findings += judgement.findings
            self.units.append(judgement.unit)

    def _workspace(self, subject: WorkspaceSubject) -> Iterator[Judgement]:
        """The steps, level by level, and at last the workspace's files with what they accept."""
        options = self.options.within(subject)
        page = self.ledger.page(subject.suppressions)
        by_level = {level: [c for c in self.step_checks if c.level is level] for level in STEP_LEVELS}
        open_steps: set[str] = set()
        for step in subject.steps:
            if options.names is None or step.name in options.names:
                for level in STEP_LEVELS:
                    judgement = judge_step(step, level, by_level[level], options, page)
                    if judgement.unit.outcome is Outcome.NOT_RUN:
                        open_steps.add(step.name)
                    yield judgement
        judged = [path for path in subject.sources if subject.step_of.get(path) not in open_steps]
        afterwards = self._afterwards(page, subject.workspace.id, judged)
        yield judge_workspace(subject, self.workspace_checks, options, page, afterwards)

    def _afterwards(self, page: Page, workspace: str, judged: Sequence[Path]) -> Afterwards:
        """The last checks; of what was accepted only that is judged for which everything was looked at."""
        whole = self.options.steps is None and not self.options.deadline.passed
        last = self.last_checks
        codes = self.options.codes([c for c in self.checks if c not in last]) if whole else frozenset()
        looked_for = dict.fromkeys(judged, codes)
        return Afterwards(last, lambda: page.acceptance(looked_for, self.ledger.stale(workspace, codes)))

    def _concerns(self, pipeline: PipelineSubject, ids: Sequence[str], whole: bool) -> bool:
        """Whether one of the workspaces or steps asked for has to do with the pipeline."""
        asked = self.options.steps
        steps = pipeline.steps.values()
        if asked is not None:
            return any(_is_asked(step.workspace, step.name, asked) and step.workspace in ids for step in steps)
        used = {step.workspace for step in steps} | {n.workspace for n in _nodes(pipeline)}
        return whole or pipeline.workspace is not None or not used.isdisjoint(ids)

    def _is_ours(self, finding: Finding, ids: Sequence[str], whole: bool) -> bool:
        asked = self.options.steps
        if asked is not None and finding.step is not None:
            return finding.workspace in ids and _is_asked(finding.workspace or "", finding.step, asked)
        return whole or finding.workspace is None or finding.workspace in ids


def _nodes(pipeline: PipelineSubject) -> Sequence[Node]:
    return pipeline.pipeline.nodes if pipeline.pipeline else ()


def _is_asked(workspace: str, step: str, asked: Collection[str]) -> bool:
    for name in asked:
        where, _, short = name.rpartition("/")
        if where in ("", workspace) and fold(short) == fold(step):
            return True
    return False


def _require_steps(options: Options, workspaces: Sequence[str], seen: Sequence[StepSubject]) -> None:
    for asked in sorted(options.steps or ()):
        if not any(means(asked, step) for step in seen):
            raise UnknownStep(asked, workspaces, sorted({step.name for step in seen}))


def _with_owner(findings: Iterable[Finding], owner: str | None) -> Iterator[Finding]:
    for finding in findings:
        yield finding if finding.owner or owner is None else replace(finding, owner=owner)


def _taken(finding: Finding, options: Options) -> Finding:
    if options.strict and finding.severity is Severity.WARNING:
        return replace(finding, severity=Severity.ERROR)
    return finding
