"""The published alignment test."""

from __future__ import annotations

import pytest

from cursus.errors import ConfigurationError, UnknownStep
from cursus.validation.alignment.unified_alignment_tester import UnifiedAlignmentTester

MISSPELT = """=== edit a:scripts/fit.py
environ_vars["LABEL_FIELD"]
-->
environ_vars["LABEL"]
"""
LEVELS = {"script-contract", "contract-spec", "spec-dependencies", "builder-config"}


def test_all_levels_of_one_step(make_root) -> None:
    report = UnifiedAlignmentTester(make_root(MISSPELT)).validate_specific_script("Fit")
    assert {u.level for u in report.units if u.subject == "Fit"} == LEVELS
    assert {f.code for f in report.findings} == {"undeclared-environment", "unused-environment"}
    assert {u.subject for u in report.units} == {"Fit"}


def test_full_and_by_level(make_root) -> None:
    tester = UnifiedAlignmentTester(make_root(MISSPELT), "a", strict=True)
    assert {u.level for u in tester.run_full_validation().units} == LEVELS
    assert {u.level for u in tester.run_full_validation(skip_levels=[1, "builder-config"]).units} == {
        "contract-spec",
        "spec-dependencies",
    }
    assert {u.level for u in tester.validate_level(2).units} == {"contract-spec"}
    assert tester.validate_level(2).ok
    assert not tester.validate_level("script-contract", ["Fit"]).ok
    assert tester.validate_level(1, ["Prepare"]).ok
    with pytest.raises(ConfigurationError):
        tester.validate_level(9)
    with pytest.raises(UnknownStep):
        tester.validate_specific_script("Nothing")


def test_across_workspaces(make_root) -> None:
    tester = UnifiedAlignmentTester(make_root())
    (joint,) = tester.validate_cross_workspace(["a", "b"])
    assert (joint.source, joint.output, joint.target, joint.input) == ("a/Fit", "model", "b/Report", "model")
