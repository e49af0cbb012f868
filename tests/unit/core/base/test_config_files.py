from __future__ import annotations

import json
import string
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from cursus.core.base.config_base import BasePipelineConfig
from cursus.core.base.config_files import load_configs, merge_configs, read_config_file, step_key, write_configs
from cursus.core.base.hyperparameters_base import ModelHyperparameters
from cursus.core.base.step_configs import ProcessingStepConfigBase, TrainingStepConfigBase
from cursus.core.base.tagged import same
from cursus.errors import ConfigurationError, FileError
from cursus.model.expression import Get, is_expression

BASE: dict[str, Any] = {
    "author": "ada",
    "bucket": "example-bucket",
    "role": "arn:aws:iam::123456789012:role/Example",
    "region": "NA",
    "service_name": "Small",
    "pipeline_version": "1.0.0",
}
NOW = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)


class Colour(Enum):
    RED = 1
    BLUE = 2


class Mode(StrEnum):
    FAST = "fast"
    SLOW = "slow"


class Limits(BaseModel):
    low: float = 0.0
    high: float | None = None
    since: date | None = None


class StrictLimits(Limits):
    margin: int = 1


class Rich(ProcessingStepConfigBase):
    colour: Colour = Colour.RED
    mode: Mode = Mode.FAST
    start: date = date(2024, 1, 1)
    at: datetime | None = None
    folder: Path = Path("data")
    limits: Limits = Limits()
    several: list[Limits] = Field(default_factory=list)
    by_number: dict[int, str] = Field(default_factory=dict)
    pair: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    price: Decimal | None = None
    either: int | str | None = None
    anything: Any = None


def looks_like_an_expression(value: Any) -> bool:
    """A mapping of one's own that has the keys of a reference is taken for one when it is read."""
    return isinstance(value, dict) and is_expression(value)


