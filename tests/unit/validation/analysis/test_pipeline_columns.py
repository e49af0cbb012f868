"""Columns of a pipeline's ports that cannot be read."""

from __future__ import annotations

import pytest

from cursus.registry.catalog import StepCatalog
from cursus.validation.checks import CHECKS
from cursus.validation.engine import run_checks
from cursus.workspace.index import WorkspaceIndex

OPAQUE = """=== edit a:contracts/prepare_contract.py
    required_env_vars=["LABEL_FIELD"],
-->
    required_env_vars=["LABEL_FIELD"],
    schemas=__import__("json").loads("{}"),
=== write pipelines/flights.yaml
schema_version: 1
name: flights
steps:
  prepare: {use: a/Prepare, inputs: {flights: s3://bucket/x, weather: s3://bucket/y}}
  fit: a/Fit
edges: [prepare -> fit]
"""


@pytest.mark.parametrize(("schema", "outcome"), [("", "PASS"), ("    schema: {distance: int}\n", "NOT_RUN")])
def test_columns_that_cannot_be_read_are_not_passed(make_root, schema: str, outcome: str) -> None:
    fit = f"=== edit a:interfaces/fit.step.yaml\n    sources: [Prepare]\n-->\n    sources: [Prepare]\n{schema}"
    report = run_checks(StepCatalog(WorkspaceIndex(make_root(OPAQUE, fit))), CHECKS)
    (unit,) = [u for u in report.units if u.subject == "pipelines/flights"]
    assert unit.outcome == outcome
    assert outcome == "PASS" or "node 'prepare': its contract has to be loaded" in (unit.reason or "")
