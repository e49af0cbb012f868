from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.core.compiler import DefinitionError, compile_plan
from cursus.core.compiler.definition import PipelineDefinition
from cursus.model.finding import Severity
from cursus.model.plan import PipelinePlan, PlannedStep

GOLDEN = Path(__file__).parent / "golden"


def test_processing_training_and_model_as_a_reader_can_check_them(plan: PipelinePlan) -> None:
    assert compile_plan(plan).definition() == (GOLDEN / "processing_training_model.json").read_text("utf-8")


def test_steps_parameters_and_text_agree(plan: PipelinePlan) -> None:
    compiled = compile_plan(plan)
    content = json.loads(compiled.definition())
    assert compiled.name == "flight-delay"
    assert [s["Name"] for s in compiled.steps] == ["Features", "Train", "Model"]
    assert list(compiled.parameters) == content["Parameters"]
    assert list(compiled.steps) == content["Steps"]
    assert compiled.findings == ()


def test_depends_on_lists_only_what_no_reference_implies(plan: PipelinePlan) -> None:
    features, train, model = compile_plan(plan).steps
    assert "DependsOn" not in features
    assert "DependsOn" not in train
    assert model["DependsOn"] == ["Features"]


def test_the_order_of_mappings_does_not_matter(plan: PipelinePlan) -> None:
    def backwards(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: backwards(value[k]) for k in reversed(value)}
        return [backwards(v) for v in value] if isinstance(value, list) else value

    steps = tuple(
        dataclasses.replace(s, request=backwards(s.request), options=backwards(s.options)) for s in plan.steps
    )
    assert compile_plan(dataclasses.replace(plan, steps=steps)).definition() == compile_plan(plan).definition()


def test_text_is_unicode_and_ends_in_a_newline(plan: PipelinePlan, make_step: Callable[..., PlannedStep]) -> None:
    text = compile_plan(
        dataclasses.replace(plan, steps=(make_step("Stop", "Fail", {"ErrorMessage": "zu spät"}),))
    ).definition()
    assert "zu spät" in text
    assert text.endswith("}\n")


def test_a_broken_request_is_refused_with_step_member_reason_and_workspace(plan: PipelinePlan) -> None:
    features = plan.steps[0]
    request = {**features.request, "ProcesingInputs": [], "RoleArn": "admin"}
    broken = dataclasses.replace(plan, steps=(dataclasses.replace(features, request=request), *plan.steps[1:]))
    with pytest.raises(DefinitionError) as caught:
        compile_plan(broken)
    error = caught.value
    assert error.exit_code == 1
    assert error.step == "Features"
    assert {f.workspace for f in error.findings} == {"team"}
    assert [f.code for f in error.findings] == ["definition-unknown-member", "definition-limit"]
    assert "'ProcesingInputs' is not a member. Did you mean 'ProcessingInputs'" in str(error)
    assert "step 'Features': Arguments.RoleArn" in str(error)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", Path("x"), object()])
def test_what_json_cannot_say_is_refused_at_its_place(value: object, plan: PipelinePlan) -> None:
    features = plan.steps[0]
    request = {**features.request, "Environment": {"LABEL": value}}
    with pytest.raises(DefinitionError, match=r"Arguments\.Environment\.LABEL"):
        compile_plan(dataclasses.replace(plan, steps=(dataclasses.replace(features, request=request),)))


def test_an_endlessly_nested_request_is_refused(plan: PipelinePlan) -> None:
    value: Any = "x"
    for _ in range(100):
        value = [value]
    features = dataclasses.replace(plan.steps[0], request={"Environment": value})
    with pytest.raises(DefinitionError, match="nested"):
        compile_plan(dataclasses.replace(plan, steps=(features,)))


def test_many_steps_and_a_definition_that_does_not_fit_into_a_request_are_warnings(
    plan: PipelinePlan, make_step: Callable[..., PlannedStep]
) -> None:
    def fails(count: int, length: int) -> PipelinePlan:
        steps = tuple(make_step(f"Stop{i}", "Fail", {"ErrorMessage": "x" * length}) for i in range(count))
        return dataclasses.replace(plan, steps=steps)

    [warning] = compile_plan(fails(51, 10)).findings
    assert warning.severity is Severity.WARNING
    assert "'steps in a pipeline' of 50" in warning.message
    [_, long] = compile_plan(fails(400, 3000)).findings
    assert long.severity is Severity.WARNING
    assert "1048576" in long.message


@pytest.mark.parametrize("name", ["", "has space", "a" * 257, "-a"])
def test_a_name_that_sagemaker_refuses_is_refused(name: str, plan: PipelinePlan) -> None:
    with pytest.raises(DefinitionError, match="pipeline name"):
        compile_plan(dataclasses.replace(plan, name=name))


_ELSEWHERE = """
import sys
from cursus.core.compiler import compile_plan
from cursus.model.expression import Get
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import NodeType, Spec

def step(name, depends_on=()):
    spec, request = Spec(name, NodeType.SINGULAR), {"ErrorMessage": name}
    return PlannedStep(name, "w", name, "Fail", None, None, spec, request, depends_on=depends_on)

names = {f"S{i}" for i in range(20)}
steps = tuple(step(n) for n in sorted(names)) + (step("Last", tuple(names)),)
sys.stdout.write(compile_plan(PipelinePlan("p", steps, ())).definition())
loaded = [m for m in ("boto3", "botocore", "pydantic", "pandas") if m in sys.modules]
assert not loaded, loaded
"""


def test_another_hash_seed_folder_and_an_empty_environment_give_the_same_bytes(tmp_path: Path) -> None:
    texts = {
        subprocess.run(
            [sys.executable, "-c", _ELSEWHERE],
            env={"PYTHONHASHSEED": seed, "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=folder,
            check=True,
            capture_output=True,
        ).stdout
        for seed, folder in (("1", tmp_path), ("2", Path("/")), ("3", tmp_path))
    }
    assert len(texts) == 1
    assert b'"Last"' in texts.pop()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
def test_the_text_of_a_definition_is_what_json_writes(value: object) -> None:
    content = {"Steps": [value], "Metadata": {}}
    text = PipelineDefinition("p", content).definition()
    assert text == json.dumps(content, ensure_ascii=False, indent=2) + "\n"