words = st.text(alphabet=string.ascii_letters + "-_ äß\n\u2028\x85'\"#:{}[]&*!|>%@`,?", max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
odd_values = (
    json_values
    | st.dates()
    | st.datetimes()
    | st.floats()
    | st.tuples(st.integers(), words)
    | st.builds(Path, st.just("some/where"))
    | st.sets(st.integers(), max_size=3)
    | st.dictionaries(st.integers(), words, max_size=2)
    | st.binary(max_size=5)
    | st.builds(Limits, since=st.dates())
    | st.just({"__type__": "date", "value": "no date"})
    | st.just({"__model_type__": "Limits"})
)
limits = st.builds(Limits, low=st.floats(allow_nan=False), since=st.none() | st.dates()) | st.builds(
    StrictLimits, margin=st.integers()
)
rich = (
    st.fixed_dictionaries(
        {
            "author": words.filter(bool),
            "colour": st.sampled_from(Colour),
            "mode": st.sampled_from(Mode),
            "start": st.dates(),
            "folder": words.filter(str.strip).map(Path),
            "limits": limits,
            "several": st.lists(limits, max_size=2),
            "by_number": st.dictionaries(st.integers(), words, max_size=2),
            "pair": st.lists(st.integers(), max_size=3).map(tuple),
            "names": st.frozensets(words, max_size=2),
            "environment": st.dictionaries(words, words | st.integers(), max_size=2),
        },
        optional={
            "at": st.datetimes(),
            "price": st.decimals(allow_nan=False, allow_infinity=False),
            "either": st.none() | st.integers() | st.sampled_from(["1", "one"]),
            "anything": odd_values,
            "note": odd_values,
            "instance_type": st.sampled_from(["ml.m5.large"]) | st.builds(Get, st.just("Parameters.Type")),
        },
    )
    .filter(lambda values: not any(map(looks_like_an_expression, values.values())))
    .map(lambda values: Rich(**{**BASE, **values}))
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(configs=st.dictionaries(st.text(string.ascii_letters, min_size=1, max_size=6), rich, min_size=1, max_size=3))
@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_what_is_written_is_read_back(tmp_path: Path, suffix: str, configs: dict[str, Rich]) -> None:
    path = tmp_path / f"configs{suffix}"
    write_configs(configs, path, created_at=NOW)
    read = load_configs(path, [Rich, Limits, StrictLimits])
    assert list(read) == list(configs)
    for key, config in configs.items():
        assert same(config, read[key])
        assert config.model_fields_set <= read[key].model_fields_set


def processing(**values: Any) -> ProcessingStepConfigBase:
    return ProcessingStepConfigBase(**{**BASE, **values})


def test_the_published_shape(tmp_path: Path) -> None:
    configs = {
        "TabularPreprocessing_training": processing(job_type="training", label_field="y"),
        "Package": processing(),
    }
    merged = merge_configs(configs, created_at=NOW)
    assert merged["metadata"] == {
        "created_at": "2024-02-29T12:30:00+00:00",
        "config_types": {
            "TabularPreprocessing_training": "ProcessingStepConfigBase",
            "Package": "ProcessingStepConfigBase",
        },
    }
    shared = merged["configuration"]["shared"]
    assert BASE.items() <= shared.items()
    assert merged["configuration"]["specific"] == {
        "TabularPreprocessing_training": {
            "__model_type__": "ProcessingStepConfigBase",
            "job_type": "training",
            "label_field": "y",
        },
        "Package": {"__model_type__": "ProcessingStepConfigBase"},
    }


def test_keys_follow_from_step_and_job() -> None:
    class TabularPreprocessingConfig(ProcessingStepConfigBase):
        pass

    config = TabularPreprocessingConfig(**BASE, job_type="validation")
    assert step_key(config) == "TabularPreprocessing_validation"
    assert list(merge_configs([config, TabularPreprocessingConfig(**BASE)])["configuration"]["specific"]) == [
        "TabularPreprocessing_validation",
        "TabularPreprocessing",
    ]
    with pytest.raises(ConfigurationError, match="Two configs have the key 'TabularPreprocessing_validation'"):
        merge_configs([config, config])
    with pytest.raises(ConfigurationError, match="no configs"):
        merge_configs([])


def test_what_was_left_at_its_default_stays_unstated(tmp_path: Path) -> None:
    path = tmp_path / "configs.json"
    write_configs({"Package": processing(instance_count=2)}, path)
    read = load_configs(path)["Package"]
    assert {"processing_instance_type", "environment"}.isdisjoint(read.model_fields_set)
    assert "instance_count" in read.model_fields_set


def test_hyperparameters_keep_their_class(tmp_path: Path) -> None:
    class TreeHyperparameters(ModelHyperparameters):
        depth: int = 6

    hyper = TreeHyperparameters(
        full_field_list=["id", "x", "y"],
        cat_field_list=[],
        tab_field_list=["x"],
        id_name="id",
        label_name="y",
        multiclass_categories=[0, 1],
        depth=9,
    )
    path = tmp_path / "configs.yaml"
    write_configs({"Train": TrainingStepConfigBase(**BASE, hyperparameters=hyper)}, path)
    read = load_configs(path, [TreeHyperparameters])["Train"]
    assert isinstance(read, TrainingStepConfigBase)
    assert same(read.hyperparameters, hyper)
    with pytest.raises(ConfigurationError, match=r"Class 'TreeHyperparameters' is not known.*ModelHyperparameters"):
        load_configs(path)


def test_what_cannot_be_read_back_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "configs.json"
    with pytest.raises(ConfigurationError, match=r"'note': <Colour.RED: 1> of type Colour has no form in JSON"):
        write_configs({"Package": processing(note=Colour.RED)}, path)
    with pytest.raises(ConfigurationError, match=r"'note': .*object"):
        write_configs({"Package": processing(note=object())}, path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_larger_file_is_read_as_in_a_fresh_process(tmp_path: Path) -> None:
    small, large = tmp_path / "small.json", tmp_path / "large.json"
    write_configs({"A": processing(x=1)}, small)
    write_configs({f"S{n}": processing(x=n, job_type="training") for n in range(50)}, large)
    before = load_configs(large)
    load_configs(small)
    after = load_configs(large)
    assert all(same(before[key], after[key]) for key in before)
    assert len(after) == 50


CONFIG = {"__model_type__": "ProcessingStepConfigBase"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"metadata": {}}, "it has no 'configuration'"),
        ({"configuration": {}}, "configuration.specific has no config"),
        ({"configuration": {"specific": {"A": CONFIG}}, "extra": 1}, "'extra' is not a part of a merged config file"),
        ({"configuration": {"specfic": {"A": CONFIG}}}, "Did you mean 'specific'"),
        ({"configuration": {"specific": []}}, "configuration.specific is a mapping of names to values, not list"),
        ({"configuration": {"specific": {"A": 1}}}, "configuration.specific.A is a mapping"),
        ([1], "the file is a mapping of names to values, not list"),
        (
            {"metadata": {"config_types": {"Pakage": "X"}}, "configuration": {"specific": {"Package": CONFIG}}},
            "config_types names 'Pakage', but configuration.specific does not have it. Did you mean 'Package'",
        ),
        (
            {"metadata": {"config_types": {"A": "Other"}}, "configuration": {"specific": {"A": CONFIG}}},
            "'A' is of class 'Other' by config_types and of 'ProcessingStepConfigBase'",
        ),
        ({"configuration": {"specific": {"A": {"x": 1}}}}, "'A' has no class"),
        (
            {"configuration": {"specific": {"A": {"__model_type__": "ProcesingStepConfigBase"}}}},
            "The config class 'ProcesingStepConfigBase' of 'A' in configs.json is not known. Did you mean",
        ),
        (
            {"configuration": {"specific": {"A": {"__model_type__": "ModelHyperparameters"}}}},
            "is not a BasePipelineConfig",
        ),
        ({"configuration": {"specific": {"A": CONFIG}}}, "'author' is missing"),
        (
            {"configuration": {"shared": BASE, "specific": {"A": CONFIG | {"x": {"__type__": "dat", "value": 1}}}}},
            "'dat' is not a type that '__type__' can name. Did you mean 'date'",
        ),
        (
            {"configuration": {"shared": BASE, "specific": {"A": CONFIG | {"x": {"__type__": "date", "value": "x"}}}}},
            "'x' is not a date",
        ),
    ],
)
def test_refused(tmp_path: Path, content: Any, message: str) -> None:
    path = tmp_path / "configs.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ConfigurationError) as caught:
        load_configs(path)
    assert message in str(caught.value)
    assert caught.value.file == path


