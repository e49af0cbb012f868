from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler.errors import BuilderFailed, PipelineCycle, SeveralProblems, StepNotBuildable
from cursus.core.assembler.plan import graph, make_plan
from cursus.core.assembler.single_step import plan_step
from cursus.core.deps.errors import UnsatisfiedInput
from cursus.errors import FileError, UnknownStep, UnknownWorkspace
from cursus.model.pipeline import Edge, Node
from cursus.registry.errors import StepConflict

OPAQUE_CONTRACT = """
from cursus.core.base import ScriptContract

print("loading")


def paths():
    return {name: f"/opt/ml/processing/input/{name}" for name in open(__file__).readline().split()[1:2] or ["data"]}


CONTRACT = ScriptContract(
    entry_point="second.py",
    expected_input_paths=paths(),
    expected_output_paths={"out": "/opt/ml/processing/output/out"},
    required_env_vars=[],
)
"""
OPAQUE_SPEC = """
import os
from cursus.core.base import DependencySpec, DependencyType, NodeType, OutputSpec, StepSpecification


def path(name):
    return f"properties.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri" if os.getpid() else ""


SPEC = StepSpecification(
    step_type="Second",
    node_type=NodeType.INTERNAL,
    dependencies=[
        DependencySpec(
            logical_name="data", dependency_type=DependencyType.PROCESSING_OUTPUT, semantic_keywords=["out"]
        )
    ],
    outputs=[
        OutputSpec(logical_name="out", output_type=DependencyType.PROCESSING_OUTPUT, property_path=path("out"))
    ],
)
"""


