"""The wiring of every pipeline in ``library/`` is what its case says by hand: none wrong, those in doubt refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cursus.core.deps.wiring import Wiring, diagnose
from cursus.model.pipeline import Edge
from cursus.model.step import Spec, Step
from cursus.registry.catalog import StepCatalog
from cursus.workspace.index import WorkspaceIndex

LIBRARY = Path(__file__).parent / "library"
EXAMPLE = Path(__file__).parents[4] / "examples" / "three_teams"
CASES: list[dict[str, Any]] = [
    case for file in sorted(LIBRARY.glob("*.yaml")) for case in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.fixture(scope="module")
def catalog() -> StepCatalog:
    return StepCatalog(WorkspaceIndex(EXAMPLE, cache=False))


def wiring(case: dict[str, Any], catalog: StepCatalog, *, backwards: bool = False, more: bool = False) -> Wiring:
    order = reversed if backwards else list
    found: dict[str, Step] = {n: catalog.find(*use.split("/")) for n, use in order(list(case["steps"].items()))}
    outside: dict[str, list[str]] = dict(case.get("outside", {}))
    if more:
        found["unrelated"] = catalog.find("core", "ModelEval")
        outside["unrelated"] = ["model", "eval_data"]
    specs: dict[str, Spec] = {}
    for name, step in found.items():
        assert isinstance(step.spec, Spec)
        specs[name] = step.spec
    edges = [edge(text) for text in order(case["edges"])]
    return diagnose(specs, edges, outside, {name: step.name for name, step in found.items()})


def edge(text: str) -> Edge:
    source, target = text.split(" -> ")
    (node, _, output), (consumer, _, port) = source.partition("."), target.partition(".")
    return Edge(node, consumer, output or None, port or None)


def bound(found: Wiring) -> dict[str, str]:
    return {f"{b.step}.{b.input}": f"{b.source}.{b.output}" for b in found.bindings}


def refused(found: Wiring) -> dict[str, str]:
    return {f"{e.step}.{getattr(e, 'input', '') or getattr(e, 'port', '')}": e.code for e in found.errors}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_feeds_what(case: dict[str, Any], catalog: StepCatalog) -> None:
    found = wiring(case, catalog)
    assert refused(found) == case.get("refuse", {})
    if "bind" in case:
        assert bound(found) == case["bind"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_neither_order_nor_an_unrelated_step_changes_anything(case: dict[str, Any], catalog: StepCatalog) -> None:
    found = wiring(case, catalog)
    for other in (wiring(case, catalog, backwards=True), wiring(case, catalog, more=True)):
        assert bound(other) == bound(found)
        assert refused(other) == refused(found)


def test_the_library_is_large_enough_and_says_one_thing_for_each_case() -> None:
    assert len(CASES) >= 40
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert all(("bind" in case) != ("refuse" in case) for case in CASES)
