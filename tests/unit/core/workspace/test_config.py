from __future__ import annotations

import json
import string
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from cursus.core.assembler.errors import MissingDependency
from cursus.core.workspace.config import WorkspacePipelineDefinition, WorkspaceStepDefinition, definition_of
from cursus.core.workspace.definition_pipeline import (
    definition_from,
    pipeline_from,
    pipeline_text,
    read_pipeline_file,
    with_role,
    write_pipeline_file,
)
from cursus.errors import ConfigurationError, FileError


def step(name: str = "prep", **values: Any) -> dict[str, Any]:
    base = {"step_name": name, "developer_id": "ann", "step_type": "Prep", "workspace_root": "/w"}
    return {**base, **values}


def pipeline(*steps: dict[str, Any], **values: Any) -> WorkspacePipelineDefinition:
    content = {"pipeline_name": "small", "workspace_root": "/w", "steps": list(steps) or [step()], **values}
    return WorkspacePipelineDefinition.model_validate(content)


class TestValidation:
    @pytest.mark.parametrize("field", ["step_name", "developer_id", "step_type", "workspace_root"])
    @pytest.mark.parametrize("value", ["", "  \t", None, 3])
    def test_identifiers_of_a_step(self, field: str, value: Any) -> None:
        with pytest.raises(ValidationError, match=f"{field} must be a non-empty string"):
            WorkspaceStepDefinition(**{**step(), field: value})

    @pytest.mark.parametrize("field", ["pipeline_name", "workspace_root"])
    def test_identifiers_of_a_pipeline(self, field: str) -> None:
        with pytest.raises(ValidationError, match=f"{field} must be a non-empty string"):
            pipeline(**{field: " "})

    def test_steps(self) -> None:
        with pytest.raises(ValidationError, match="steps list cannot be empty"):
            WorkspacePipelineDefinition(pipeline_name="p", workspace_root="/w", steps=[])
        with pytest.raises(ValidationError, match="Duplicate step names found in pipeline: prep"):
            pipeline(step(), step(developer_id="bob"))

    def test_whitespace_is_stripped_and_nothing_else_is_taken(self) -> None:
        made = WorkspaceStepDefinition(**step(" prep ", dependencies=[" a "], config_data={"k": " v "}))
        assert (made.step_name, made.dependencies, made.config_data) == ("prep", ["a"], {"k": " v "})
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            WorkspaceStepDefinition(**step(), owner="ann")
        with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
            pipeline(owner="ann")

    def test_assignments_are_judged_too(self) -> None:
        made = pipeline()
        with pytest.raises(ValidationError, match="pipeline_name must be a non-empty string"):
            made.pipeline_name = ""
        with pytest.raises(ValidationError, match="steps list cannot be empty"):
            made.steps = []
        with pytest.raises(ValidationError, match="step_name must be a non-empty string"):
            made.steps[0].step_name = " "
        made.pipeline_name = "other"
        assert made.pipeline_name == "other"

    def test_a_mapping_is_a_definition(self) -> None:
        assert definition_of(pipeline().model_dump()) == pipeline()
        with pytest.raises(ConfigurationError, match="steps: steps list cannot be empty"):
            definition_of({"pipeline_name": "p", "workspace_root": "/w", "steps": []})


def test_questions() -> None:
    made = pipeline(step("a"), step("b", developer_id="bob"), step("c"))
    assert made.get_developers() == ["ann", "bob"]
    assert [s.step_name for s in made.get_steps_by_developer("ann")] == ["a", "c"]
    assert made.get_steps_by_developer("eve") == []
    found = made.get_step_by_name("b")
    assert found is not None
    assert found.developer_id == "bob"
    assert made.get_step_by_name("d") is None


def test_as_a_pipeline_config() -> None:
    made = pipeline(step("a"), step("b", dependencies=["a"], config_data={"x": 1}), global_config={"y": 2})
    assert made.to_pipeline_config() == {
        "pipeline_name": "small",
        "workspace_root": "/w",
        "global_config": {"y": 2},
        "steps": {
            "a": {"step_type": "Prep", "developer_id": "ann", "config_data": {}, "dependencies": []},
            "b": {"step_type": "Prep", "developer_id": "ann", "config_data": {"x": 1}, "dependencies": ["a"]},
        },
    }


