"""SARIF 2.1.0, the format of code scanning services."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cursus.model.finding import Accepted, Edit, Finding, Fix, Report, Severity, Unit
from cursus.validation.reporting.places import shown_path
from cursus.version import VERSION

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_BASE = "ROOT"


class SarifReporter:
    """One run; what could not be checked stands among its notifications."""

    name = "sarif"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as a SARIF log."""
        rules = sorted({f.code for f in (*report.findings, *(a.finding for a in report.accepted))})
        run: dict[str, Any] = {
            "tool": {
                "driver": {
                    "name": "cursus",
                    "semanticVersion": VERSION,
                    "rules": [{"id": rule, "name": rule} for rule in rules],
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": [
                *(_result(f, rules.index(f.code), root) for f in report.findings),
                *(_accepted(a, rules.index(a.finding.code), root) for a in report.accepted),
            ],
            "invocations": [
                {
                    "executionSuccessful": report.ok or bool(report.findings),
                    "toolExecutionNotifications": [_notification(unit) for unit in report.not_checked],
                }
            ],
        }
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding, rule: int, root: Path | None) -> dict[str, Any]:
    text = finding.message + (f"\n{finding.hint}" if finding.hint else "")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "properties": {"workspace": finding.workspace, "step": finding.step, "owner": finding.owner},
    }
    if finding.file is not None:
        result["locations"] = [{"physicalLocation": _location(finding, finding.file, root)}]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, root)]
    return result


def _fix(fix: Fix, root: Path | None) -> dict[str, Any]:
    changes = [
        {
            "artifactLocation": _artifact(edit.file, root),
            "replacements": [{"deletedRegion": _region(edit), "insertedContent": {"text": edit.new}}],
        }
        for edit in fix.edits
    ]
    return {"description": {"text": fix.summary}, "artifactChanges": changes}


def _region(edit: Edit) -> dict[str, int]:
    lines = edit.old.split("\n")
    end = len(lines[-1]) + (edit.column if len(lines) == 1 else 1)
    return {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.line + len(lines) - 1,
        "endColumn": end,
    }


def _accepted(accepted: Accepted, rule: int, root: Path | None) -> dict[str, Any]:
    """A result with its suppression, as code scanning services show it."""
    kind = "inSource" if accepted.by == "suppression" else "external"
    note = {"kind": kind, "justification": accepted.reason or accepted.by}
    return _result(accepted.finding, rule, root) | {"suppressions": [note]}


def _location(finding: Finding, path: Path, root: Path | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(path, root)}
    if finding.line is not None:
        region = {"startLine": finding.line}
        if finding.column is not None:
            region["startColumn"] = finding.column
        location["region"] = region
    return location


def _artifact(path: Path, root: Path | None) -> dict[str, Any]:
    if root is not None and path.is_relative_to(root):
        return {"uri": quote(shown_path(path, root)), "uriBaseId": _BASE}
    return {"uri": path.as_uri()}


def _notification(unit: Unit) -> dict[str, Any]:
    text = f"{unit.name} {unit.level}: {unit.outcome.value}: {unit.reason or ''}"
    return {"level": "warning" if unit.outcome.value == "NOT_RUN" else "note", "message": {"text": text}}
