"""The published builder test."""

from __future__ import annotations

import pytest

from cursus.errors import UnknownStep
from cursus.model.finding import Outcome
from cursus.validation.builders.universal_test import UniversalStepBuilderTest

HANGS = """=== edit a:builders/builder_prepare_step.py
    pass
-->
    def validate_configuration(self):
        %s
"""


def test_every_step_is_built(make_root) -> None:
    report = UniversalStepBuilderTest(make_root()).run_all_tests()
    assert report.findings == ()
    assert {(u.workspace, u.subject, u.outcome) for u in report.units} == {
        ("a", "Fit", Outcome.PASS),
        ("a", "Prepare", Outcome.PASS),
        ("b", "Report", Outcome.PASS),
    }
    assert report.ok


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("import sys; sys.exit(0)", "exit"),
        ("import os; os._exit(0)", "exit code 0"),
        ("raise ValueError('not like this')", "not like this"),
        ("print('chatter'); self.config.nothing_of_the_kind", "nothing_of_the_kind"),
    ],
)
def test_a_builder_that_fails_fails_alone(make_root, statement, words) -> None:
    report = UniversalStepBuilderTest(make_root(HANGS % statement), "a").run_all_tests()
    failed = [f for f in report.findings if f.code == "builder-build"]
    assert len(failed) == 1
    assert words in failed[0].message.lower()
    assert failed[0].file is not None
    assert failed[0].file.name == "builder_prepare_step.py"
    assert {u.subject: u.outcome for u in report.units} == {"Prepare": Outcome.FAIL, "Fit": Outcome.PASS}


def test_the_config_of_a_pipeline_is_used(make_root) -> None:
    text = """=== edit a:configs/config_prepare_step.py
    pass
-->
    limit: int
    share: "float"
=== edit a:builders/builder_prepare_step.py
    pass
-->
    def validate_configuration(self):
        if self.config.limit != 1 or not self.config.share:
            raise ValueError(f"limit {self.config.limit}")
"""
    pipeline = """=== write pipelines/flights.yaml
name: flights
parameters: {Bucket: {type: String, default: from-parameter}}
steps:
  prepare: {use: a/Prepare, config: {limit: 7}, inputs: {flights: s3://b/f, weather: s3://b/w}}
config: {shared: {bucket: {Get: Parameters.Bucket}}}
"""
    assert UniversalStepBuilderTest(make_root(text), "a").run_all_tests(["Prepare"]).ok
    root = make_root(pipeline, base=False)
    report = UniversalStepBuilderTest(root, "a").run_all_tests(["Prepare"])
    (finding,) = report.findings
    assert finding.message.endswith("ValueError: limit 7")


def test_one_step_by_name(make_root) -> None:
    test = UniversalStepBuilderTest(make_root())
    assert {u.subject for u in test.run_all_tests(["a/prepare"]).units} == {"Prepare"}
    with pytest.raises(UnknownStep):
        test.run_all_tests(["Nothing"])
