"""What every engine does, and how a run is watched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.validation.runtime.results import RunResult, StepResult

#: (node, logical name) -> file or folder with data that enters the pipeline from outside.
Data = Mapping[tuple[str, str], Path]


class Progress(Protocol):
    """Is told what happens, as it happens, in the thread that called the engine."""

    def run_started(self, plan: PipelinePlan, run_dir: Path) -> None:
        """The run folder is there; nothing has run yet."""

    def step_started(self, step: PlannedStep) -> None:
        """The step's process runs."""

    def step_finished(self, result: StepResult) -> None:
        """The step has an outcome; also told for steps that were skipped or cannot run."""


class Silent:
    """A progress that shows nothing."""

    def run_started(self, plan: PipelinePlan, run_dir: Path) -> None:
        """Nothing."""

    def step_started(self, step: PlannedStep) -> None:
        """Nothing."""

    def step_finished(self, result: StepResult) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run.

    :param run_dir: the run folder; made when missing, must be empty.
    :param max_workers: how many steps may run at the same time.
    :param timeout_seconds: wall-clock limit of each step, or None for none.
    :param memory_limit_bytes: limit of the address space of each process, or None for none.
    """

    run_dir: Path
    max_workers: int = 2
    timeout_seconds: float | None = 3600.0
    memory_limit_bytes: int | None = None
    progress: Progress = field(default_factory=Silent)


class Engine(Protocol):
    """A way to run a plan."""

    def execute(self, plan: PipelinePlan, data: Data, options: RunOptions) -> RunResult:
        """Run every step that can run, and say what became of each.

        A step that fails does not stop steps that do not need it. ``run.json`` in the run folder is up to date after
        every step.

        :raises RunError: the plan cannot be run here at all; nothing was started.
        :raises KeyboardInterrupt: passed on after every process was ended and ``run.json`` says ``interrupted``.
        """
