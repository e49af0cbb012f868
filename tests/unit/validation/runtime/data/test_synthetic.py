from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.validation.runtime.data.synthetic import NoSchema, make_data, write_table
from cursus.validation.runtime.execution.tables import first_misfit, read_table

KINDS = ("int", "float", "str", "bool", "datetime")


def with_schema(step: PlannedStep, **schemas: dict[str, str]) -> PlannedStep:
    assert step.contract is not None
    return replace(step, contract=replace(step.contract, schemas=schemas))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.sampled_from(KINDS), min_size=1),
    st.integers(0, 3),
)
def test_values_are_of_their_type_and_repeat(columns: dict[str, str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, "a.csv"), Path(folder, "b.csv")]
        for path in paths:
            write_table(path, columns, rows=20, seed=seed)
        assert paths[0].read_bytes() == paths[1].read_bytes()
        table = read_table(paths[0])
        assert table is not None
        assert table.columns == tuple(columns)
        assert all(len(table.sample[name]) == 20 for name in columns)
        assert all(first_misfit(table.sample[name], kind) is None for name, kind in columns.items())


def test_the_same_on_every_machine(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", {"id": "int", "score": "float", "carrier": "str", "late": "bool"}, rows=2)
    assert (tmp_path / "a.csv").read_text() == "id,score,carrier,late\n1,-1.670546,A,0\n2,-0.440625,C,0\n"


def test_a_column_does_not_depend_on_the_others(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", {"x": "float"}, rows=3)
    write_table(tmp_path / "b.csv", {"y": "int", "x": "float"}, rows=3)
    with (tmp_path / "a.csv").open() as a, (tmp_path / "b.csv").open() as b:
        assert [r["x"] for r in csv.DictReader(a)] == [r["x"] for r in csv.DictReader(b)]


def test_required_inputs_only(
    make_step: Callable[..., PlannedStep], make_plan: Callable[..., PipelinePlan], tmp_path: Path
) -> None:
    step = with_schema(make_step("one", inputs=("raw", "have"), optional=("extra",)), raw={"id": "int"})
    made = make_data(make_plan(step), tmp_path / "data", given={("one", "have"): tmp_path}, rows=5)
    assert made == {("one", "have"): tmp_path, ("one", "raw"): tmp_path / "data/one/raw"}
    assert (tmp_path / "data/one/raw/raw.csv").read_text() == "id\n1\n2\n3\n4\n5\n"


@pytest.mark.parametrize(
    ("schema", "message"),
    [({}, "has no schema, so no data can be made for 'raw'"), ({"a": "integer"}, "the type 'integer'")],
)
def test_no_schema_leaves_nothing_behind(
    make_step: Callable[..., PlannedStep],
    make_plan: Callable[..., PipelinePlan],
    tmp_path: Path,
    schema: dict[str, str],
    message: str,
) -> None:
    step = with_schema(make_step("one", inputs=("good", "raw")), good={"id": "int"}, raw=schema)
    with pytest.raises(NoSchema, match=message) as caught:
        make_data(make_plan(step), tmp_path / "data")
    assert "--input one.raw=PATH" in (caught.value.hint or "")
    assert not (tmp_path / "data").exists()
