from __future__ import annotations

from typing import Any

import pytest

from cursus.core.assembler.plan import make_plan
from cursus.core.workspace.swap import load_swapped, swapped
from cursus.errors import UsageError
from cursus.model.pipeline import Node

CONTRACT = """\
from cursus.core.base import ScriptContract

CONTRACT = ScriptContract(
    entry_point="report.py",
    expected_input_paths={"data": "/opt/ml/processing/input/data"},
    expected_output_paths={"out": "/opt/ml/processing/output/out"},
    required_env_vars=["LABEL"],
    optional_env_vars={"LIMIT": "3"},
    expected_arguments={"seed": "7"},
)
"""


@pytest.fixture
def team(tree: Any) -> Any:
    tree.manifest("ann", "First")
    tree.python("ann", "Report", "data")
    tree.python("bob", "Report", "data", contract=CONTRACT)
    tree.manifest("bob", "Other", "rows")
    return tree


def test_one_step_is_exchanged_and_the_rest_stays(team: Any) -> None:
    node = Node("report", "ann", "Report", None, {"a": 1}, {}, ("first",), 7)
    asked = team.pipeline("first.out -> report.data", first="ann/First", report=node)
    changed, (swap,) = swapped(asked, ["report=bob/Report"], team.catalog())
    assert changed.node("report") == Node("report", "bob", "Report", None, {"a": 1}, {}, ("first",), 7)
    assert (changed.edges, changed.node("first"), changed.shared) == (asked.edges, asked.node("first"), asked.shared)
    assert (swap.node, swap.before, swap.after, swap.unknown) == ("report", "ann/Report", "bob/Report", None)
    assert [d.to_json() for d in swap.differences] == [
        {"path": "environment.LABEL", "after": "required"},
        {"path": "environment.LIMIT", "after": "3"},
        {"path": "arguments.seed", "after": "7"},
    ]
    assert swap.to_json()["differences"][0]["path"] == "environment.LABEL"


@pytest.mark.parametrize("which", ["report", "Report", "ann/Report", "ann/report", "r_eport"])
def test_which_node_is_meant(team: Any, which: str) -> None:
    asked = team.pipeline(first="ann/First", report="ann/Report")
    changed, _ = swapped(asked, [f"{which}=bob/Report"], team.catalog())
    assert changed.nodes[1].workspace == "bob"


def test_ports_that_only_one_has(team: Any) -> None:
    asked = team.pipeline("first -> report", first="ann/First", report="ann/Report")
    _, (swap,) = swapped(asked, ["report=bob/Other"], team.catalog())
    assert [d.to_json() for d in swap.differences] == [
        {"path": "inputs.data", "before": "processing_output"},
        {"path": "inputs.rows", "after": "processing_output"},
    ]


def test_the_step_that_is_met_is_named(team: Any) -> None:
    team.manifest("shared", "Report", "data")
    asked = team.pipeline(report="ann/Report")
    _, (swap,) = swapped(asked, ["report=cat/Report"], _with(team, "cat"))
    assert swap.after == "shared/Report"


def test_several_and_a_job_variant(team: Any) -> None:
    asked = team.pipeline(first="ann/First", split="core/TabularPreprocessing", report="ann/Report")
    texts = ["split=core/TabularPreprocessing_Training", "report=bob/Report"]
    changed, swaps = swapped(asked, texts, team.catalog())
    assert [s.node for s in swaps] == ["split", "report"]
    assert changed.nodes[1].job_type == "training"
    again, _ = swapped(changed, ["split=core/TabularPreprocessing"], team.catalog())
    assert again.nodes[1].job_type == "training"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["report"], "is not of the form"),
        (["report=Report"], "is not of the form"),
        (["report=bob/"], "is not of the form"),
        (["report=a/b/c"], "is not of the form"),
        (["raport=bob/Report"], "has no node and uses no step 'raport'. Did you mean 'Report'"),
        (["Report=bob/Report"], "Several nodes of pipeline 'small' use Report: report, again"),
        (["report=bob/Report", "report=bob/Other"], "Node 'report' is exchanged twice"),
    ],
)
def test_what_cannot_be_meant(team: Any, texts: list[str], message: str) -> None:
    asked = team.pipeline(report="ann/Report", again="ann/Report")
    with pytest.raises(UsageError) as caught:
        swapped(asked, texts, team.catalog())
    assert message in caught.value.message


def test_a_broken_step_can_be_exchanged(team: Any) -> None:
    team.write("ann", "specs/report_spec.py", "SPEC = (\n")
    asked = team.pipeline("first -> report", first="ann/First", report="ann/Report")
    changed, (swap,) = swapped(asked, ["report=bob/Other"], team.catalog())
    assert swap.differences == ()
    assert "report_spec.py" in str(swap.unknown)
    assert changed.node("report") is not None
    _, (swap,) = swapped(asked, ["first=bob/Nothing"], team.catalog())
    assert "Step 'Nothing' is not defined" in str(swap.unknown)


def test_a_contract_that_has_to_be_loaded_is_compared(team: Any) -> None:
    text = "import os\n" + CONTRACT.replace('"LABEL"', "'LABEL' + os.sep[:0]")
    team.write("bob", "contracts/report_contract.py", text)
    asked = team.pipeline(report="ann/Report")
    _, (swap,) = swapped(asked, ["report=bob/Report"], team.catalog())
    assert swap.differences[0].path == "environment.LABEL"


def test_of_a_pipeline_file(team: Any) -> None:
    path = team.root / "pipelines" / "small.yaml"
    path.parent.mkdir()
    path.write_text(
        "name: small\nsteps: {first: ann/First, report: ann/Report}\nedges: [first -> report]\nconfig:\n  shared: "
        "{author: ada, bucket: b-b-b, region: NA, role: 'arn:aws:iam::123456789012:role/R', service_name: S, "
        "pipeline_version: '1', label: x, image_uri: 'example.com/image:1'}\n"
    )
    asked, swaps = load_swapped("small", team.catalog(), ["report=bob/Report"])
    plan = make_plan(asked, team.catalog())
    assert plan.step("report").reference == "bob/Report"
    assert plan.step("report").environment == {"LABEL": "x", "LIMIT": "3"}
    assert len(swaps) == 1
    assert load_swapped("small", team.catalog(), [])[1] == ()


def _with(tree: Any, workspace: str) -> Any:
    tree.manifest(workspace, "Own")
    return tree.catalog()
