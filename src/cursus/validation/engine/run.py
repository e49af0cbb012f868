"""The run: subjects, checks, units, findings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from cursus.errors import CursusError, UnknownStep
from cursus.model.finding import Finding, Outcome, Report, Severity, Unit
from cursus.model.workspace import Layer
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.collect import collect
from cursus.validation.analysis.offers import Offers
from cursus.validation.analysis.subject import StepSubject, WorkspaceSubject
from cursus.validation.check.interface import Check, StepCheck, WorkspaceCheck
from cursus.validation.check.level import STEP_LEVELS, Level
from cursus.validation.engine.judge import Judgement, judge_step, judge_workspace
from cursus.validation.engine.options import Options, means


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
) -> Report:
    """Judge workspaces by ``checks``.

    :param workspaces: ids; None for every workspace under the root (the bundled core only when it is named).
    :param steps: canonical or file names, ``<workspace>/<Step>`` for one of several workspaces; None for all. Findings
        about no single step are always reported.
    :param select: codes to check; None for all.
    :param ignore: codes not to report.
    :param skip_levels: levels (names or numbers) whose units are to be SKIPPED.
    :param strict: report warnings as errors.
    :param timeout: seconds after which no further unit is started; what is left is NOT_RUN.
    :raises UnknownWorkspace: an id that is not there.
    :raises UnknownStep: none of the workspaces has that step.
    :raises ConfigurationError: an unknown code or level.
    """
    options = Options.of(
        checks, steps=steps, select=select, ignore=ignore, skip_levels=skip_levels, strict=strict, timeout=timeout
    )
    tree = catalog.index.tree
    ids = [w.id for w in tree.workspaces if w.layer is not Layer.CORE] if workspaces is None else list(workspaces)
    for workspace_id in ids:
        catalog.index.workspace(workspace_id)
    offers = Offers(catalog)
    findings: list[Finding] = []
    units: list[Unit] = []
    seen: list[StepSubject] = []
    for workspace_id in dict.fromkeys(ids):
        try:
            subject = collect(catalog, workspace_id, offers)
        except CursusError as error:
            findings.append(Finding.from_error(error))
            reason = f"the workspace cannot be read: {error.message}"
            units.append(Unit(workspace_id, workspace_id, Level.WORKSPACE, Outcome.NOT_RUN, reason))
            continue
        seen += subject.steps
        for judgement in _judgements(subject, checks, options.within(subject)):
            findings.extend(_with_owner(judgement.findings, subject.owner))
            units.extend(judgement.units)
    _require_steps(options, ids, seen)
    if workspaces is None:
        known = {w.id for w in tree.workspaces}
        findings.extend(f for f in tree.findings if f.workspace not in known)
    return Report.of((_taken(f, options) for f in findings), units)


def _judgements(subject: WorkspaceSubject, checks: Sequence[Check], options: Options) -> Iterator[Judgement]:
    yield judge_workspace(subject, [c for c in checks if isinstance(c, WorkspaceCheck)], options)
    by_level = {level: [c for c in checks if isinstance(c, StepCheck) and c.level is level] for level in STEP_LEVELS}
    for step in subject.steps:
        if options.names is None or step.name in options.names:
            for level in STEP_LEVELS:
                yield judge_step(step, level, by_level[level], options)


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
