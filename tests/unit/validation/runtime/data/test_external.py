from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cursus.errors import UsageError
from cursus.model.plan import ExternalInput, PipelinePlan, PlannedStep
from cursus.model.workspace import Workspace
from cursus.validation.runtime.data.external import NoData, find_data, open_inputs, parse_inputs
from cursus.workspace.data_manifest import DataFileMissing
from cursus.workspace.layout import data_manifest_path, developer_workspace

MakeStep = Callable[..., PlannedStep]
MakePlan = Callable[..., PipelinePlan]


@pytest.fixture
def team(tmp_path: Path) -> Workspace:
    workspace = developer_workspace(tmp_path / "root", "team")
    data_manifest_path(workspace).parent.mkdir(parents=True)
    return workspace


@pytest.fixture
def plan(make_step: MakeStep, make_plan: MakePlan) -> PipelinePlan:
    first = make_step("first", inputs=("raw",), optional=("extra",))
    return make_plan(first, make_step("second", inputs=("data", "lookup")), bind=("first.table -> second.data",))


def write(workspace: Workspace, text: str, *folders: str) -> None:
    path = data_manifest_path(workspace)
    path.write_text(text)
    for folder in folders:
        (path.parent / folder).mkdir()


def test_inputs_that_nothing_feeds(plan: PipelinePlan) -> None:
    assert [(i.key, i.required) for i in open_inputs(plan)] == [
        (("first", "raw"), True),
        (("first", "extra"), False),
        (("second", "lookup"), True),
    ]


def test_given_then_manifest(plan: PipelinePlan, team: Workspace, tmp_path: Path) -> None:
    write(
        team,
        "scripts: {first: {raw: {path: raw}}, second: {lookup: {path: lookup}, data: {path: nowhere}}}",
        "raw",
        "lookup",
    )
    folder = data_manifest_path(team).parent
    assert find_data(plan, [team]) == {("first", "raw"): folder / "raw", ("second", "lookup"): folder / "lookup"}
    given = {("second", "lookup"): tmp_path}
    assert find_data(plan, [team], given=given)["second", "lookup"] == tmp_path


def test_another_manifest_instead(plan: PipelinePlan, team: Workspace, tmp_path: Path) -> None:
    write(team, "scripts: {first: {raw: {path: raw}}, second: {lookup: {path: lookup}}}", "raw", "lookup")
    other = tmp_path / "full.yaml"
    other.write_text("scripts: {first: {raw: {path: .}}}")
    with pytest.raises(NoData, match=r"an input: second.lookup") as caught:
        find_data(plan, [team], manifest=other)
    assert str(other) in (caught.value.hint or "")


def test_the_developer_who_asks_comes_first(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    mine, core = developer_workspace(tmp_path / "root", "mine"), developer_workspace(tmp_path / "root", "lib")
    for workspace in (mine, core):
        data_manifest_path(workspace).parent.mkdir(parents=True)
    write(mine, 'workspace_scripts: {"mine:split": {raw: {path: small}}}', "small")
    write(core, "scripts: {split: {raw: {path: big}}}", "big")
    plan = make_plan(make_step("split", inputs=("raw",), workspace="lib"))
    assert find_data(plan, [mine, core])["split", "raw"].name == "big"
    assert find_data(plan, [mine, core], developer="mine")["split", "raw"].name == "small"


def test_a_local_uri_of_the_plan(plan: PipelinePlan, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    uri = (tmp_path / "a b").as_uri()
    outside = (ExternalInput("first", "raw", uri), ExternalInput("second", "lookup", "s3://bucket/x"))
    with pytest.raises(NoData, match=r"an input: second.lookup"):
        find_data(replace(plan, external_inputs=outside), [])
    given = {("second", "lookup"): tmp_path}
    assert find_data(replace(plan, external_inputs=outside), [], given=given)["first", "raw"] == tmp_path / "a b"


def test_missing_data_names_manifest_and_entry(plan: PipelinePlan, team: Workspace) -> None:
    with pytest.raises(NoData, match=r"2 inputs: first.raw, second.lookup") as caught:
        find_data(plan, [team])
    assert caught.value.file == data_manifest_path(team)
    assert caught.value.hint == (
        f"Give --input first.raw=PATH, or write to {data_manifest_path(team)}: "
        "scripts: {first: {raw: {path: …, format: csv}}}"
    )


def test_an_entry_without_data(plan: PipelinePlan, team: Workspace) -> None:
    write(team, "scripts:\n  first:\n    raw: {path: raw}\n")
    with pytest.raises(DataFileMissing) as caught:
        find_data(plan, [team])
    assert caught.value.line == 3


def test_input_options(plan: PipelinePlan, make_plan: MakePlan, tmp_path: Path) -> None:
    assert parse_inputs([f"first.raw={tmp_path}"], plan) == {("first", "raw"): tmp_path}
    assert parse_inputs([f"raw={tmp_path}"], make_plan(plan.steps[0])) == {("first", "raw"): tmp_path}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["raw"], "is not of the form"),
        (["raw=."], "the pipeline has several steps"),
        (["frist.raw=."], "no step 'frist'. Did you mean 'first'?"),
        (["first.row=."], "no input 'row'. Did you mean 'raw'?"),
        (["first.raw=/no/such"], "there is nothing at /no/such"),
        (["first.raw=.", "first.raw=."], "is given twice"),
    ],
)
def test_wrong_input_options(plan: PipelinePlan, texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_inputs(texts, plan)
    assert message in str(caught.value)
