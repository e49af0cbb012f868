"""The run: subjects, checks, units, findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from cursus.errors import CursusError, UnknownStep
from cursus.model.finding import Accepted, Finding, Outcome, Report, Severity, Unit
from cursus.model.pipeline import Node
from cursus.model.workspace import Layer, fold
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.acceptance import BaselineKey
from cursus.validation.analysis.collect import collect
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.pipeline import PipelineSubject, pipelines
from cursus.validation.analysis.subject import WorkspaceSubject
from cursus.validation.check.interface import AcceptanceCheck, Check, PipelineCheck, StepCheck, WorkspaceCheck
from cursus.validation.check.level import STEP_LEVELS, Level
from cursus.validation.check.select import known_codes
from cursus.validation.engine.baseline import read_baseline
from cursus.validation.engine.judge import Afterwards, Judgement, judge_pipeline, judge_step, judge_workspace
from cursus.validation.engine.ledger import Ledger, Page
from cursus.validation.engine.options import Options, means
from cursus.validation.engine.settings import Settings, read_settings
from cursus.validation.engine.verdicts import Verdict, Verdicts
from cursus.workspace.collecting import uncollected

#: What is judged; the two together are everything.
Half = Literal["workspaces", "pipelines"]
#: So many workspaces are read one by one faster than other processes are started to help.
_FEW = 4


@uncollected()
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
    offers: Offers | None = None,
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
    :param offers: those of an earlier run over the same catalog, unchanged since; None to look.
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
    baseline = read_baseline(settings.baseline) if settings.baseline else {}
    active = [check for check in checks if building or not check.builds]
    offers = Offers(catalog) if offers is None else offers
    verdicts = Verdicts(catalog, offers, active, options, settings, baseline)
    if sum(not verdicts.is_known(workspace_id) for workspace_id in ids) > _FEW:
        catalog.index.index_all()  # much is to be read: do it on all processors at once
    run = _Run(catalog, active, options, Ledger(tree.root, settings, baseline, known_codes(checks)), offers, verdicts)
    if half != "pipelines":
        run.workspaces(tuple(dict.fromkeys(ids)))
        if workspaces is None:
            known = tree.by_id
            run.findings += [f for f in tree.findings if f.workspace not in known]
    if half != "workspaces":
        run.pipelines(ids, whole=workspaces is None)
    return run.report()


class _Run:
    """One run under way."""

    def __init__(
        self,
        catalog: StepCatalog,
        checks: Sequence[Check],
        options: Options,
        ledger: Ledger,
        offers: Offers,
        verdicts: Verdicts,
    ) -> None:
        self.catalog = catalog
        self.offers = offers
        self.verdicts = verdicts
        self.checks = checks
        self.step_checks = [c for c in checks if isinstance(c, StepCheck)]
        self.workspace_checks = [c for c in checks if isinstance(c, WorkspaceCheck)]
        self.pipeline_checks = [c for c in checks if isinstance(c, PipelineCheck)]
        self.last_checks = [c for c in checks if isinstance(c, AcceptanceCheck)]
        self.options = options
        self.ledger = ledger
        self.findings: list[Finding] = []
        self.units: list[Unit] = []
        self.accepted: list[Accepted] = []

    def report(self) -> Report:
        return Report.of((_taken(f, self.options) for f in self.findings), self.units, self.accepted)

    def workspaces(self, ids: Sequence[str]) -> None:
        missing = set(self.options.steps or ())
        names: set[str] = set()

        def judge(workspace_id: str) -> Verdict:
            try:
                subject = collect(self.catalog, workspace_id, self.offers)
            except CursusError as error:
                reason = f"the workspace cannot be read: {error.message}"
                unit = Unit(workspace_id, workspace_id, Level.WORKSPACE, Outcome.NOT_RUN, reason)
                return Verdict((Finding.from_error(error),), (unit,))
            names.update(step.name for step in subject.steps)
            missing.difference_update([a for a in missing if any(means(a, step) for step in subject.steps)])
            return self._judged(lambda: self._workspace(subject), subject.owner)

        for workspace_id in ids:
            self._take(self.verdicts.of_workspace(workspace_id, partial(judge, workspace_id)))
        for asked in sorted(missing):
            workspace, _, step = asked.rpartition("/")
            if workspace and self.catalog.index.workspace(workspace).id in ids:
                raise UnknownStep(step, [workspace], sorted(s.name for s in self.catalog.steps(workspace)))
            raise UnknownStep(asked, ids, sorted(names))

    def pipelines(self, ids: Sequence[str], *, whole: bool) -> None:
        """Judge the pipelines of these workspaces, and those of the team that have a step of theirs in them."""
        checks = self.pipeline_checks
        for pipeline in pipelines(self.catalog, ids) if checks else ():
            if not self._concerns(pipeline, ids, whole):
                continue
            judge = partial(self._judged, partial(self._pipeline, pipeline, checks, ids, whole), None)
            self._take(self.verdicts.of_pipeline(pipeline, judge) if whole else judge())

    def _take(self, verdict: Verdict) -> None:
        self.findings += verdict.findings
        self.units += verdict.units
        self.accepted += verdict.accepted

    def _judged(self, judge: Callable[[], Iterable[Judgement]], owner: str | None) -> Verdict:
        """The verdict that judgements come to, with what the ledger accepts meanwhile."""
        before = len(self.ledger.accepted)
        judgements = list(judge())
        findings = [finding for judgement in judgements for finding in judgement.findings]
        accepted = tuple(self.ledger.accepted[before:])
        return Verdict(tuple(_with_owner(findings, owner)), tuple(j.unit for j in judgements), accepted)

    def _pipeline(
        self, pipeline: PipelineSubject, checks: Sequence[PipelineCheck], ids: Sequence[str], whole: bool
    ) -> Iterator[Judgement]:
        page = self.ledger.page(pipeline.suppressions)
        whose = None if whole else ids
        afterwards = self._afterwards(
            page, [pipeline.path], lambda codes: self.ledger.stale_in(pipeline.path, codes, whose)
        )
        yield judge_pipeline(pipeline, checks, self.options, page, afterwards, lambda f: self._is_ours(f, ids, whole))

    def _workspace(self, subject: WorkspaceSubject) -> Iterator[Judgement]:
        """The steps, level by level, and at last the workspace's files with what they accept."""
        options = self.options.within(subject)
        page = self.ledger.page(subject.suppressions)
        wanted = [c for c in self.step_checks if options.wants(c)]
        by_level = {level: [c for c in wanted if c.level is level] for level in STEP_LEVELS}
        open_steps: set[str] = set()
        for step in subject.steps:
            if options.names is None or step.name in options.names:
                for level in STEP_LEVELS:
                    judgement = judge_step(step, level, by_level[level], options, page)
                    if judgement.unit.outcome is Outcome.NOT_RUN:
                        open_steps.add(step.name)
                    yield judgement
        judged = [path for path in subject.sources if subject.step_of.get(path) not in open_steps]
        files = [file.path for file in self.catalog.index.tree.pipelines]
        afterwards = self._afterwards(page, judged, lambda codes: self.ledger.stale(subject.workspace.id, codes, files))
        yield judge_workspace(subject, self.workspace_checks, options, page, afterwards)

    def _afterwards(
        self, page: Page, judged: Sequence[Path], stale: Callable[[Collection[str]], Mapping[BaselineKey, int]]
    ) -> Afterwards:
        """The last checks; of what was accepted only that is judged for which everything was looked at.

        :param stale: the entries of the baseline, of some codes, that have served no purpose.
        """
        whole = self.options.steps is None and not self.options.deadline.passed
        last = self.last_checks
        codes = self.options.codes([c for c in self.checks if c not in last]) if whole else frozenset()
        looked_for = dict.fromkeys(judged, codes)
        return Afterwards(last, lambda: page.acceptance(looked_for, stale(codes)))

    def _concerns(self, pipeline: PipelineSubject, ids: Sequence[str], whole: bool) -> bool:
        """Whether one of the workspaces or steps asked for has to do with the pipeline."""
        asked = self.options.steps
        if asked is None and (whole or pipeline.workspace is not None):
            return True  # and the file need not be read for it
        steps = pipeline.steps.values()
        if asked is not None:
            return any(_is_asked(step.workspace, step.name, asked) and step.workspace in ids for step in steps)
        return not {*(step.workspace for step in steps), *(n.workspace for n in _nodes(pipeline))}.isdisjoint(ids)

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


def _with_owner(findings: Iterable[Finding], owner: str | None) -> Iterator[Finding]:
    for finding in findings:
        yield finding if finding.owner or owner is None else replace(finding, owner=owner)


def _taken(finding: Finding, options: Options) -> Finding:
    if options.strict and finding.severity is Severity.WARNING:
        return replace(finding, severity=Severity.ERROR)
    return finding
