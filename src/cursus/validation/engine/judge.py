"""From the findings of a level's checks to one unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cursus.model.finding import Finding, Outcome, Severity, Unit
from cursus.validation.analysis.acceptance import Acceptance
from cursus.validation.analysis.pipeline import PipelineSubject
from cursus.validation.analysis.subject import Part, StepSubject, Subject, WorkspaceSubject
from cursus.validation.check.interface import AcceptanceCheck, PipelineCheck, StepCheck, WorkspaceCheck
from cursus.validation.check.level import Level
from cursus.validation.engine.ledger import Page
from cursus.validation.engine.options import Options

NOT_SELECTED = "no check of this level was selected"
ON_REQUEST = "left out on request"
#: Levels whose checks go by the step's registry row.
_BY_ROW = (Level.CONTRACT_SPEC, Level.BUILDER_CONFIG)
#: The parts of which at least one must be there for the level to mean anything.
_ESSENTIAL = {
    Level.SCRIPT_CONTRACT: (Part.SCRIPT, Part.CONTRACT),
    Level.CONTRACT_SPEC: (Part.CONTRACT, Part.SPEC),
    Level.SPEC_DEPENDENCIES: (Part.SPEC,),
    Level.BUILDER_CONFIG: (Part.BUILDER, Part.CONFIG),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one level found about one subject."""

    findings: tuple[Finding, ...]
    unit: Unit


@dataclass(frozen=True, slots=True)
class Afterwards:
    """The checks of what is accepted, and how to come by it once everything else was judged."""

    checks: Sequence[AcceptanceCheck]
    acceptance: Callable[[], Acceptance]

    def findings(self, subject: Subject, options: Options) -> list[Finding]:
        """What is wrong with it."""
        wanted = [c for c in self.checks if options.wants(c)]
        acceptance = self.acceptance() if wanted else None
        return [f for c in wanted if acceptance for f in c.check(subject, acceptance) if options.keeps(f)]


def judge_workspace(
    subject: WorkspaceSubject, checks: Sequence[WorkspaceCheck], options: Options, page: Page, afterwards: Afterwards
) -> Judgement:
    """All checks of the workspace's files. Files are always judged together, whatever steps were asked for."""
    workspace = subject.workspace.id
    wanted = [c for c in checks if options.wants(c)]
    any_check = bool(wanted) or any(options.wants(c) for c in afterwards.checks)
    not_judged = _beforehand(Level.WORKSPACE, any_check, options)
    if not_judged:
        return Judgement((), Unit(workspace, workspace, Level.WORKSPACE, *not_judged))
    findings = page.take(f for c in wanted for f in c.check(subject) if options.keeps(f))
    findings += page.take_uncommented(afterwards.findings(subject, options))
    return _judged(workspace, workspace, Level.WORKSPACE, findings, None, options)


def judge_step(step: StepSubject, level: Level, wanted: Sequence[StepCheck], options: Options, page: Page) -> Judgement:
    """The checks of one level that are wanted, about one step."""
    workspace = step.workspace.id
    not_judged = _beforehand(level, bool(wanted), options)
    essential = _ESSENTIAL[level]
    if not_judged is None and all(step.reading(part).absent for part in essential) and _ask_for(essential, wanted):
        not_judged = (Outcome.SKIPPED, f"the step has no {_listing(essential)} of its own")
    if not_judged:
        return Judgement((), Unit(workspace, step.name, level, *not_judged))
    able = [c for c in wanted if all(step.reading(part).value is not None for part in c.needs)]
    needs = dict.fromkeys(part for c in wanted for part in c.needs)
    reason = _unknown(step, needs)
    if level in _BY_ROW:
        reason = reason or step.doubt
    if not able and reason is None:
        why = f"the step has no {_listing([part for part in needs if step.reading(part).absent])} of its own"
        return Judgement((), Unit(workspace, step.name, level, Outcome.SKIPPED, why))
    findings = page.take(f for c in able for f in c.check(step) if options.keeps(f))
    return _judged(workspace, step.name, level, findings, reason, options)


def judge_pipeline(
    pipeline: PipelineSubject,
    checks: Sequence[PipelineCheck],
    options: Options,
    page: Page,
    afterwards: Afterwards,
    keeps: Callable[[Finding], bool],
) -> Judgement:
    """All checks of one pipeline file.

    :param keeps: whether a finding is of one of the workspaces at hand.
    """
    workspace = pipeline.workspace.id if pipeline.workspace else ""
    subject = f"pipelines/{pipeline.name}"
    wanted = [c for c in checks if options.wants(c)]
    not_judged = _beforehand(Level.SPEC_DEPENDENCIES, bool(wanted), options)
    if not_judged:
        return Judgement((), Unit(workspace, subject, Level.SPEC_DEPENDENCIES, *not_judged))
    raw = (f for c in wanted for f in c.check(pipeline))
    findings = page.take(f for f in raw if options.reports(f.code) and keeps(f))
    findings += page.take_uncommented(afterwards.findings(pipeline, options))
    reasons = [f"node '{node}': {why}" for node, why in sorted(pipeline.unknown.items())]
    return _judged(workspace, subject, Level.SPEC_DEPENDENCIES, findings, reasons[0] if reasons else None, options)


def _beforehand(level: Level, any_check: bool, options: Options) -> tuple[Outcome, str] | None:
    """The outcome when nothing is to be looked at, else None."""
    if level in options.skipped:
        return Outcome.SKIPPED, ON_REQUEST
    if not any_check:
        return Outcome.SKIPPED, NOT_SELECTED
    if options.deadline.passed:
        return Outcome.NOT_RUN, options.deadline.reason
    return None


def _ask_for(essential: Sequence[Part], wanted: Sequence[StepCheck]) -> bool:
    """Whether every check needs one of these parts."""
    return not any(set(essential).isdisjoint(c.needs) for c in wanted)


def _unknown(step: StepSubject, parts: Iterable[Part]) -> str | None:
    """Why something could not be judged completely; None when what is missing is legitimately not there."""
    for part in parts:
        reading = step.reading(part)
        if reading.problem:
            return reading.problem
        if reading.absent and _is_required(step, part):
            return f"the step has no {part}"
    return None


def _is_required(step: StepSubject, part: Part) -> bool:
    """Whether a missing part is a gap: a script needs a contract and the other way round; both need a spec."""
    if part in (Part.BUILDER, Part.CONFIG):
        return False
    if part is Part.SPEC:
        return True
    return not (step.read_script.absent and step.read_contract.absent)


def _judged(
    workspace: str, subject: str, level: Level, findings: list[Finding], reason: str | None, options: Options
) -> Judgement:
    failing = {Severity.ERROR, Severity.WARNING} if options.strict else {Severity.ERROR}
    if any(f.severity in failing for f in findings):
        outcome, reason = Outcome.FAIL, None
    else:
        outcome = Outcome.NOT_RUN if reason else Outcome.PASS
    return Judgement(tuple(findings), Unit(workspace, subject, level, outcome, reason))


def _listing(parts: Sequence[Part]) -> str:
    return " or ".join(parts)
