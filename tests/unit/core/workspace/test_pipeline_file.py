from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cursus.core.workspace.pipeline_file import find_pipeline, load_pipeline, plan_pipeline
from cursus.errors import ConfigurationError, FileError, UnknownPipeline
from cursus.model.expression import Get
from cursus.model.pipeline import Edge, Node, Parameter
from cursus.workspace.index import WorkspaceIndex

SOUND = """\
schema_version: 1
name: small
description: About it
parameters:
  Word: {type: String, default: x, values: [x, y]}
  Count: {type: Integer}
steps:
  first: ann/First
  second:
    use: bob/Second
    job_type: training
    config: {a: 1}
    inputs:
      data: s3://b/data
      more: {Get: Parameters.Word}
    depends_on: [first]
edges:
  - first -> second
  - first.out -> second.extra
config:
  shared: {author: ada}
  specific:
    second: {b: 2}
"""


def load(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "small.yaml"
    path.write_text(text)
    return load_pipeline(path)


def test_everything_in_its_place(tmp_path: Path) -> None:
    pipeline = load(tmp_path, SOUND)
    assert (pipeline.name, pipeline.description, pipeline.shared) == ("small", "About it", {"author": "ada"})
    assert pipeline.parameters == (Parameter("Word", "String", "x", ("x", "y")), Parameter("Count", "Integer"))
    assert pipeline.nodes == (
        Node("first", "ann", "First", line=8),
        Node(
            "second",
            "bob",
            "Second",
            "training",
            {"a": 1, "b": 2},
            {"data": "s3://b/data", "more": Get("Parameters.Word")},
            ("first",),
            line=9,
        ),
    )
    assert pipeline.edges == (
        Edge("first", "second", None, None, 18),
        Edge("first", "second", "out", "extra", 19),
    )
    assert pipeline.source == tmp_path / "small.yaml"


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("schema_version: 1", "schema_version: 2", "schema_version is 2; this version of Cursus reads 1", 1),
        ("name: small", "name: a b", "'a b' is not a pipeline name", 2),
        ("name: small", "name: a_b", "'a_b' is not a pipeline name: at most 256 letters, digits and inner hyphens", 2),
        ("name: small", "name: [a]", "'name' is a text", 2),
        ("name: small\n", "", "'name' is missing", 1),
        ("description:", "descripton:", "'descripton' is not a key here. Did you mean 'description'", 3),
        ("type: String", "type: Text", "parameter type 'Text' is none of String", 5),
        ("default: x", "default: 1", "default 1 of parameter 'Word' is not of type String", 5),
        ("values: [x, y]", "values: [x, 2]", "value 2 of parameter 'Word' is not of type String", 5),
        ("values: [x, y]", "values: x", "'values' of parameter 'Word' is a list", 5),
        ("values: [x, y]", "values: [z]", "default 'x' of parameter 'Word' is none of its values", 5),
        ("{type: Integer}", "{type: Integer, default: true}", "default True of parameter 'Count'", 6),
        ("{type: Integer}", "{tpye: Integer}", "Did you mean 'type'", 6),
        ("first: ann/First", "first: First", "'First' does not name a step: write <workspace>/<Step>", 8),
        ("first: ann/First", "first: a/b/c", "'a/b/c' does not name a step", 8),
        ("first: ann/First", "first: [x]", "a step is written as workspace/Step, or as a mapping with 'use'", 8),
        ("first: ann/First", "first: {job_type: x}", "'use' is missing", 8),
        ("first: ann/First", "first step: ann/First", "'first step' is not a step name", 8),
        ("first: ann/First", f"{'x' * 65}: ann/First", "is not a step name: at most 64", 8),
        ("    job_type: training", "    jobtype: training", "Did you mean 'job_type'", 11),
        ("job_type: training", "job_type: [training]", "job_type is a name such as training", 11),
        ("config: {a: 1}", "config: [a]", "steps.second.config is a mapping of names", 12),
        ("config: {a: 1}", "config: {b: 1}", "'b' is set for 'second' under steps and again under config.specific", 9),
        ("data: s3://b/data", "data: 3", "an input from outside is a URI, or {Get: Parameters.<name>}", 14),
        ("{Get: Parameters.Word}", "{Gett: Parameters.Word}", "an input from outside is a URI", 15),
        ("depends_on: [first]", "depends_on: first", "depends_on is a list of names", 16),
        (
            "depends_on: [first]",
            "depends_on: [frist]",
            "'frist' is not a step of this pipeline. Did you mean 'first'",
            16,
        ),
        ("- first -> second", "- first => second", "'first => second' is not an edge", 18),
        ("- first -> second", "- 3", "3 is not an edge", 18),
        ("- first -> second", "- first -> secnd", "'secnd' is not a step of this pipeline. Did you mean 'second'", 18),
        ("- first.out -> second.extra", "- fist.out -> second.extra", "'fist' is not a step of this pipeline", 19),
        ("second: {b: 2}", "secund: {b: 2}", "'secund' is not a step of this pipeline. Did you mean 'second'", 23),
        ("  shared:", "  shard:", "'shard' is not a key here. Did you mean 'shared'", 21),
    ],
)
def test_refused_with_the_line(tmp_path: Path, old: str, new: str, message: str, line: int) -> None:
    assert SOUND.count(old) >= 1
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, SOUND.replace(old, new, 1))
    assert message in caught.value.message
    assert caught.value.message.startswith("In pipeline file small.yaml: ")
    assert (caught.value.file, caught.value.line) == (tmp_path / "small.yaml", line)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a pipeline file is a mapping"),
        ("", "a pipeline file is a mapping"),
        ("{}", "'name' is missing"),
        ("name: a\nsteps: {}\n", "'steps' is missing|at least one step"),
        ("name: a\nsteps: [x]\n", "steps is a mapping of names to values"),
        ("name: a\nsteps: {x: a/B}\nedges: {a: b}\n", "edges is a list such as"),
        ("name: a\nsteps: {x: a/B}\nparameters: [P]\n", "parameters is a mapping"),
        ("name: a\nsteps: {x: a/B}\nconfig: 3\n", "config is a mapping"),
    ],
)
def test_refused_altogether(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load(tmp_path, text)


def test_not_yaml(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read as YAML") as caught:
        load(tmp_path, "name: [\n")
    assert caught.value.file == tmp_path / "small.yaml"


class TestFinding:
    @pytest.fixture
    def index(self, tree: Any) -> WorkspaceIndex:
        tree.manifest("ann", "First")
        for folder, name in (
            ("", "team"),
            ("developers/ann/", "own"),
            ("developers/ann/", "team-two"),
            ("", "team_two"),
        ):
            path = tree.root / folder / "pipelines" / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("name: x\nsteps: {a: ann/First}\n")
        return WorkspaceIndex(tree.root, cache=False)

    def test_by_name(self, index: WorkspaceIndex) -> None:
        assert find_pipeline("team", index) == index.root / "pipelines/team.yaml"
        assert find_pipeline("own", index) == index.root / "developers/ann/pipelines/own.yaml"
        assert find_pipeline("ann/own", index) == find_pipeline("own", index)
        assert find_pipeline("ann/team_two", index).parent.parent.name == "ann"

    def test_by_path(self, index: WorkspaceIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(index.root)
        assert find_pipeline("pipelines/team.yaml", index) == index.root / "pipelines/team.yaml"

    def test_not_found(self, index: WorkspaceIndex) -> None:
        with pytest.raises(UnknownPipeline, match=r"'teem' was not found. Did you mean 'team'"):
            find_pipeline("teem", index)
        with pytest.raises(UnknownPipeline, match="was not found"):
            find_pipeline("bob/own", index)
        with pytest.raises(UnknownPipeline, match="was not found"):
            find_pipeline("absent.yaml", index)

    def test_found_twice(self, index: WorkspaceIndex) -> None:
        with pytest.raises(UnknownPipeline, match="'team_two' is defined more than once"):
            find_pipeline("team_two", index)


def test_a_pipeline_is_planned_by_name(tree: Any) -> None:
    tree.manifest("ann", "First")
    path = tree.root / "pipelines" / "small.yaml"
    path.parent.mkdir()
    path.write_text(
        "name: small\nsteps: {a: ann/First}\nconfig:\n  shared: {author: ada, bucket: b-b-b, region: NA, "
        "role: 'arn:aws:iam::123456789012:role/R', service_name: S, pipeline_version: '1'}\n"
    )
    assert plan_pipeline("small", tree.catalog()).step("a").reference == "ann/First"


def test_job_variants_with_shared_and_own_config(tree: Any) -> None:
    """Two variants of one step in a file: each with its own spec, and its own value or the shared one."""
    tree.python("ann", "Split")
    stated = tree.steps("ann") / "specs" / "split_spec.py"
    for job in ("training", "testing"):
        text = stated.read_text().replace('"Split"', f'"Split_{job.capitalize()}"')
        tree.write("ann", f"specs/split_{job}_spec.py", text)
    stated.unlink()
    tree.config("ann", "Split", "    share: float = 0.5")
    contract = tree.steps("ann") / "contracts" / "split_contract.py"
    contract.write_text(contract.read_text().replace("env_vars=[]", 'env_vars=["SHARE", "JOB_TYPE"]'))
    path = tree.root / "pipelines" / "small.yaml"
    path.parent.mkdir()
    path.write_text(
        "name: small\nsteps:\n"
        "  train: {use: ann/Split, job_type: training, config: {share: 0.7}}\n"
        "  test: {use: ann/Split, job_type: testing}\n"
        "  check: {use: ann/Split, job_type: testing}\n"
        "config:\n  shared: {author: ada, bucket: b-b-b, region: NA, role: 'arn:aws:iam::123456789012:role/R', "
        "service_name: S, pipeline_version: '1', image_uri: 'example.com/image:1', share: 0.2}\n"
        "  specific: {check: {share: 0.4}}\n"
    )
    plan = plan_pipeline("small", tree.catalog())
    assert {s.name: s.environment for s in plan.steps} == {
        "train": {"SHARE": "0.7", "JOB_TYPE": "training"},
        "test": {"SHARE": "0.2", "JOB_TYPE": "testing"},
        "check": {"SHARE": "0.4", "JOB_TYPE": "testing"},
    }
    specs = {s.name: [f.name for f in s.files if f.kind == "spec"] for s in plan.steps}
    assert specs["train"] == ["src/cursus_dev/steps/specs/split_training_spec.py"]
    assert specs["test"] == ["src/cursus_dev/steps/specs/split_testing_spec.py"]
