"""JUnit XML: one test case for each unit."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import groupby
from pathlib import Path

from cursus.model.finding import Finding, Outcome, Report, Severity, Unit
from cursus.validation.reporting.places import shown_path

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FOLDED = {Outcome.FAIL: "failure", Outcome.NOT_RUN: "error", Outcome.SKIPPED: "skipped"}


class JUnitReporter:
    """One suite for each workspace. A unit that was not run is an error, one that was skipped is skipped."""

    name = "junit"

    def render(self, report: Report, *, root: Path | None) -> str:
        """The report as an XML document."""
        suites = ET.Element("testsuites", name="cursus validate")
        for workspace, units in groupby(report.units, key=lambda u: u.workspace):
            _suite(suites, workspace, list(units), report, root)
        loose = [f for f in report.findings if _unplaced(f, report) and f.severity is Severity.ERROR]
        if loose:
            suite = ET.SubElement(suites, "testsuite", name="root", tests="1", failures="1", errors="0", skipped="0")
            case = ET.SubElement(suite, "testcase", classname="root", name="workspaces")
            failure = ET.SubElement(case, "failure", message=f"{len(loose)} findings")
            failure.text = "\n".join(_line(f, root) for f in loose)
        ET.indent(suites)
        return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _suite(suites: ET.Element, workspace: str, units: list[Unit], report: Report, root: Path | None) -> None:
    def count(outcome: Outcome) -> str:
        return str(sum(u.outcome is outcome for u in units))

    suite = ET.SubElement(
        suites,
        "testsuite",
        name=_clean(workspace) or "pipelines",
        tests=str(len(units)),
        failures=count(Outcome.FAIL),
        errors=count(Outcome.NOT_RUN),
        skipped=count(Outcome.SKIPPED),
    )
    for unit in units:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=_clean(".".join(part for part in (workspace, unit.subject) if part)),
            name=unit.level,
        )
        tag = _FOLDED.get(unit.outcome)
        if tag is None:
            continue
        findings = [f for f in report.findings if _belongs(f, unit)] if unit.outcome is Outcome.FAIL else []
        message = unit.reason or f"{len(findings)} findings"
        element = ET.SubElement(case, tag, message=_clean(message))
        element.text = "\n".join(_line(f, root) for f in findings) or None


def _belongs(finding: Finding, unit: Unit) -> bool:
    """A finding about a step is shown with each failed unit of the step; the level is not part of a finding."""
    if unit.subject.startswith("pipelines/"):
        return finding.file is not None and finding.file.stem == unit.subject.removeprefix("pipelines/")
    if finding.workspace != unit.workspace:
        return False
    return unit.subject == unit.workspace or finding.step == unit.subject


def _unplaced(finding: Finding, report: Report) -> bool:
    return not any(u.workspace == finding.workspace for u in report.units)


def _line(finding: Finding, root: Path | None) -> str:
    place = ":".join(str(p) for p in (finding.line, finding.column) if p is not None)
    path = shown_path(finding.file, root) if finding.file else finding.workspace or ""
    head = f"{path}:{place}" if place else path
    return _clean(f"{head}: {finding.severity.value}[{finding.code}] {finding.message}")


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)
