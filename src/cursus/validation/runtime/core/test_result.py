"""What came out of one script's test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from cursus.model.finding import Outcome
from cursus.validation.runtime.results import RunResult, StepResult


@dataclass(frozen=True)
class TestResult:
    """One script, run alone.

    :param script_name: as it was asked for.
    :param developer_id: the workspace it was asked from.
    :param data_source: ``synthetic`` or ``local``.
    :param run: the run it was; its folder holds logs and outputs.
    """

    __test__: ClassVar[bool] = False  # the published name; pytest must not take it for a test class

    script_name: str
    developer_id: str
    data_source: str
    run: RunResult

    @property
    def step(self) -> StepResult:
        """The one step of the run."""
        return self.run.steps[0]

    @property
    def success(self) -> bool:
        """True when the script ran, wrote every declared output and nothing else."""
        return self.step.outcome is Outcome.PASS

    @property
    def status(self) -> str:
        """``PASS``, ``FAIL`` or ``NOT_RUN``."""
        return self.step.outcome.value

    @property
    def execution_time(self) -> float:
        """Seconds."""
        return self.step.seconds

    @property
    def memory_usage(self) -> int | None:
        """Peak memory in bytes, None when not known."""
        return self.step.peak_memory_bytes

    @property
    def error_message(self) -> str | None:
        """Why it failed or was not run, else None."""
        return self.step.reason if self.step.error is None else self.step.error.message

    @property
    def recommendations(self) -> list[str]:
        """What to do about it."""
        return [f.hint for f in self.step.findings if f.hint]

    @property
    def run_dir(self) -> Path:
        """The run folder."""
        return self.run.run_dir

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "script_name": self.script_name,
            "developer_id": self.developer_id,
            "data_source": self.data_source,
            "status": self.status,
            "success": self.success,
            "execution_time": round(self.execution_time, 3),
            "memory_usage": self.memory_usage,
            "error_message": self.error_message,
            "recommendations": self.recommendations,
            "run": self.run.to_json(),
        }
