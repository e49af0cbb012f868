"""What a run shows while it goes on: a live line on a terminal, plain lines elsewhere, nothing with ``-q``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cursus.cli.session import Session, is_terminal
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.validation.runtime.engine.interface import Progress, Silent
from cursus.validation.runtime.results import StepResult

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


@contextmanager
def progress_for(session: Session) -> Iterator[Progress]:
    """The progress that suits where standard error goes."""
    if session.verbosity < 0:
        yield Silent()
    elif not is_terminal():
        yield _Lines(session)
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield _Bar(bar)


class _Lines:
    """One line for each step that ended."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def run_started(self, plan: PipelinePlan, run_dir: Path) -> None:
        """Say where the run is kept."""
        self.session.say(f"{plan.name}: {len(plan.steps)} steps, in {self.session.shown(run_dir)}")

    def step_started(self, step: PlannedStep) -> None:
        """Nothing: the end says all."""

    def step_finished(self, result: StepResult) -> None:
        """Outcome and time."""
        self.session.say(f"  {result.outcome.value:<8}{result.node}  {result.seconds:.2f} s")


class _Bar:
    """A bar that names the steps under way."""

    def __init__(self, bar: Bar) -> None:
        self.bar = bar
        self.task: TaskID | None = None
        self.active: list[str] = []

    def run_started(self, plan: PipelinePlan, run_dir: Path) -> None:
        """Draw the bar; ``run_dir`` is named at the end."""
        self.task = self.bar.add_task(plan.name, total=len(plan.steps))

    def step_started(self, step: PlannedStep) -> None:
        """Name it."""
        self.active.append(step.name)
        self._show(0)

    def step_finished(self, result: StepResult) -> None:
        """One more is done."""
        self.active = [name for name in self.active if name != result.node]
        self._show(1)

    def _show(self, advance: int) -> None:
        if self.task is not None:
            self.bar.update(self.task, advance=advance, description=", ".join(self.active))
