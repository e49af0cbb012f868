from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from cursus.core.base import (
    DependencySpec,
    DependencyType,
    NodeType,
    OutputSpec,
    ScriptContract,
    StepSpecification,
    spec_from,
)
from cursus.model.step import Dependency, Spec
from cursus.model.step import NodeType as Node

PATH = "properties.ProcessingOutputConfig.Outputs['features'].S3Output.S3Uri"


def dependency(name: str = "flights", **changes: Any) -> DependencySpec:
    return DependencySpec(**({"logical_name": name, "dependency_type": DependencyType.PROCESSING_OUTPUT} | changes))


def output(name: str = "features", **changes: Any) -> OutputSpec:
    values = {"logical_name": name, "output_type": DependencyType.PROCESSING_OUTPUT, "property_path": PATH}
    return OutputSpec(**(values | changes))


def spec(**changes: Any) -> StepSpecification:
    values: dict[str, Any] = {
        "step_type": "FlightFeatures",
        "node_type": NodeType.INTERNAL,
        "dependencies": [dependency()],
        "outputs": [output()],
    }
    return StepSpecification(**(values | changes))


def contract(inputs: list[str], outputs: list[str]) -> ScriptContract:
    return ScriptContract(
        entry_point="a.py",
        expected_input_paths={n: f"/opt/ml/processing/input/{n}" for n in inputs},
        expected_output_paths={n: f"/opt/ml/processing/output/{n}" for n in outputs},
        required_env_vars=[],
    )


def test_lists_become_dicts_in_their_order() -> None:
    made = spec(dependencies=[dependency("b"), dependency("a", required=False)])
    assert list(made.dependencies) == ["b", "a"]
    assert [d.logical_name for d in made.list_required_dependencies()] == ["b"]
    assert [d.logical_name for d in made.list_optional_dependencies()] == ["a"]


def test_defaults() -> None:
    port = dependency()
    assert (port.required, port.compatible_sources, port.semantic_keywords) == (True, [], [])
    assert (port.data_type, port.description, output().aliases) == ("S3Uri", "", [])


def test_look_up_by_name_alias_and_type() -> None:
    made = spec(outputs=[output(aliases=["training_frame"])])
    assert made.get_output("training_frame") is None
    found = made.get_output_by_name_or_alias("training_frame")
    assert found is made.get_output("features")
    assert made.list_all_output_names() == ["features", "training_frame"]
    assert made.list_outputs_by_type(DependencyType.PROCESSING_OUTPUT) == [found]
    assert made.list_dependencies_by_type(DependencyType.TRAINING_DATA) == []
    assert made.get_dependency("flights") is not None
    assert made.get_dependency("planes") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dependencies": [dependency(), dependency()]}, "duplicate logical name 'flights'"),
        ({"outputs": [output(), output("other", aliases=["features"])]}, "already names output 'features'"),
        ({"outputs": [output(aliases=["a"]), output("b", aliases=["a"])]}, "'a' of output 'b' already names"),
        ({"node_type": NodeType.SOURCE}, "'source' must not have dependencies: flights"),
        ({"node_type": NodeType.SINK}, "'sink' must not have outputs: features"),
        ({"node_type": NodeType.SINGULAR}, "'singular' must not have dependencies"),
        ({"dependencies": []}, "'internal' must have dependencies"),
        ({"outputs": []}, "'internal' must have outputs"),
        ({"dependencies": ["flights"]}, "it has no logical_name"),
        ({"dependencies": {"x": dependency()}}, "stands under the key 'x'"),
        ({"step_type": ""}, "step_type"),
    ],
)
def test_a_broken_spec_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        spec(**changes)


def test_ports_are_checked_too() -> None:
    with pytest.raises(ValidationError, match=r"must start with 'properties\.'"):
        output(property_path="ProcessingOutputConfig")
    with pytest.raises(ValidationError, match="names features twice"):
        output(aliases=["features"])
    with pytest.raises(ValidationError, match="not a logical name"):
        dependency("two words")
    assert dependency(dependency_type="training_data").dependency_type is DependencyType.TRAINING_DATA


def test_a_contract_that_disagrees_is_refused() -> None:
    with pytest.raises(ValidationError, match="contract input 'planes' is no dependency"):
        spec(script_contract=contract(["flights", "planes"], ["features"]))
    with pytest.raises(ValidationError, match="contract output 'other' is no output or alias"):
        spec(script_contract=contract(["flights"], ["other"]))
    with pytest.raises(ValidationError, match="dependency 'flights' has no path"):
        spec(script_contract=contract([], ["features"]))


def test_what_only_the_spec_knows_is_a_warning() -> None:
    made = spec(
        dependencies=[dependency(), dependency("extra", required=False), dependency("name", data_type="String")],
        outputs=[output(), output("model", aliases=["m"])],
        script_contract=contract(["flights"], ["features"]),
    )
    result = made.validate_contract_alignment()
    assert result.is_valid
    assert [w.split()[1] for w in result.warnings] == ["'extra'", "'model'"]


def test_without_a_contract_nothing_is_claimed() -> None:
    assert "no script contract" in spec().validate_contract_alignment().warnings[0]


def test_to_the_noun_and_back() -> None:
    made = spec(
        dependencies=[dependency(compatible_sources=["RawData"], semantic_keywords=["raw"], required=False)],
        outputs=[output(aliases=["frame"])],
    )
    assert spec_from(made.as_model()) == made


def test_a_noun_with_a_duplicate_is_refused() -> None:
    port = Dependency("a", DependencyType.PROCESSING_OUTPUT)
    with pytest.raises(ValidationError, match="duplicate logical name 'a'"):
        spec_from(Spec("X", Node.SINK, (port, port)))
