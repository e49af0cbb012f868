from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cursus.core.base import ScriptContract, contract_from
from cursus.core.base.scalars import fold_argument
from cursus.errors import FileError

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)


def contract(**changes: Any) -> ScriptContract:
    values: dict[str, Any] = {
        "entry_point": "flights.py",
        "expected_input_paths": {"flights": "/opt/ml/processing/input/flights"},
        "expected_output_paths": {"features": "/opt/ml/processing/output/features"},
        "required_env_vars": ["LABEL_FIELD"],
    }
    return ScriptContract(**(values | changes))


def test_defaults_are_empty() -> None:
    made = contract()
    assert (made.optional_env_vars, made.expected_arguments, made.framework_requirements) == ({}, {}, {})
    assert (made.description, made.schemas) == ("", {})


def test_required_env_vars_must_be_stated() -> None:
    with pytest.raises(ValidationError, match="required_env_vars"):
        ScriptContract(entry_point="a.py", expected_input_paths={}, expected_output_paths={})  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entry_point": "flights.sh"}, "file name of a Python script"),
        ({"expected_input_paths": {"a": "/tmp/a"}}, "must lie under one of"),
        ({"expected_input_paths": {"a": "/opt/ml/processing/../../etc"}}, "must lie under one of"),
        ({"expected_input_paths": {"a": "/opt/ml/processingx"}}, "must lie under one of"),
        ({"expected_input_paths": {"a b": "/opt/ml/processing/a"}}, "not a logical name"),
        (
            {"expected_input_paths": {"a": "/opt/ml/processing/a", "b": "/opt/ml/processing/a/"}},
            "'a' and 'b' have the same path",
        ),
        ({"optional_env_vars": {"LABEL_FIELD": "x"}}, "both required and optional: LABEL_FIELD"),
        ({"required_env_vars": ["LABEL-FIELD"]}, "not the name of an environment variable"),
        ({"optional_env_vars": {"A": ["x"]}}, "not text, a number"),
        ({"expected_arguments": {"job-type": "a", "job_type": "b"}}, "are one name"),
        ({"expected_arguments": {"job type": "a"}}, "not an argument name"),
        ({"schemas": {"planes": {"year": "int"}}}, "unknown inputs or outputs: planes"),
        (
            {"schemas": {"flights": {"year": "int64"}}},
            "column 'year' of 'flights' is of type 'int64', which is none of",
        ),
        ({"inputs": {}}, "Extra inputs are not permitted"),
    ],
)
def test_a_broken_contract_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        contract(**changes)


@pytest.mark.parametrize(
    "path", ["/opt/ml/input/data/training", "/opt/ml/model", "/opt/ml/output/data", "/opt/ml/processing"]
)
def test_processing_and_training_paths_are_accepted(path: str) -> None:
    assert contract(expected_input_paths={"a": path}).expected_input_paths == {"a": path}


def test_scalar_defaults_are_written_out() -> None:
    made = contract(optional_env_vars={"N": 15, "ON": True}, expected_arguments={"--rows": 3, "verbose": None})
    assert made.optional_env_vars == {"N": "15", "ON": "true"}
    assert made.expected_arguments == {"rows": "3", "verbose": None}


def test_hyphen_and_underscore_are_one_argument() -> None:
    made = contract(expected_arguments={"job-type": "training"})
    assert made.default_of("job_type") == made.default_of("--job-type") == "training"
    with pytest.raises(KeyError):
        made.default_of("job")


@given(NAMES)
def test_folding_an_argument_twice_changes_nothing(name: str) -> None:
    assert fold_argument(fold_argument(f"--{name}")) == fold_argument(name)


@given(st.dictionaries(NAMES, st.none() | st.text(max_size=5), max_size=4))
def test_to_the_noun_and_back(arguments: dict[str, str | None]) -> None:
    unique = {fold_argument(k): v for k, v in arguments.items()}
    made = contract(expected_arguments=unique, schemas={"features": {"year": "int"}}, description="d")
    assert contract_from(made.as_model()) == made


SCRIPT = """
import argparse
import os

def main(input_paths, output_paths, environ_vars, job_args):
    open(input_paths["flights"] + "/a.csv")
    open(output_paths["{output}"] + "/a.csv")
    return environ_vars["LABEL_FIELD"], job_args.rows

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows")
    main({{}}, {{}}, {{"LABEL_FIELD": os.environ["LABEL_FIELD"]}}, parser.parse_args())
"""


def test_a_script_that_keeps_to_its_contract(tmp_path: Path) -> None:
    script = tmp_path / "flights.py"
    script.write_text(SCRIPT.format(output="features"))
    result = contract(expected_arguments={"rows": "1"}).validate_implementation(script)
    assert (result.is_valid, result.errors, result.warnings) == (True, (), ())


def test_a_script_that_does_not(tmp_path: Path) -> None:
    script = tmp_path / "flights.py"
    script.write_text(SCRIPT.format(output="other"))
    result = contract(optional_env_vars={"DELAY": "1"}).validate_implementation(script)
    assert not result.is_valid
    assert any("output 'other' is not in the contract" in e for e in result.errors)
    assert any("argument 'rows' is not in the contract" in e for e in result.errors)
    assert "environment variable 'DELAY' of the contract is not used" in result.warnings
    assert "output 'features' of the contract is not used" in result.warnings


def test_a_script_without_main_or_under_another_name(tmp_path: Path) -> None:
    script = tmp_path / "planes.py"
    script.write_text("x = 1\n")
    errors = contract().validate_implementation(str(script)).errors
    assert errors[0] == "the script defines no function main"
    assert "entry point is 'flights.py', the script is 'planes.py'" in errors[1]


def test_a_script_that_cannot_be_parsed(tmp_path: Path) -> None:
    script = tmp_path / "flights.py"
    script.write_text("def main(:\n")
    with pytest.raises(FileError, match=r"flights\.py cannot be compared") as caught:
        contract().validate_implementation(script)
    assert (caught.value.file, caught.value.line) == (script, 1)
