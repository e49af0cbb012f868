"""Local processes: one script, one process, watched from a single thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cursus.errors import RunError
from cursus.model.finding import Finding, Outcome
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.validation.runtime.engine.interface import Data, RunOptions
from cursus.validation.runtime.engine.wiring import dependencies, script_contract, sources_of
from cursus.validation.runtime.failure import explain_exit, explain_outputs, explain_start, explain_writes
from cursus.validation.runtime.launch.process import Command, Exit, Process, wait_any
from cursus.validation.runtime.measure import measure
from cursus.validation.runtime.results import RunResult, RunStatus, StepResult, plan_digest, write_run_file
from cursus.validation.runtime.run_folder import fresh_run_dir
from cursus.validation.runtime.scheduler import Scheduler
from cursus.validation.runtime.staging import Staged, StepFolder, stage


class LocalEngine:
    """Runs a plan's scripts as processes on this machine."""

    def execute(self, plan: PipelinePlan, data: Data, options: RunOptions) -> RunResult:
        """See :meth:`cursus.validation.runtime.engine.interface.Engine.execute`."""
        run = _Run(plan, data, options)
        try:
            return run.to_the_end()
        except KeyboardInterrupt:
            run.interrupt()
            raise
        finally:
            run.kill_all()


@dataclass(frozen=True, slots=True)
class _Active:
    """A step that runs now."""

    step: PlannedStep
    staged: Staged
    process: Process


class _Run:
    """One execution of a plan."""

    def __init__(self, plan: PipelinePlan, data: Data, options: RunOptions) -> None:
        if options.max_workers < 1:
            raise RunError(f"max_workers is {options.max_workers}; at least one step must be allowed to run.")
        self._plan = plan
        self._options = options
        self._run_dir = fresh_run_dir(options.run_dir)
        # All inputs are looked up before anything starts: a typing error must not surface after an hour.
        self._sources = {s.name: sources_of(s, plan, data, self._run_dir) for s in plan.steps if script_contract(s)}
        needed = dependencies(plan)
        self._scheduler = Scheduler({s.name: needed[s.name] for s in plan.steps})
        self._active: dict[str, _Active] = {}
        self._results: dict[str, StepResult] = {}
        self._digest = plan_digest(plan)
        self._started = datetime.now(UTC)
        self._clock = time.monotonic()

    def to_the_end(self) -> RunResult:
        """Run until every step has an outcome."""
        self._save(RunStatus.RUNNING)
        self._options.progress.run_started(self._plan, self._run_dir)
        while not self._scheduler.finished:
            self._start_what_is_ready()
            if self._active:
                by_process = {id(a.process): a for a in self._active.values()}
                for process in wait_any([a.process for a in self._active.values()]):
                    self._conclude(by_process[id(process)])
        return self._save(RunStatus.FINISHED)

    def interrupt(self) -> None:
        """End what runs; say in ``run.json`` how far it came."""
        unfinished = [s for s in self._plan.steps if s.name not in self._results]
        self.kill_all()
        for step in unfinished:
            self._results[step.name] = _not_run(step, "the run was interrupted")
        self._save(RunStatus.INTERRUPTED)

    def kill_all(self) -> None:
        """End every process that still runs."""
        while self._active:
            _, active = self._active.popitem()
            active.process.kill()

    def _start_what_is_ready(self) -> None:
        for node in self._scheduler.ready():
            if len(self._active) == self._options.max_workers:
                return
            step = self._plan.step(node)
            self._scheduler.start(node)
            if script_contract(step) is None:
                self._record(_without_script(step))
                continue
            try:
                self._active[node] = self._start(step)
            except OSError as error:
                self._record(_failed(step, explain_start(step, error)))
                continue
            self._options.progress.step_started(step)

    def _start(self, step: PlannedStep) -> _Active:
        assert step.contract is not None  # noqa: S101 - asked by the caller
        assert step.code is not None  # noqa: S101
        folder = StepFolder.of(self._run_dir, step.name)
        staged = stage(folder, step.code, self._sources[step.name], step.contract.outputs)
        command = Command(
            script=folder.code / step.code.entry_point,
            code_dir=folder.code,
            inputs=staged.inputs,
            outputs=staged.outputs,
            work_dir=folder.work,
            temp_dir=folder.temp,
            log_dir=folder.log,
            environment=step.environment,
            arguments=step.arguments,
            hyperparameters=step.hyperparameters,
            timeout_seconds=self._options.timeout_seconds,
            memory_limit_bytes=self._options.memory_limit_bytes,
        )
        return _Active(step, staged, Process.start(command))

    def _conclude(self, active: _Active) -> None:
        """The process is over: judge it."""
        ended = active.process.finish()
        del self._active[active.step.name]
        result = judge(active.step, active.staged, active.process.command, ended)
        active.staged.clean()
        self._record(result)

    def _record(self, result: StepResult) -> None:
        self._results[result.node] = result
        passed = result.outcome is Outcome.PASS
        self._options.progress.step_finished(result)
        if passed:
            self._scheduler.done(result.node)
        else:
            for node in self._scheduler.failed(result.node):
                skipped = self._skipped(self._plan.step(node))
                self._results[node] = skipped
                self._options.progress.step_finished(skipped)
        self._save(RunStatus.RUNNING)

    def _skipped(self, step: PlannedStep) -> StepResult:
        reasons = []
        for node in sorted(dependencies(self._plan)[step.name]):
            result = self._results.get(node)
            if result is not None and result.outcome is not Outcome.PASS:
                reasons.append(f"'{node}', which {_BECAME[result.outcome]}")
        return StepResult(
            step.name,
            step.reference,
            Outcome.SKIPPED,
            reason=f"it needs {' and '.join(reasons)}",
            has_script=script_contract(step) is not None,
        )

    def _save(self, status: RunStatus) -> RunResult:
        finished = None if status is RunStatus.RUNNING else datetime.now(UTC)
        result = RunResult(
            pipeline=self._plan.name,
            plan_digest=self._digest,
            run_dir=self._run_dir,
            status=status,
            started=_iso(self._started),
            finished=None if finished is None else _iso(finished),
            seconds=time.monotonic() - self._clock,
            steps=tuple(self._results[s.name] for s in self._plan.steps if s.name in self._results),
        )
        write_run_file(result)
        return result


