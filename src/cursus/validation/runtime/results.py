"""What came out of a run, as values; and the ``run.json`` they are kept in."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cursus.model.finding import Finding, Outcome, Severity
from cursus.model.plan import PipelinePlan

SCHEMA_VERSION = 1
RUN_FILE = "run.json"


class RunStatus(StrEnum):
    """Where a run as a whole stands."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step.

    :param node: node name in the pipeline.
    :param reference: ``<workspace>/<Step>``.
    :param outcome: PASS; FAIL; SKIPPED when a step it needs did not pass; NOT_RUN when it has no script to run, or the
        run was interrupted.
    :param reason: why, when the outcome is SKIPPED or NOT_RUN.
    :param has_script: False for a step that only SageMaker can run; its being NOT_RUN does not fail a run.
    :param seconds: wall-clock time of the script.
    :param cpu_seconds: processor time of the script and everything it started.
    :param peak_memory_bytes: largest resident set of one of its processes.
    :param rows: output -> number of rows of its tables, None when it has no table that can be counted.
    :param bytes: output -> total size of its files.
    :param outputs: output -> folder.
    :param inputs: input -> where its data came from.
    :param findings: what was wrong; errors first.
    :param exit_code: of the script's process, None when it did not end by itself.
    """

    node: str
    reference: str
    outcome: Outcome
    reason: str | None = None
    has_script: bool = True
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None
    rows: Mapping[str, int | None] = field(default_factory=dict)
    bytes: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, Path] = field(default_factory=dict)
    inputs: Mapping[str, Path] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    exit_code: int | None = None
    stdout: Path | None = None
    stderr: Path | None = None

    @property
    def error(self) -> Finding | None:
        """The finding that made it fail, or None."""
        return next((f for f in self.findings if f.severity is Severity.ERROR), None)

    @property
    def total_rows(self) -> int | None:
        """Rows of all outputs that could be counted, None when none could."""
        counted = [r for r in self.rows.values() if r is not None]
        return sum(counted) if counted else None

    @property
    def total_bytes(self) -> int:
        """Bytes of all outputs."""
        return sum(self.bytes.values())

    def to_json(self, base: Path) -> dict[str, Any]:
        """Plain values; paths inside ``base`` are relative to it."""
        return {
            "node": self.node,
            "reference": self.reference,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "has_script": self.has_script,
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 3),
            "cpu_seconds": None if self.cpu_seconds is None else round(self.cpu_seconds, 3),
            "peak_memory_bytes": self.peak_memory_bytes,
            "inputs": {name: _shown(path, base) for name, path in sorted(self.inputs.items())},
            "outputs": {
                name: {"path": _shown(path, base), "rows": self.rows.get(name), "bytes": self.bytes.get(name)}
                for name, path in sorted(self.outputs.items())
            },
            "stdout": None if self.stdout is None else _shown(self.stdout, base),
            "stderr": None if self.stderr is None else _shown(self.stderr, base),
            "findings": [f.to_json() for f in self.findings],
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of a plan; steps stand in the plan's order.

    :param pipeline: the plan's name.
    :param plan_digest: SHA-256 (hex) of the plan's JSON.
    :param run_dir: the run folder: ``run.json`` and ``steps/<node>/{input,output,work,log}``.
    :param started: UTC, ISO 8601.
    :param finished: likewise, None while the run goes on.
    """

    pipeline: str
    plan_digest: str
    run_dir: Path
    status: RunStatus
    started: str
    finished: str | None
    seconds: float
    steps: tuple[StepResult, ...]

    @property
    def ok(self) -> bool:
        """True when the run finished, at least one script passed, and no step with a script did anything else."""
        scripts = [s for s in self.steps if s.has_script]
        return self.status is RunStatus.FINISHED and bool(scripts) and all(s.outcome is Outcome.PASS for s in scripts)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of steps by outcome."""
        return {o.value: sum(s.outcome is o for s in self.steps) for o in Outcome}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all steps, in order."""
        return tuple(f for s in self.steps for f in s.findings)

    def step(self, node: str) -> StepResult:
        """The result of that node; ``KeyError`` when there is none."""
        for step in self.steps:
            if step.node == node:
                return step
        raise KeyError(node)

    def to_json(self) -> dict[str, Any]:
        """Plain values with ``schema_version``; what ``run.json`` holds."""
        return {
            "schema_version": SCHEMA_VERSION,
            "pipeline": self.pipeline,
            "plan_digest": self.plan_digest,
            "run_dir": str(self.run_dir),
            "status": self.status.value,
            "ok": self.ok,
            "started": self.started,
            "finished": self.finished,
            "seconds": round(self.seconds, 3),
            "counts": dict(self.counts),
            "steps": [s.to_json(self.run_dir) for s in self.steps],
            "findings": [f.to_json() for f in self.findings],
        }


def plan_digest(plan: PipelinePlan) -> str:
    """SHA-256 (hex) of the plan's canonical JSON: the same plan has the same digest on every machine."""
    text = json.dumps(plan.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_run_file(result: RunResult) -> Path:
    """Write ``run.json`` into the run folder, wholly or not at all."""
    target = result.run_dir / RUN_FILE
    aside = result.run_dir / f".{RUN_FILE}.new"
    with aside.open("w", encoding="utf-8") as stream:
        json.dump(result.to_json(), stream, indent=2, ensure_ascii=False)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(target)
    return target


def _shown(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