class TestDependencies:
    def test_sound(self) -> None:
        report = pipeline(step("a"), step("b", dependencies=["a"])).validate_workspace_dependencies()
        assert report == {"valid": True, "errors": [], "warnings": [], "dependency_graph": {"a": [], "b": ["a"]}}

    def test_a_cycle_can_be_built_and_is_named(self) -> None:
        made = pipeline(
            step("a", dependencies=["b"]), step("b", dependencies=["a"]), step("c", dependencies=["c", "a"])
        )
        report = made.validate_workspace_dependencies()
        assert not report["valid"]
        assert report["errors"] == ["Circular dependencies: c -> c"]
        assert report["dependency_graph"]["c"] == ["c", "a"]
        made = pipeline(step("a", dependencies=["b"]), step("b", dependencies=["a"]))
        assert made.validate_workspace_dependencies()["errors"] == ["Circular dependencies: a -> b -> a"]

    def test_one_that_is_not_there(self) -> None:
        made = pipeline(step("prep"), step("train", dependencies=["perp"]))
        (error,) = made.validate_workspace_dependencies()["errors"]
        assert error.startswith(
            "Step 'train' of 'ann' depends on 'perp', which is not in the graph. Did you mean 'prep'"
        )
        with pytest.raises(MissingDependency):
            pipeline_from(made)

    def test_another_root(self) -> None:
        made = pipeline(step("a", workspace_root="/other"))
        assert "another workspace root" in made.validate_workspace_dependencies()["errors"][0]
        with pytest.raises(ConfigurationError, match="is of workspace root /other, its pipeline of /w"):
            pipeline_from(made)

    @pytest.mark.parametrize(
        "ports", [[{"source": "a"}], 3, [{"source": "b", "target": "a", "output": "", "input": ""}]]
    )
    def test_ports_that_cannot_be(self, ports: Any) -> None:
        made = pipeline(step("a"), step("b", dependencies=["a"]), global_config={"edge_ports": ports})
        assert "edge_ports" in made.validate_workspace_dependencies()["errors"][0]
        with pytest.raises(ConfigurationError, match="edge_ports"):
            pipeline_from(made)


names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,6}", fullmatch=True)
words = st.text(alphabet=string.printable + "äß\u2028\x85", max_size=10)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | words
    | st.dates()
    | st.builds(Path, names),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=5,
)
configs = st.dictionaries(names.filter(lambda n: n != "job_type"), values, max_size=3)


@st.composite
def definitions(draw: st.DrawFn, *, root: str = "/w") -> WorkspacePipelineDefinition:
    """A definition whose every part a pipeline file has a place for."""
    unique = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    steps: list[dict[str, Any]] = []
    ports = []
    for name in unique:
        dependencies = draw(st.lists(st.sampled_from(unique), max_size=3, unique=True))
        job = draw(st.sampled_from(["", "_training", "_testing"]))
        config = draw(configs)
        if not job and draw(st.booleans()):
            config["job_type"] = "validation"
        if draw(st.booleans()):
            config["external_inputs"] = {"data": draw(st.sampled_from(["s3://b/x", {"Get": "Parameters.P"}]))}
        typed = draw(names.filter(lambda n: not n.lower().endswith(("training", "validation", "testing", "tion"))))
        steps.append(step(name, developer_id=draw(names), step_type=f"{typed}{job}", config_data=config,
                          workspace_root=root, dependencies=dependencies))  # fmt: skip
        ports += [
            {"source": source, "target": name, "output": draw(names), "input": None}
            for source in dependencies
            if draw(st.booleans())
        ]
    stated: dict[str, Any] = draw(configs)
    if ports:
        stated["edge_ports"] = ports
    if draw(st.booleans()):
        stated["description"] = draw(words.filter(bool))
    if draw(st.booleans()):
        stated["parameters"] = {"P": {"type": "String", "default": "x"}, "Q": {"type": "Integer", "values": [1, 2]}}
    return pipeline(*steps, workspace_root=root, global_config=stated)


PROPERTY = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@PROPERTY
@given(made=definitions())
def test_files_give_back_what_they_were_given(tmp_path: Path, made: WorkspacePipelineDefinition) -> None:
    assert WorkspacePipelineDefinition.from_json(made.to_json()) == made
    assert WorkspacePipelineDefinition.from_yaml(made.to_yaml()) == made
    made.to_json_file(tmp_path / "p.json")
    made.to_yaml_file(tmp_path / "p.yml")
    assert WorkspacePipelineDefinition.from_json_file(tmp_path / "p.json") == made
    assert WorkspacePipelineDefinition.from_yaml_file(str(tmp_path / "p.yml")) == made