def judge(step: PlannedStep, staged: Staged, command: Command, ended: Exit) -> StepResult:
    """The result of a step whose process is over: how it ended, what it wrote, and where."""
    amounts = {name: measure(path) for name, path in staged.outputs.items()}
    failure = explain_exit(step, command, ended)
    findings: list[Finding] = [failure] if failure else explain_outputs(step, amounts, command)
    findings += explain_writes(step, staged.undeclared_writes())
    return StepResult(
        node=step.name,
        reference=step.reference,
        outcome=Outcome.FAIL if findings else Outcome.PASS,
        seconds=ended.seconds,
        cpu_seconds=ended.cpu_seconds,
        peak_memory_bytes=ended.peak_memory_bytes,
        rows={name: amount.rows for name, amount in amounts.items()},
        bytes={name: amount.bytes for name, amount in amounts.items()},
        outputs=staged.outputs,
        inputs=staged.sources,
        findings=tuple(findings),
        exit_code=ended.exit_code,
        stdout=command.stdout,
        stderr=command.stderr,
    )


_BECAME: Mapping[Outcome, str] = {
    Outcome.FAIL: "failed",
    Outcome.SKIPPED: "was skipped",
    Outcome.NOT_RUN: "cannot be run here",
}


def _failed(step: PlannedStep, finding: Finding) -> StepResult:
    return StepResult(step.name, step.reference, Outcome.FAIL, findings=(finding,))


def _not_run(step: PlannedStep, reason: str) -> StepResult:
    return StepResult(
        step.name, step.reference, Outcome.NOT_RUN, reason=reason, has_script=script_contract(step) is not None
    )


def _without_script(step: PlannedStep) -> StepResult:
    return _not_run(step, f"a {step.type} step without a script runs on SageMaker only")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
