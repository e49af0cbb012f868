"""The example is sound, and its pipeline is wired as its README says."""

from __future__ import annotations

import pytest

from cursus.core.workspace.pipeline_file import plan_pipeline
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import WorkspaceIndex

WIRING = {
    ("split", "data"): "features.features",
    ("train", "training_data"): "split.training_data",
    ("train", "validation_data"): "split.validation_data",
    ("score_calibration", "model"): "train.model",
    ("score_calibration", "eval_data"): "split.calibration_data",
    ("evaluate", "model"): "train.model",
    ("evaluate", "eval_data"): "split.testing_data",
    ("calibrate", "calibration_predictions"): "score_calibration.predictions",
    ("calibrate", "predictions"): "evaluate.predictions",
    ("training_report", "model"): "train.model",
    ("training_report", "testing_data"): "split.testing_data",
    ("carrier_report", "predictions"): "calibrate.calibrated_predictions",
    ("package", "model"): "train.model",
    ("package", "calibrator"): "calibrate.calibrator",
}


@pytest.fixture
def catalog(developers):
    return StepCatalog(WorkspaceIndex(developers.parent, cache=False))


def test_nothing_in_the_tree_is_broken(catalog):
    assert catalog.index.tree.findings == ()
    for workspace in ("ingest", "modelling", "risk", "core"):
        assert catalog.problems(workspace) == ()
        assert all(s.contract is not None and s.spec is not None for s in catalog.steps(workspace))


def test_the_wiring(catalog):
    plan = plan_pipeline("flight_delay", catalog)
    assert {(b.step, b.input): f"{b.source}.{b.output}" for b in plan.bindings} == WIRING
    assert {(e.step, e.input) for e in plan.external_inputs} == {
        ("features", n) for n in ("flights", "weather", "planes")
    }


def test_two_steps_of_one_name_are_two_steps(catalog):
    plan = plan_pipeline("flight_delay", catalog)
    ours, theirs = plan.step("training_report"), plan.step("carrier_report")
    assert (ours.reference, theirs.reference) == ("modelling/MetricsReport", "risk/MetricsReport")
    # 360,000 predictions for 24 features, three times each; a text made of a list: both by a hand-written builder.
    assert ours.arguments == {"repeats": "3", "sample_rows": "5000", "seed": "2013"}
    assert theirs.environment == {"MIN_FLIGHTS": "100", "SLICE_FIELDS": "carrier,origin"}
    assert theirs.arguments == {}