@PROPERTY
@given(made=definitions())
def test_pipeline_files_do_too(tmp_path: Path, made: WorkspacePipelineDefinition) -> None:
    write_pipeline_file(made, tmp_path / "small.yaml")
    assert read_pipeline_file(tmp_path / "small.yaml", "/w") == made
    assert definition_from(pipeline_from(made), "/w") == made


def test_ordering_without_data_survives(tmp_path: Path) -> None:
    stated = {"order_only": [{"source": "a", "target": "b"}]}
    made = pipeline(step("a"), step("b", dependencies=["a"]), global_config=stated)
    planned = pipeline_from(made)
    assert planned.edges == ()
    assert planned.nodes[1].depends_on == ("a",)
    write_pipeline_file(made, tmp_path / "small.yaml")
    assert "depends_on" in (tmp_path / "small.yaml").read_text()
    assert read_pipeline_file(tmp_path / "small.yaml", "/w") == made


def test_json_options() -> None:
    assert pipeline().to_json(indent=4).startswith('{\n    "pipeline_name"')
    assert json.loads(pipeline().to_json())["steps"][0]["step_name"]


class TestRefusedFiles:
    def test_what_a_pipeline_file_has_no_place_for_is_not_written(self, tmp_path: Path) -> None:
        for made in (pipeline(step("not a name")), pipeline(pipeline_name="a/b"), pipeline(step(developer_id="a/b"))):
            with pytest.raises(ConfigurationError, match=r"In pipeline file"):
                write_pipeline_file(made, tmp_path / "p.yaml")
        assert list(tmp_path.iterdir()) == []

    def test_values_that_could_not_be_read_back(self) -> None:
        class Inner(BaseModel):
            x: int = 1

        for value in (object(), Inner()):
            with pytest.raises(ConfigurationError, match="Pipeline 'small' cannot be written"):
                pipeline(step(config_data={"x": value})).to_json()

    @pytest.mark.parametrize(
        ("text", "error", "message"),
        [
            ("{", FileError, "cannot be read as JSON"),
            ("[]", ConfigurationError, "is not a workspace pipeline definition"),
            ('{"pipeline_name": "p", "workspace_root": "/w", "steps": []}', ConfigurationError, "steps list cannot be"),
            ('{"pipeline_name": "p"}', ConfigurationError, "workspace_root: Field required; steps: Field required"),
        ],
    )
    def test_json(self, text: str, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            WorkspacePipelineDefinition.from_json(text)

    def test_yaml_names_the_line(self, tmp_path: Path) -> None:
        path = tmp_path / "p.yaml"
        path.write_text("pipeline_name: p\nworkspace_root: /w\nsteps:\n  - step_name: a\n    developer_id: ''\n")
        with pytest.raises(ConfigurationError, match="developer_id must be a non-empty string") as caught:
            WorkspacePipelineDefinition.from_yaml_file(path)
        assert (caught.value.file, caught.value.line) == (path, 5)

    def test_suffixes(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"p\.yaml is not named \.json"):
            pipeline().to_json_file(tmp_path / "p.yaml")
        with pytest.raises(ConfigurationError, match=r"p\.json is not named \.yaml or \.yml"):
            WorkspacePipelineDefinition.from_yaml_file(tmp_path / "p.json")
        with pytest.raises(FileError, match="does not exist"):
            WorkspacePipelineDefinition.from_json_file(tmp_path / "p.json")


def test_job_types_stated_twice() -> None:
    made = pipeline(step(step_type="Prep_training", config_data={"job_type": "testing"}))
    with pytest.raises(ConfigurationError, match="of job type 'training' by its step_type, its config_data says 'test"):
        pipeline_from(made)


def test_one_role_for_all() -> None:
    made = pipeline_from(pipeline(step(config_data={"role": "own", "x": 1}), global_config={"role": "shared"}))
    changed = with_role(made, "new")
    assert (changed.shared, changed.nodes[0].config) == ({"role": "new"}, {"x": 1})
    assert with_role(made, None) is made


def test_dates_are_dates_in_a_pipeline_file() -> None:
    made = pipeline(step(config_data={"since": date(2024, 2, 29)}))
    assert "__type__: date" in pipeline_text(pipeline_from(made))