def test_a_contract_and_spec_that_reading_cannot_tell_are_loaded_in_a_child(
    tree: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    tree.manifest("ann", "First")
    tree.python("ann", "Second", contract=OPAQUE_CONTRACT, spec=OPAQUE_SPEC)
    plan = make_plan(tree.pipeline("a -> b", a="ann/First", b="ann/Second"), tree.catalog())
    step = plan.step("b")
    assert step.contract is not None
    assert step.contract.inputs == {"data": "/opt/ml/processing/input/data"}
    assert [b.source for b in plan.bindings_of("b")] == ["a"]
    assert capfd.readouterr().out == ""


def test_one_that_does_not_load_is_an_error_of_its_own_step(tree: Any) -> None:
    tree.manifest("ann", "First")
    tree.python("ann", "Second", contract=OPAQUE_CONTRACT + "\nraise SystemExit('no')\n", spec=OPAQUE_SPEC)
    catalog = tree.catalog()
    with pytest.raises(BuilderFailed, match="SystemExit: no") as caught:
        make_plan(tree.pipeline("a -> b", a="ann/First", b="ann/Second"), catalog)
    assert (caught.value.step, caught.value.workspace) == ("b", "ann")
    assert caught.value.line is not None


def test_a_step_is_planned_alone(tree: Any) -> None:
    tree.python("ann", "Second", contract=OPAQUE_CONTRACT, spec=OPAQUE_SPEC)
    plan = plan_step(tree.catalog(), "ann", "Second")
    assert [(e.input, e.uri) for e in plan.external_inputs] == [("data", "s3://local-run.example/data")]
    tree.write("ann", "scripts/bare.py", "def main(input_paths, output_paths, environ_vars, job_args): ...\n")
    with pytest.raises(StepNotBuildable, match="no spec states its inputs"):
        plan_step(tree.catalog(), "ann", "Bare")


class TestSeveralProblems:
    """Everything that is wrong is told at once, each with its place."""

    def test_unknown_and_broken_steps(self, tree: Any) -> None:
        tree.manifest("ann", "First")
        path = tree.write("ann", "contracts/bad_contract.py", "CONTRACT = (\n")
        tree.write("ann", "specs/bad_spec.py", "x = 1\n")
        pipeline = replace(
            tree.pipeline(a="ann/First", b="ann/Frist", c="nobody/First", d="ann/Bad", e="ann/Frist"),
            source=Path("/p/small.yaml"),
        )
        with pytest.raises(SeveralProblems, match="Pipeline 'small' has 4 problems") as caught:
            make_plan(pipeline, tree.catalog())
        told = [(f.step, f.code, f.file, f.line) for f in caught.value.findings]
        assert told == [
            ("Frist", "unknown-step", pipeline.source, 2),
            ("c", "unknown-workspace", pipeline.source, 3),
            ("bad", "syntax-error", path, 1),
            ("Frist", "unknown-step", pipeline.source, 5),
        ]

    def test_inputs(self, tree: Any) -> None:
        tree.manifest("ann", "First")
        tree.manifest("ann", "Second", "data")
        with pytest.raises(SeveralProblems) as caught:
            make_plan(tree.pipeline(a="ann/First", b="ann/Second", c="ann/Second"), tree.catalog())
        assert [(f.step, f.workspace, f.line) for f in caught.value.findings] == [("b", "ann", 2), ("c", "ann", 3)]

    def test_one_problem_is_raised_as_it_is(self, tree: Any) -> None:
        tree.manifest("ann", "Second", "data")
        catalog = tree.catalog()
        with pytest.raises(UnsatisfiedInput) as caught:
            make_plan(tree.pipeline(b="ann/Second"), catalog)
        assert (caught.value.step, caught.value.line) == ("b", 1)
        with pytest.raises(UnknownStep, match="Did you mean 'Second'"):
            make_plan(tree.pipeline(b="ann/Secund"), catalog)
        with pytest.raises(UnknownWorkspace, match="Did you mean 'ann'"):
            make_plan(tree.pipeline(b="anna/Second"), catalog)

    def test_a_broken_file_is_told_of_the_same_way_twice(self, tree: Any) -> None:
        tree.manifest("ann", "First", script="def main(:\n")
        catalog = tree.catalog()
        told = []
        for name in ("a", "b"):
            with pytest.raises(FileError) as caught:
                make_plan(tree.pipeline(**{name: "ann/First"}), catalog)
            told.append((caught.value.message, caught.value.step, caught.value.line))
        assert told[0] == told[1]

    def test_an_error_that_the_catalog_keeps_is_placed_anew_each_time(self, tree: Any) -> None:
        tree.manifest("ann", "First")
        again = tree.steps("ann") / "interfaces" / "other.step.yaml"
        again.write_text((tree.steps("ann") / "interfaces" / "first.step.yaml").read_text())
        catalog = tree.catalog()
        for name in ("one", "two"):
            pipeline = replace(tree.pipeline(**{name: "ann/First"}), source=Path(f"/p/{name}.yaml"))
            with pytest.raises(StepConflict) as caught:
                make_plan(pipeline, catalog)
            assert caught.value.file == pipeline.source
            assert "other.step.yaml" in caught.value.definitions[-1]

    def test_an_input_that_the_step_does_not_have(self, tree: Any) -> None:
        tree.manifest("ann", "Second", "data")
        pipeline = tree.pipeline(b=Node("b", "ann", "Second", inputs={"dat": "s3://x/y"}))
        with pytest.raises(StepNotBuildable, match=r"input 'dat' that ann/Second does not have\. Did you mean 'data'"):
            make_plan(pipeline, tree.catalog())


class TestCycles:
    def test_a_cycle_is_named_with_its_line(self, tree: Any) -> None:
        tree.manifest("ann", "Second", "data")
        pipeline = tree.pipeline(a="ann/Second", b="ann/Second", c="ann/Second")
        edges = tuple(Edge(s, t, line=n) for n, (s, t) in enumerate(["cb", "ab", "ba"], start=10))
        with pytest.raises(PipelineCycle, match="a -> b -> a") as caught:
            make_plan(replace(pipeline, edges=edges), tree.catalog())
        assert caught.value.line == 11

    def test_ordering_counts(self, tree: Any) -> None:
        tree.manifest("ann", "First")
        nodes = (Node("a", "ann", "First", depends_on=("b",)), Node("b", "ann", "First", depends_on=("a",)))
        with pytest.raises(PipelineCycle, match="a -> b -> a"):
            make_plan(tree.pipeline(a=nodes[0], b=nodes[1]), tree.catalog())

    def test_a_step_that_waits_for_itself(self, tree: Any) -> None:
        tree.manifest("ann", "Second", "data")
        with pytest.raises(PipelineCycle, match="a -> a"):
            make_plan(tree.pipeline("a -> a", a="ann/Second"), tree.catalog())


def test_ordering_without_data(tree: Any) -> None:
    tree.manifest("ann", "First")
    late = Node("early_in_the_alphabet", "ann", "First", depends_on=("z",))
    pipeline = tree.pipeline(z="ann/First", early_in_the_alphabet=late)
    plan = make_plan(pipeline, tree.catalog())
    assert [s.name for s in plan.steps] == ["z", "early_in_the_alphabet"]
    assert plan.bindings == ()
    assert graph(pipeline).edges == [("z", "early_in_the_alphabet")]


def test_the_plan_does_not_depend_on_the_order_things_are_written_in(tree: Any) -> None:
    tree.manifest("ann", "First")
    for name in ("Second", "Third"):
        tree.manifest("ann", name, "data")
    tree.manifest("ann", "Last", "one", "two")
    edges = ["a -> b", "a -> c", "b -> d.one", "c -> d.two"]
    steps = {"a": "ann/First", "b": "ann/Second", "c": "ann/Third", "d": "ann/Last"}
    wanted = make_plan(tree.pipeline(*edges, **steps), tree.catalog()).to_json()
    chance = random.Random(7)
    for _ in range(5):
        shuffled_edges = chance.sample(edges, len(edges))
        shuffled = dict(chance.sample(list(steps.items()), len(steps)))
        plan = make_plan(tree.pipeline(*shuffled_edges, **shuffled), tree.catalog())
        assert json.dumps(plan.to_json()) == json.dumps(wanted)


def test_a_job_variant(tree: Any) -> None:
    tree.manifest("ann", "First", more="arguments: {job_type: training}\njobs: [training, validation]\n")
    node = Node("a", "ann", "First", job_type="validation")
    step = make_plan(tree.pipeline(a=node), tree.catalog()).step("a")
    assert (step.job_type, step.spec.step_type) == ("validation", "First_Validation")
    assert step.arguments == {"job_type": "validation"}
    with pytest.raises(UnknownStep, match="not defined for the job type 'testing'"):
        make_plan(tree.pipeline(a=replace(node, job_type="testing")), tree.catalog())


def test_columns_that_do_not_fit_are_a_warning_of_the_plan(tree: Any) -> None:
    """Also where the contract of one side has to be loaded to be known."""
    text = OPAQUE_CONTRACT.replace("required_env_vars=[]", 'required_env_vars=[], schemas={"data": {"score": "int"}}')
    tree.python("ann", "Second", contract=text, spec=OPAQUE_SPEC)
    tree.manifest("bob", "First")
    pipeline = replace(tree.pipeline("a.out -> b.data", a="bob/First", b="ann/Second"), source=Path("/p/small.yaml"))
    assert make_plan(pipeline, tree.catalog()).findings == ()
    path = tree.steps("bob") / "interfaces/first.step.yaml"
    path.write_text(path.read_text().replace("output/out}", "output/out, schema: {scores: int}}"))
    (found,) = make_plan(pipeline, tree.catalog()).findings
    assert (found.code, found.severity, found.workspace, found.step) == ("pipeline-columns", "warning", "ann", "b")
    assert found.message == ("In pipeline 'small' bob/First feeds 'data' of ann/Second, but 'out' has no column score.")
    assert "Did you mean 'scores'" in (found.hint or "")
