from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cursus.core.assembler.errors import PipelineCycle, SeveralProblems
from cursus.core.assembler.plan import make_plan
from cursus.core.deps.errors import AmbiguousInput, TypeClash, UnusedPort
from cursus.core.workspace.building import build_pipeline, file_for, write_pipeline
from cursus.core.workspace.composing import compose
from cursus.core.workspace.pipeline_file import load_pipeline
from cursus.errors import ConfigurationError, FileError, UnknownStep, UnknownWorkspace, UsageError
from cursus.model.pipeline import Edge
from cursus.registry.visible import NotVisible

CONFIG = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
    "image_uri": "example.com/image:1",
}


@pytest.fixture
def team(tree: Any) -> Any:
    """Steps put out ``out``, First also as ``rows``; Report takes ``data``, of which no name tells; Named ``rows``."""
    tree.manifest("ann", "First")
    path = tree.steps("ann") / "interfaces" / "first.step.yaml"
    path.write_text(path.read_text().replace("output/out}", "output/out, aliases: [rows]}"))
    tree.manifest("bob", "Second")
    tree.manifest("ann", "Named", "rows")
    tree.manifest("bob", "Report", "data")
    tree.manifest("cat", "Report", "data")
    return tree


def names(team: Any, *components: str, **more: Any) -> list[str]:
    return [n.name for n in compose("p", components, team.catalog(), owner="shared", **more).pipeline.nodes]


def test_what_fits_is_joined_port_by_port(team: Any) -> None:
    made = compose(
        "p",
        ["ann:First", "ann:Named", "bob:Report"],
        team.catalog(),
        owner="shared",
        edges=["first -> report", "first.out -> report.data"],
    )
    assert made.pipeline.edges == (Edge("first", "named", "out", "rows"), Edge("first", "report", "out", "data"))
    assert [b.reason.value for b in made.bindings] == ["declared alias", "explicit port"]
    assert made.opened == ()
    assert made.pipeline.owner == "shared"


def test_what_nobody_puts_out_becomes_a_parameter(team: Any) -> None:
    made = compose("p", ["bob:Report", "cat:Report"], team.catalog(), owner="shared", edges=[])
    # The second one may take what the first puts out; the first has nothing before it.
    assert made.opened == (("report_bob", "data", "ReportBobData"),)
    assert [p.name for p in made.pipeline.parameters] == ["ReportBobData"]
    assert made.pipeline.edges == (Edge("report_bob", "report_cat", "out", "data"),)


def test_parameters_have_names_of_their_own(team: Any) -> None:
    for name, port in (("Take", "b_c"), ("TakeB", "c")):
        team.manifest("ann", name, port)
        path = team.steps("ann") / "interfaces" / f"{'take' if name == 'Take' else 'take_b'}.step.yaml"
        path.write_text(path.read_text().replace("keywords: [out]", "type: model_artifacts"))
    components = ["ann:Take", "ann:TakeB", "takeB=ann:TakeB"]
    made = compose("p", components, team.catalog(), owner="shared")
    assert [p.name for p in made.pipeline.parameters] == ["TakeBC", "TakeBC2", "TakeBC3"]


def test_a_later_component_feeds_no_earlier_one(team: Any) -> None:
    made = compose("p", ["ann:Named", "ann:First"], team.catalog(), owner="shared")
    assert made.pipeline.edges == ()
    assert made.opened == (("named", "rows", "NamedRows"),)


def test_what_is_not_clear_says_the_edge_to_give(team: Any) -> None:
    components = ["ann:First", "bob:Second", "bob:Report"]
    with pytest.raises(AmbiguousInput) as caught:
        compose("p", components, team.catalog(), owner="shared")
    edge = re.search(r"first\.out -> report\.data", str(caught.value.hint))
    assert edge is not None
    made = compose("p", components, team.catalog(), owner="shared", edges=[edge[0]])
    assert made.pipeline.edges == (Edge("first", "report", "out", "data"),)


def test_names_of_nodes(team: Any) -> None:
    assert names(team, "ann:First", "x=ann/First", " ann:first ") == ["first_ann", "x", "first_ann_2"]
    team.manifest("d.e", "First")
    assert names(team, "ann:First", "d.e:First") == ["first_ann", "first_d_e"]
    assert names(team, "first=bob:Second", "ann:First") == ["first", "first_ann"]
    assert names(team, "first_ann=bob:Second", "ann:First", "ann:First") == ["first_ann", "first_ann_2", "first_ann_3"]
    assert names(team, "core:TabularPreprocessing_Training") == ["tabular_preprocessing_training"]


