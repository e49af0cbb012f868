"""Fixes change what they say and nothing else, all at once or not at all, and a second run has nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.model.finding import Edit, Finding, Fix, Report, Severity
from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import plan_fixes, run_checks
from cursus.workspace.index import WorkspaceIndex

FIXTURES = Path(__file__).parents[1] / "checks" / "fixtures"
SCRIPT = "developers/a/src/cursus_dev/steps/scripts/prepare.py"
CONTRACT = "developers/a/src/cursus_dev/steps/contracts/prepare_contract.py"
SPEC = "developers/a/src/cursus_dev/steps/specs/prepare_spec.py"
MANIFEST = "developers/a/src/cursus_dev/steps/interfaces/fit.step.yaml"
FIT = "developers/a/src/cursus_dev/steps/scripts/fit.py"


def judge(root: Path) -> Report:
    return run_checks(StepCatalog(WorkspaceIndex(root)), CHECKS)


def texts(root: Path) -> dict[str, bytes]:
    found = sorted(p for p in root.rglob("*") if p.is_file() and ".cursus" not in p.parts)
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in found}


def change(root: Path, name: str, *pairs: str) -> None:
    text = (root / name).read_text()
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    (root / name).write_text(text)


READ = '    label = environ_vars["LABEL_FIELD"]\n'
CASES = {
    "spelling of an input": [SCRIPT, 'input_paths["flights"]', 'input_paths["Flights"]'],
    "spelling of an output": [SCRIPT, 'output_paths["features"]', "output_paths['FEATURES']"],
    "spelling of a variable": [SCRIPT, 'environ_vars["LABEL_FIELD"]', 'environ_vars["label_field"]'],
    "spelling in a spec": [SPEC, 'logical_name="weather"', 'logical_name="Weather"'],
    "output named in its path": [SPEC, "Outputs['features']", "Outputs['feature']"],
    "spelling of the entry point": [CONTRACT, 'entry_point="prepare.py"', 'entry_point="Prepare.py"'],
    "comment for nothing": [SCRIPT, "def main(", "# cursus: ignore[unused-input] why\ndef main("],
    "comment for nothing behind code": [SCRIPT, READ, READ[:-1] + "  # cursus: ignore[unused-input] why\n"],
    "half a comment": [SCRIPT, "def main(", "# cursus: ignore[unused-input,unused-environment] x\ndef main("],
}


@pytest.mark.parametrize("case", CASES)
def test_a_fix_takes_the_mistake_back(make_root, case) -> None:
    root = make_root()
    before = texts(root)
    name, old, new = CASES[case]
    change(root, name, old, new)
    rewriting = plan_fixes(judge(root).findings, [root])
    assert [f.code for f in rewriting.findings]
    rewriting.write()
    after = texts(root)
    if case == "spelling of an output":
        change(root, SCRIPT, "output_paths['features']", 'output_paths["features"]')
        after = texts(root)
    assert after == before
    assert judge(root).findings == ()


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ([], '    optional_env_vars={"ROWS": "7", "DELAY_MINUTES": "15"},'),
        (['{"DELAY_MINUTES": "15"}', '{\n        "DELAY_MINUTES": "15",\n    }'], '        "ROWS": "7",\n'),
    ],
)
def test_a_variable_is_declared_with_the_default_it_has(make_root, contract, expected) -> None:
    root = make_root()
    change(root, SCRIPT, READ, READ + '    print(environ_vars.get("ROWS", "7"))\n')
    change(root, CONTRACT, *contract)
    plan_fixes(judge(root).findings, [root]).write()
    assert expected in (root / CONTRACT).read_text()
    assert judge(root).findings == ()


def test_variables_are_declared_in_a_manifest(make_root) -> None:
    root = make_root()
    change(root, FIT, "    target = ", '    os.environ.get("ROWS", "7"), os.getenv("GATE", "a:b")\n    target = ')
    plan_fixes(judge(root).findings, [root]).write()
    assert 'environment:\n  optional: {ROWS: "7"}\n  required: [LABEL_FIELD]' in (root / MANIFEST).read_text()
    plan_fixes(judge(root).findings, [root]).write()
    assert 'optional: {GATE: "a:b", ROWS: "7"}' in (root / MANIFEST).read_text()
    assert judge(root).findings == ()


@pytest.mark.parametrize(
    "read",
    [
        'environ_vars.get("ROWS")',  # no default
        'environ_vars.get("ROWS", 7)',  # not a text
        'environ_vars.get("ROWS", label)',  # not known by reading
        'environ_vars.get("ROWS", "7") + environ_vars.get("ROWS", "8")',  # two
        'environ_vars.get("DELAY_MINUTE", "7")',  # likely a slip
    ],
)
def test_what_would_be_guessed_is_left_alone(make_root, read) -> None:
    root = make_root()
    change(root, SCRIPT, READ, READ + f"    print({read})\n")
    report = judge(root)
    assert "undeclared-environment" in {f.code for f in report.findings}
    assert plan_fixes(report.findings, [root]).texts == {}


def test_a_name_that_means_other_things_too_is_left_alone(make_root) -> None:
    root = make_root()
    change(root, SCRIPT, 'input_paths["flights"]', 'input_paths["Flights"] + "Flights"')
    assert plan_fixes(judge(root).findings, [root]).texts == {}


@pytest.mark.parametrize("code", [check.code for check in CHECKS if not check.builds])
def test_no_fix_breaks_anything(make_root, code) -> None:
    root = make_root((FIXTURES / code / "bad.tree").read_text())
    report = judge(root)
    rewriting = plan_fixes(report.findings, [root])
    rewriting.write()
    after = judge(root)
    assert {(f.code, f.message) for f in after.findings} <= {(f.code, f.message) for f in report.findings}
    assert not {f.code for f in rewriting.findings} & {f.code for f in after.findings if f.fix}
    assert plan_fixes(after.findings, [root]).texts == {}


def finding(*edits: Edit) -> Finding:
    return Finding("code", Severity.ERROR, "message", fix=Fix("so", edits))


def test_all_edits_or_none(tmp_path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_bytes(b"a: 1\r\nb: 2\r\n")
    two.write_text("c: 3\n")
    bad = finding(Edit(one, 1, 4, "1", "9"), Edit(two, 1, 4, "4", "9"))
    assert plan_fixes([bad], [tmp_path]).texts == {}
    clash = [finding(Edit(one, 1, 4, "1", "8")), finding(Edit(one, 1, 1, "a: 1", "z: 0"), Edit(two, 1, 4, "3", "5"))]
    rewriting = plan_fixes(clash, [tmp_path])
    assert (len(rewriting.findings), rewriting.texts) == (1, {one: ("a: 1\r\nb: 2\r\n", "a: 8\r\nb: 2\r\n")})
    assert plan_fixes(clash, [tmp_path / "elsewhere"]).texts == {}
    one.chmod(0o755)
    rewriting.write()
    assert (one.read_bytes(), one.stat().st_mode & 0o777) == (b"a: 8\r\nb: 2\r\n", 0o755)


def test_no_fix_leaves_a_file_that_does_not_parse(tmp_path) -> None:
    path = tmp_path / "x.py"
    path.write_text("x = (1)\n")
    assert plan_fixes([finding(Edit(path, 1, 7, ")", ""))], [tmp_path]).texts == {}


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 12), st.text("ab\n", max_size=3)), max_size=5),
)
def test_nothing_but_the_edits_changes(tmp_path_factory, text, places) -> None:
    path = tmp_path_factory.mktemp("fix") / "x.yaml"
    path.write_bytes(text.encode())
    insertions = [finding(Edit(path, line, column, "", new)) for line, column, new in places]
    rewriting = plan_fixes(insertions, [path.parent])
    if path in rewriting.texts:
        before, after = rewriting.texts[path]
        assert before == text
        assert sorted(after) == sorted(text + "".join(f.fix.edits[0].new for f in rewriting.findings))