def test_a_yaml_file_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "configs.yaml"
    path.write_text("metadata: {}\nconfiguration:\n  specific:\n    A: {x: 1}\n")
    with pytest.raises(ConfigurationError, match="no class") as caught:
        read_config_file(path)
    assert caught.value.line == 4


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "cannot be read as JSON"),
        ("a.json", '{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ("a.json", '{"a": NaN}', "NaN is not a JSON number"),
        ("a.json", "[" * 100_000, "cannot be read as JSON"),
        ("a.yaml", "a: [", "cannot be read as YAML"),
    ],
)
def test_not_readable(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(FileError, match=message):
        read_config_file(path)


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        read_config_file(tmp_path / "absent.json")
    with pytest.raises(ConfigurationError, match=r"neither \.json nor \.yaml"):
        read_config_file(tmp_path / "configs.toml")
    with pytest.raises(ConfigurationError, match=r"neither \.json nor \.yaml"):
        write_configs({"A": processing()}, tmp_path / "configs.toml")


def test_find_a_config() -> None:
    file = read_config_file_of({"TabularPreprocessing_training": CONFIG, "Package": CONFIG, "special": CONFIG})
    assert file.find("special", "Package", None) == "special"
    assert file.find("prep", "TabularPreprocessing", "training") == "TabularPreprocessing_training"
    assert file.find("Package", "Package", None) == "Package"
    with pytest.raises(
        ConfigurationError, match=r"neither 'prep' nor 'TabularPreprocessing'. Did you mean .*It has: P"
    ):
        file.find("prep", "TabularPreprocessing", None)


def read_config_file_of(specific: dict[str, Any]) -> Any:
    from cursus.core.base.config_files import ConfigFile

    return ConfigFile({key: v["__model_type__"] for key, v in specific.items()}, BASE, {k: {} for k in specific})


def test_a_base_config_alone(tmp_path: Path) -> None:
    write_configs({"Base": BasePipelineConfig(**BASE)}, tmp_path / "c.yml")
    assert load_configs(tmp_path / "c.yml")["Base"].pipeline_name == "ada-Small-xgboost-NA"
