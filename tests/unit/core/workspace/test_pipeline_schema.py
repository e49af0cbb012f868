from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cursus.core.workspace.pipeline_file import parse_pipeline
from cursus.core.workspace.pipeline_schema import pipeline_schema, schema_text
from cursus.errors import CursusError

jsonschema = pytest.importorskip("jsonschema")

REPOSITORY = Path(__file__).resolve().parents[4]
PUBLISHED = REPOSITORY / "docs" / "reference" / "pipeline-file.schema.json"
SOUND = {
    "schema_version": 1,
    "name": "small",
    "description": "About it",
    "parameters": {"Word": {"type": "String", "default": "x"}, "Count": {"type": "Integer"}},
    "steps": {
        "first": "ann/First",
        "second": {
            "use": "bob/Second",
            "job_type": "training",
            "config": {"a": 1},
            "inputs": {"data": "s3://b/data", "more": {"Get": "Parameters.Word"}},
            "depends_on": ["first"],
        },
    },
    "edges": ["first -> second", "first.out->second.extra"],
    "config": {"shared": {"author": "ada"}, "specific": {"second": {"b": 2}}},
}


def holds(document: Any) -> bool:
    return bool(jsonschema.Draft7Validator(pipeline_schema()).is_valid(document))


def is_read(document: Any) -> bool:
    try:
        parse_pipeline(yaml.safe_dump(document).encode(), Path("small.yaml"))
    except CursusError:
        return False
    return True


def test_the_published_schema_is_this_one() -> None:
    assert PUBLISHED.read_text("utf-8") == schema_text(), (
        "cursus dag schema -o docs/reference/pipeline-file.schema.json"
    )
    jsonschema.Draft7Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", sorted((REPOSITORY / "examples").rglob("pipelines/*.yaml")), ids=lambda p: p.stem)
def test_the_examples_hold(path: Path) -> None:
    assert holds(yaml.safe_load(path.read_text("utf-8")))


def test_sound() -> None:
    assert holds(SOUND)
    assert is_read(SOUND)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema_version",), 2),
        (("name",), "a b"),
        (("name",), "a_b"),
        (("name",), "a" * 257),
        (("name",), ["a"]),
        (("other",), 1),
        (("steps",), {}),
        (("steps", "first step"), "ann/First"),
        (("steps", "x" * 65), "ann/First"),
        (("steps", "first"), "First"),
        (("steps", "first"), "a/b/c"),
        (("steps", "first"), ["ann/First"]),
        (("steps", "second", "use"), None),
        (("steps", "second", "jobtype"), "training"),
        (("steps", "second", "job_type"), ["training"]),
        (("steps", "second", "config"), ["a"]),
        (("steps", "second", "inputs", "data"), 3),
        (("steps", "second", "inputs", "data"), {"Gett": "Parameters.Word"}),
        (("steps", "second", "depends_on"), "first"),
        (("parameters", "Word", "type"), "Text"),
        (("parameters", "Word", "default"), 1),
        (("parameters", "Count", "default"), True),
        (("parameters", "Count", "more"), 1),
        (("edges",), ["first => second"]),
        (("edges",), [3]),
        (("edges",), {"first": "second"}),
        (("config", "shard"), {}),
        (("config",), 3),
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(place: tuple[str, ...], value: Any) -> None:
    document = json.loads(json.dumps(SOUND))
    at = document
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    assert not is_read(document)
    assert not holds(document)


NAMES = st.sampled_from(["first", "second", "a-b", "a b", ""])
SCALARS = st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["x", "ann/First", "first -> second"])
VALUES = st.dictionaries(st.sampled_from(["a", "b"]), SCALARS, max_size=2) | st.none()
STEPS = st.sampled_from(["ann/First", "First", "a/b/c"]) | st.fixed_dictionaries(
    {"use": st.sampled_from(["ann/First", "First"])},
    optional={
        "job_type": st.sampled_from(["training", None]),
        "config": VALUES,
        "inputs": st.dictionaries(st.just("data"), SCALARS | st.just({"Get": "Parameters.P"}), max_size=1),
        "depends_on": st.lists(st.sampled_from(["first"]), max_size=1),
        "more": SCALARS,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"name": st.sampled_from(["small", "a b"]), "steps": st.dictionaries(NAMES, STEPS, max_size=3)},
    optional={
        "schema_version": st.sampled_from([1, 2]),
        "description": st.sampled_from(["", "About", None]),
        "parameters": st.dictionaries(
            st.just("P"),
            st.fixed_dictionaries(
                {"type": st.sampled_from(["String", "Integer", "Float", "Boolean", "Text"])},
                optional={"default": SCALARS},
            ),
            max_size=1,
        ),
        "edges": st.none() | st.lists(st.sampled_from(["first -> second", "first.out -> second.in", "no"]), max_size=2),
        "config": st.none() | st.fixed_dictionaries({}, optional={"shared": VALUES, "specific": st.none()}),
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(DOCUMENTS)
def test_what_the_reader_takes_the_schema_takes(document: dict[str, Any]) -> None:
    if is_read(document):
        assert holds(document)
