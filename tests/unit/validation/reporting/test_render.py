"""Reports in every form."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.errors import UsageError
from cursus.model.finding import Accepted, Edit, Finding, Fix, Outcome, Report, Severity, Unit
from cursus.validation.reporting import FORMATS, keep_reports, render
from cursus.validation.reporting.places import Sources, printable, source_excerpt
from cursus.workspace.layout import core_workspace, developer_workspace

#: As it is in the sdist of sarif-om 1.0.4; its licence stands beside it.
SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0-rtm.4.json").read_text("utf-8"))
SARIF = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root" / "scripts"
    folder.mkdir(parents=True)
    (folder / "prepare.py").write_text('def main():\n\tread(input_paths["fligths"])\n')
    return tmp_path / "root"


@pytest.fixture
def report(root: Path) -> Report:
    findings = [
        Finding(
            "undeclared-input",
            Severity.ERROR,
            "prepare.py reads input 'fligths', 100% | wrong <b>",
            workspace="a",
            step="Prepare",
            file=root / "scripts/prepare.py",
            line=2,
            column=7,
            hint="Correct the key, or declare it.",
            owner="team-a",
        ),
        Finding("naming", Severity.WARNING, "odd", workspace="a", file=root / "x\x1b[31my.py"),
        Finding("not-a-workspace", Severity.INFO, "a folder"),
    ]
    units = [
        Unit("a", "Prepare", "script-contract", Outcome.FAIL),
        Unit("a", "Prepare", "contract-spec", Outcome.NOT_RUN, "the spec cannot be read"),
        Unit("a", "Prepare", "builder-config", Outcome.SKIPPED, "no builder"),
        Unit("a", "Fit", "builder-config", Outcome.SKIPPED, "no builder"),
        Unit("a", "a", "workspace", Outcome.PASS),
    ]
    return Report.of(findings, units)


@pytest.fixture
def accepting(report: Report) -> Report:
    """The report with its error accepted."""
    *others, error = report.findings
    return Report.of(others, report.units, [Accepted(error, "suppression", "known <since> May")])


def test_accepted_findings_are_counted_and_do_not_count(accepting: Report, root: Path) -> None:
    assert "; 0 errors, 1 warning, 1 info; 1 accepted.\n" in render(accepting, "text", root=root)
    assert "0 errors, 1 warning, 1 remark; 1 accepted." in render(accepting, "markdown", root=root)
    assert json.loads(render(accepting, "json"))["accepted"][0]["by"] == "suppression"
    results = json.loads(render(accepting, "sarif", root=root))["runs"][0]["results"]
    assert [r.get("suppressions") for r in results] == [
        None,
        None,
        [{"kind": "inSource", "justification": "known <since> May"}],
    ]
    assert "known &lt;since&gt; May" in render(accepting, "html", root=root)


def test_html_is_one_page_that_needs_nothing_else(report: Report, root: Path) -> None:
    page = render(report, "html", root=root)
    assert page.startswith("<!doctype html>")
    assert "wrong &lt;b&gt;" in page
    assert "<b>" not in page
    assert "\x1b" not in page
    assert not any(word in page for word in ("<script", "<link", "<img", "http:", "https:", "src=", "href="))
    assert all(u.name in page and (u.reason or "") in page for u in report.units)
    assert "scripts/prepare.py:2:7" in page
    assert "NOT OK" in page


def test_html_is_well_formed(report: Report, accepting: Report, root: Path) -> None:
    for one in (report, accepting, Report.of((), ())):
        page = render(one, "html", root=root).replace("<!doctype html>\n", "").replace('<meta charset="utf-8">', "")
        ET.fromstring(page.replace('<meta name="viewport" content="width=device-width">', ""))


def test_a_pipeline_of_the_team_is_named(root: Path) -> None:
    unit = Unit("", "pipelines/flights", "spec-dependencies", Outcome.NOT_RUN, "a step is broken")
    one = Report.of((), [unit])
    assert "  pipelines/flights spec-dependencies: a step is broken" in render(one, "text")
    assert 'classname="pipelines/flights"' in render(one, "junit")


def test_reports_are_kept_with_their_workspaces(report: Report, root: Path) -> None:
    workspaces = [developer_workspace(root, "a"), developer_workspace(root, "b"), core_workspace()]
    first = keep_reports(report, workspaces, root)
    folder = root / "developers/a/validation_reports"
    assert first == (folder / "validation.json", folder / "validation.html")
    kept = json.loads(first[0].read_text())
    assert [f["workspace"] for f in kept["findings"]] == ["a", "a"]
    texts = [path.read_text() for path in first]
    assert keep_reports(report, workspaces, root) == first
    assert [path.read_text() for path in first] == texts


def test_text(report: Report, root: Path) -> None:
    assert render(report, "text", root=root) == (
        "workspaces: info[not-a-workspace] a folder\n"
        "\n"
        "x\\x1b[31my.py: warning[naming] odd\n"
        "      = in: a\n"
        "\n"
        "scripts/prepare.py:2:7: error[undeclared-input] prepare.py reads input 'fligths', 100% | wrong <b>\n"
        '    2 |  read(input_paths["fligths"])\n'
        "      |       ^\n"
        "      = in: a/Prepare (owner: team-a)\n"
        "      = hint: Correct the key, or declare it.\n"
        "\n"
        "Not checked:\n"
        "  a/Prepare contract-spec: the spec cannot be read\n"
        "\n"
        "Skipped:\n"
        "  builder-config, 2 units: no builder\n"
        "\n"
        "5 units: 1 passed, 1 failed, 1 not run, 2 skipped; 1 error, 1 warning, 1 info.\n"
        "NOT OK: errors were found.\n"
    )


def test_units_not_run_for_one_reason_are_counted() -> None:
    late = [Unit("a", f"S{i:02}", "contract-spec", Outcome.NOT_RUN, "the time limit had passed") for i in range(11)]
    other = Unit("a", "Other", "contract-spec", Outcome.NOT_RUN, "the spec cannot be read")
    text = render(Report.of([], [*late, other]))
    assert "  a/Other contract-spec: the spec cannot be read\n  11 units: the time limit had passed\n" in text
    assert "S01" not in text
    assert "  a/S01 contract-spec: the time limit" in render(Report.of([], late[:10]))


def test_text_says_why_it_is_not_ok() -> None:
    passed = Unit("a", "a", "workspace", Outcome.PASS)
    open_ = Unit("a", "A", "contract-spec", Outcome.NOT_RUN, "why")
    assert render(Report.of((), [passed])).endswith("\nOK\n")
    assert render(Report.of((), [])).endswith("NOT OK: nothing was checked.\n")
    assert render(Report.of((), [open_])).endswith("NOT OK: nothing was checked.\n")
    assert render(Report.of((), [passed, open_])).endswith("NOT OK: not everything could be checked.\n")


def test_json(report: Report, root: Path) -> None:
    data = json.loads(render(report, "json", root=root))
    assert data == report.to_json()
    assert data["schema_version"] == 1
    assert set(data["findings"][0]) >= {
        "code", "severity", "workspace", "step", "file", "line", "column", "message", "hint",
    }  # fmt: skip


def test_github(report: Report, root: Path) -> None:
    lines = render(report, "github", root=root).splitlines()
    assert lines[2] == (
        "::error title=undeclared-input,file=scripts/prepare.py,line=2,col=7::prepare.py reads input 'fligths', "
        "100%25 | wrong <b> Hint: Correct the key, or declare it."
    )
    assert "::notice title=not checked::a/Prepare contract-spec NOT_RUN: the spec cannot be read" in lines
    assert lines[-1] == "::notice title=cursus validate::not ok"


def test_sarif(report: Report, root: Path) -> None:
    log = json.loads(render(report, "sarif", root=root))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    assert [r["level"] for r in run["results"]] == ["note", "warning", "error"]
    location = run["results"][2]["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "scripts/prepare.py", "uriBaseId": "ROOT"},
        "region": {"startLine": 2, "startColumn": 7},
    }
    outside = json.loads(render(report, "sarif"))["runs"][0]["results"][2]["locations"][0]["physicalLocation"]
    assert outside["artifactLocation"]["uri"] == (root / "scripts/prepare.py").as_uri()
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 3


def test_sarif_is_valid_against_its_schema(report: Report, accepting: Report, root: Path) -> None:
    for one in (report, accepting, Report.of((), ())):
        for place in (root, None):
            SARIF.validate(json.loads(render(one, "sarif", root=place)))
    assert not SARIF.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_a_fix_in_every_form_that_has_a_place_for_it(root: Path) -> None:
    path = root / "scripts/prepare.py"
    edits = (Edit(path, 2, 20, "fligths", "flights"), Edit(path, 1, 1, "def main():\n", ""))
    finding = Finding("code", Severity.ERROR, "wrong", file=path, line=2, fix=Fix("Write <it> right", edits))
    report = Report.of([finding], [])
    log = json.loads(render(report, "sarif", root=root))
    SARIF.validate(log)
    (fix,) = log["runs"][0]["results"][0]["fixes"]
    regions = [change["replacements"][0]["deletedRegion"] for change in fix["artifactChanges"]]
    assert regions == [
        {"startLine": 2, "startColumn": 20, "endLine": 2, "endColumn": 27},
        {"startLine": 1, "startColumn": 1, "endLine": 2, "endColumn": 1},
    ]
    assert Report.from_json(json.loads(render(report, "json"))) == report
    assert "= fix: Write <it> right (cursus validate --fix)." in render(report, "text", root=root)
    assert "<p>Fix: Write &lt;it&gt; right.</p>" in render(report, "html", root=root)


def test_junit(report: Report, root: Path) -> None:
    suite = ET.fromstring(render(report, "junit", root=root)).find("testsuite")
    assert suite is not None
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "1", "skipped": "2"}
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.startswith("scripts/prepare.py:2:7: error[undeclared-input]")


def test_junit_keeps_errors_of_no_workspace() -> None:
    finding = Finding("escapes-workspace", Severity.ERROR, "a link")
    suites = ET.fromstring(render(Report.of([finding], []), "junit"))
    assert [s.get("failures") for s in suites] == ["1"]


def test_markdown(report: Report, root: Path) -> None:
    text = render(report, "markdown", root=root)
    assert text.startswith("# Validation: NOT OK\n")
    assert "| error | undeclared-input | a/Prepare | scripts/prepare.py:2 |" in text
    assert "100% \\| wrong \\<b\\>" in text
    assert "| a/Prepare | contract-spec | NOT_RUN | the spec cannot be read |" in text


def test_unknown_form(report: Report) -> None:
    with pytest.raises(UsageError, match="Did you mean 'json'"):
        render(report, "jsn")


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_takes_an_empty_report(form: str) -> None:
    assert render(Report.of((), ()), form).endswith("\n")


@given(message=st.text(), hint=st.none() | st.text(), column=st.integers(1, 400), form=st.sampled_from(FORMATS))
def test_no_text_breaks_a_form(message: str, hint: str | None, column: int, form: str) -> None:
    finding = Finding(
        "naming", Severity.ERROR, message, workspace=message, file=Path(__file__), line=1, column=column, hint=hint
    )
    unit = Unit("a", message, "workspace", Outcome.NOT_RUN, message)
    text = render(Report.of([finding], [unit]), form)
    assert "\x1b" not in text.replace("\\u001b", "")
    if form == "json":
        assert Report.from_json(json.loads(text)).units == (unit,)
    elif form == "sarif":
        SARIF.validate(json.loads(text))
    elif form == "junit":
        ET.fromstring(text)
    elif form == "github":
        assert all(line.startswith("::") for line in text.splitlines())


def test_excerpt_of_a_long_line(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("a" * 500 + "!" + "b" * 500)
    shown, caret = source_excerpt(Sources(), path, 1, 501)
    assert len(shown) < 200
    assert shown[caret.index("^")] == "!"


def test_no_excerpt_of_what_cannot_be_shown(tmp_path: Path) -> None:
    sources = Sources()
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "short.py").write_text("x = 1\n")
    assert source_excerpt(sources, tmp_path / "folder.py", 1, 1) == []
    assert source_excerpt(sources, tmp_path / "none.py", 1, 1) == []
    assert source_excerpt(sources, tmp_path / "short.py", 9, 1) == []
    assert source_excerpt(sources, tmp_path / "short.py", 1, None) == ["    1 | x = 1"]


def test_printable() -> None:
    assert printable("a\nb\x07\u202ec\té") == "a b\\x07\\x202ec\té"