@pytest.mark.parametrize(
    ("components", "edges", "message"),
    [
        ([], [], "at least one component"),
        (["First"], [], "'First' is not a component"),
        (["=ann:First"], [], "is not a component"),
        (["ann:First:x"], [], "is not a component"),
        (["a=ann:First", "a=bob:Second"], [], "Two components are called 'a'"),
        (["ann:First"], ["first = x"], "'first = x' is not an edge"),
        (["ann:First"], ["first -> fist"], "'fist' is no node of this pipeline: first"),
    ],
)
def test_what_cannot_be_meant(team: Any, components: list[str], edges: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        compose("p", components, team.catalog(), owner="shared", edges=edges)


def test_errors_of_the_parts(team: Any) -> None:
    with pytest.raises(UnknownStep, match="Did you mean 'First'"):
        names(team, "ann:Frist")
    with pytest.raises(UnknownWorkspace):
        names(team, "anne:First")
    with pytest.raises(SeveralProblems):
        names(team, "ann:Frist", "bob:Sekond")
    with pytest.raises(UnusedPort):
        names(team, "ann:First", "ann:Named", edges=["first.out -> named", "named.out -> first"])
    with pytest.raises(PipelineCycle):
        names(team, "ann:Named", "bob:Report", edges=["report.out -> named.rows"])
    (team.root / "developers/ann/workspace.toml").write_text('[visibility]\nFirst = "private"\n')
    with pytest.raises(NotVisible):
        names(team, "ann:First")
    assert compose("p", ["ann:First"], team.catalog(), owner="ann").pipeline.owner == "ann"


POOL = ["ann:First", "bob:Second", "ann:Named", "bob:Report", "cat:Report", "core:Package", "core:ModelEval"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(components=st.lists(st.sampled_from(POOL), min_size=1, max_size=5))
def test_what_is_composed_can_be_planned_and_read_back(team: Any, components: list[str]) -> None:
    """Whatever components are named: either it is refused, or the file that comes of it plans as it stands."""
    catalog = team.catalog()
    try:
        built = build_pipeline("p", catalog, team.root / "pipelines/p.yaml", components=components, shared=CONFIG)
    except (AmbiguousInput, TypeClash, SeveralProblems):
        return
    path = team.root / "read.yaml"
    path.write_text(built.text)
    read = load_pipeline(path)
    lines = [replace(n, line=None) for n in read.nodes]
    assert lines == list(built.pipeline.nodes)
    assert [replace(e, line=None) for e in read.edges] == list(built.pipeline.edges)
    shared = {**read.shared, "model_class": "x", "label_field": "l", "id_field": "i"}
    plan = make_plan(replace(read, shared=shared), catalog)
    assert len(plan.steps) == len(components)
    assert {(b.source, b.output, b.step, b.input) for b in plan.bindings} == {
        (e.source, e.output, e.target, e.input) for e in read.edges
    }


class TestFiles:
    def test_where_it_goes(self, team: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        index = team.catalog().index
        assert file_for("a-b", index, None, None) == team.root / "pipelines/a_b.yaml"
        assert file_for("a", index, "ann", None) == team.root / "developers/ann/pipelines/a.yaml"
        monkeypatch.chdir(tmp_path)
        assert file_for("a", index, None, Path("x.yml")) == tmp_path / "x.yml"
        with pytest.raises(UsageError, match=r"x\.json is not named like a pipeline file"):
            file_for("a", index, None, Path("x.json"))
        with pytest.raises(UnknownWorkspace):
            file_for("a", index, "anne", None)
        with pytest.raises(UsageError, match="is not in workspace 'ann'"):
            file_for("a", index, "ann", Path("x.yaml"))

    def test_a_file_that_is_there_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "p.yaml"
        write_pipeline(path, "one")
        with pytest.raises(UsageError, match="is there already; nothing was written"):
            write_pipeline(path, "two")
        assert path.read_text() == "one"
        assert [p.name for p in path.parent.iterdir()] == ["p.yaml"]

    def test_a_place_that_cannot_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(FileError, match="cannot be written"):
            write_pipeline(tmp_path / "file" / "p.yaml", "one")

    def test_what_a_file_cannot_hold(self, team: Any) -> None:
        with pytest.raises(ConfigurationError, match="is not a pipeline name"):
            build_pipeline("a b", team.catalog(), team.root / "pipelines/p.yaml", components=["ann:First"])

    def test_what_the_config_still_needs(self, team: Any) -> None:
        path = team.root / "pipelines/p.yaml"
        built = build_pipeline("p", team.catalog(), path, components=["ann:First"], shared={"author": "ada"})
        assert built.unset == ("bucket", "role", "region", "service_name", "pipeline_version")
        assert "author: ada" in built.text
        assert build_pipeline("p", team.catalog(), path, components=["ann:First"], shared=CONFIG).unset == ()


class TestFromAnotherPipeline:
    @pytest.fixture
    def origin(self, team: Any) -> Path:
        path: Path = team.root / "pipelines" / "origin.yaml"
        path.parent.mkdir()
        path.write_text("name: origin\nsteps: {first: ann/First, report: bob/Report}\nedges: [first -> report]\n")
        return path

    def test_with_a_step_exchanged(self, team: Any, origin: Path) -> None:
        path = team.root / "developers/cat/pipelines/mine.yaml"
        built = build_pipeline("mine", team.catalog(), path, origin="origin", swaps=["report=cat/Report"])
        assert (built.pipeline.name, built.pipeline.owner, built.composed) == ("mine", "cat", None)
        assert [s.after for s in built.swaps] == ["cat/Report"]
        assert "report: cat/Report" in built.text
        assert built.to_json()["nodes"][1]["uses"] == "cat/Report"

    def test_what_no_longer_holds_is_refused(self, team: Any, origin: Path) -> None:
        origin.write_text(origin.read_text().replace("first -> report", "first.out -> report.data"))
        path = team.root / "pipelines/p.yaml"
        with pytest.raises(SeveralProblems) as caught:
            build_pipeline("p", team.catalog(), path, origin="origin", swaps=["report=ann/Named"])
        assert {f.file for f in caught.value.findings} == {origin}

    def test_one_or_the_other(self, team: Any, origin: Path) -> None:
        path = team.root / "pipelines/p.yaml"
        for asked in ({}, {"components": ["ann:First"], "origin": "origin"}):
            with pytest.raises(UsageError, match="Give the components"):
                build_pipeline("p", team.catalog(), path, **asked)  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="--edge goes with --components"):
            build_pipeline("p", team.catalog(), path, origin="origin", edges=["a -> b"])
