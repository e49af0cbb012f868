"""Why a step did not pass, as findings that name workspace, file, line, cause and where to read on."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.model.finding import Finding, Severity
from cursus.model.plan import PlannedStep
from cursus.validation.runtime.launch.process import Command, Exit
from cursus.validation.runtime.measure import Amount

_SHOWN = 5


def explain_exit(step: PlannedStep, command: Command, ended: Exit) -> Finding | None:
    """Why the script did not end well, or None when it did."""
    if ended.ok:
        return None
    log = f"Read its log: {command.stderr}"
    if ended.timed_out:
        return _finding(
            step,
            "script-timeout",
            f"did not end within {command.timeout_seconds:g} s and was stopped",
            hint=f"Give it more time with --timeout SECONDS, or look where it stands: {command.stderr}",
        )
    record = ended.record
    if record is None:
        return _finding(step, *_without_record(ended), hint=log)
    status = record["status"]
    file, line, column = _place(step, command, record)
    if status == "ok":
        code, message = "script-failed-late", f"returned from main, but its process then {_ended_with(ended)}"
    elif status == "raised":
        code, message = _raised(record)
    elif status == "exit":
        code = "script-exited"
        where = "main" if record["phase"] == "main" else "the module, when it was loaded,"
        asked = record["message"] or "0"
        message = f"called sys.exit({asked}): {where} must return or raise"
    else:
        code, message = _UNUSABLE[status], f"cannot be run: {record['message']}"
    return _finding(step, code, message, file=file, line=line, column=column, hint=log)


def explain_outputs(step: PlannedStep, amounts: Mapping[str, Amount], command: Command) -> list[Finding]:
    """A finding for each declared output that has no file, or only empty ones."""
    findings = []
    for name, amount in amounts.items():
        if amount.bytes:
            continue
        if amount.files:
            code, what = "empty-output", "wrote only empty files to"
        else:
            code, what = "missing-output", "wrote nothing to"
        message = f"{what} its declared output '{name}'"
        findings.append(
            _finding(step, code, message, hint=f"Write to output_paths['{name}'], or read the log: {command.stdout}")
        )
    return findings


def explain_writes(step: PlannedStep, writes: list[str]) -> list[Finding]:
    """One finding for everything that was written outside the declared outputs."""
    if not writes:
        return []
    shown = ", ".join(writes[:_SHOWN]) + (f" and {len(writes) - _SHOWN} more" if len(writes) > _SHOWN else "")
    return [
        _finding(
            step,
            "undeclared-write",
            f"wrote outside its declared outputs: {shown}",
            hint="Write to output_paths only; TMPDIR is free for temporary files.",
        )
    ]


def explain_start(step: PlannedStep, error: OSError) -> Finding:
    """The step's folder could not be prepared or its process not started."""
    return _finding(step, "step-not-started", f"could not be started: {error}")


_UNUSABLE = {
    "no-main": "script-no-main",
    "signature": "script-signature",
    "arguments": "script-arguments",
    "load": "script-not-loadable",
}


def _without_record(ended: Exit) -> tuple[str, str]:
    if ended.signal is not None:
        return "script-killed", f"was ended by {_signal_name(ended.signal)}"
    return "script-no-result", f"ended without a result: its process {_ended_with(ended)} before main returned"


def _ended_with(ended: Exit) -> str:
    if ended.signal is not None:
        return f"was ended by {_signal_name(ended.signal)}"
    return "disappeared" if ended.exit_code is None else f"ended with exit code {ended.exit_code}"


def _signal_name(number: int) -> str:
    names = {s.value: s.name for s in signal.Signals}
    name = names.get(number, f"signal {number}")
    return f"{name} (often: out of memory)" if number == signal.SIGKILL else name


def _raised(record: Mapping[str, Any]) -> tuple[str, str]:
    said = f"{record['type']}: {record['message']}" if record["message"] else str(record["type"])
    if record["phase"] == "load":
        return "script-not-loadable", f"cannot be loaded: {said}"
    return "script-raised", f"raised {said}"


def _place(
    step: PlannedStep, command: Command, record: Mapping[str, Any]
) -> tuple[Path | None, int | None, int | None]:
    """Where in the workspace it happened: the run has a copy of the code, people want the original."""
    if step.code is None or record.get("file") is None:
        return None, None, None
    file = Path(record["file"])
    if not file.is_relative_to(command.code_dir):
        return None, None, None
    original = step.code.files.get(file.relative_to(command.code_dir).as_posix())
    return (original, record.get("line"), record.get("column")) if original else (None, None, None)


def _finding(
    step: PlannedStep,
    code: str,
    message: str,
    *,
    file: Path | None = None,
    line: int | None = None,
    column: int | None = None,
    hint: str | None = None,
) -> Finding:
    script = None if step.code is None else step.code.files[step.code.entry_point]
    name = "its script" if script is None else script.name
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=f"Step '{step.name}' ({step.reference}): {name} {message.rstrip('. ')}.",
        workspace=step.workspace,
        step=step.name,
        file=file or script,
        line=line,
        column=column,
        hint=hint,
    )
