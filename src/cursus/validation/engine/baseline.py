"""The baseline: findings of a repository as it was when validation was adopted, which do not count.

A finding is recognised by code, workspace, step, file and message, not by its line, which moves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cursus.errors import ConfigurationError, FileError
from cursus.model.finding import Finding, Outcome, Report
from cursus.validation.analysis.acceptance import BaselineKey
from cursus.workspace.errors import MissingFile
from cursus.workspace.files import read_file
from cursus.workspace.writing import write_text

SCHEMA_VERSION = 1
_MOST_BYTES = 64 * 1024 * 1024
_HINT = "cursus validate --baseline FILE --write-baseline"

#: Finding -> how many of it are accepted.
Baseline = Mapping[BaselineKey, int]


def key_of(finding: Finding, root: Path) -> BaselineKey:
    """What the finding is recognised by."""
    return BaselineKey(
        finding.code, finding.workspace or "", finding.step or "", relative(finding.file, root), finding.message
    )


def relative(path: Path | None, root: Path) -> str:
    """``path`` below ``root`` with forward slashes, as it is anywhere else, or as it is when it lies outside."""
    if path is None:
        return ""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def write_baseline(path: Path, findings: Iterable[Finding], root: Path, kept: Baseline | None = None) -> int:
    """Accept all of ``findings`` from now on; returns how many are accepted in all.

    :param kept: what stays accepted besides.
    :raises FileError: the file cannot be written.
    """
    counts = Counter(key_of(finding, root) for finding in findings) | Counter(kept or {})
    entries = [asdict(key) | {"count": counts[key]} for key in sorted(counts)]
    text = json.dumps({"schema_version": SCHEMA_VERSION, "findings": entries}, indent=2, ensure_ascii=False)
    write_text(path, text + "\n")
    return counts.total()


def not_judged(baseline: Baseline, report: Report, *, partly: bool) -> Baseline:
    """What a baseline accepts of subjects that the report does not judge.

    :param partly: only some checks ran, so that nothing is known to be gone.
    """
    judged = {(u.workspace, u.subject) for u in report.units if u.outcome in (Outcome.PASS, Outcome.FAIL)}
    return {k: n for k, n in baseline.items() if partly or (k.workspace, k.step or k.workspace) not in judged}


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file.

    :raises ConfigurationError: there is no such file, or it is no baseline of this version.
    :raises FileError: it cannot be read.
    """
    try:
        data: Any = json.loads(read_file(path, boundary=path.parent, limit=_MOST_BYTES))
    except MissingFile:
        raise ConfigurationError(f"The baseline {path.name} does not exist.", hint=_HINT, file=path) from None
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise FileError(f"{path.name} is not JSON: {error}.", hint=_HINT, file=path, line=line) from None
    try:
        if data["schema_version"] != SCHEMA_VERSION:
            raise ConfigurationError(
                f"{path.name} is a baseline of version {data['schema_version']!r}; this one reads {SCHEMA_VERSION}.",
                hint=_HINT,
                file=path,
            )
        return {_key(entry): _count(entry["count"]) for entry in data["findings"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{path.name} is not a baseline: {error!r}.", hint=_HINT, file=path) from None


def _key(entry: Mapping[str, Any]) -> BaselineKey:
    names = ("code", "workspace", "step", "file", "message")
    values = [entry[name] for name in names]
    if not all(isinstance(value, str) for value in values):
        raise TypeError("code, workspace, step, file and message are texts")
    return BaselineKey(*values)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"count is {value!r}")
    return value
