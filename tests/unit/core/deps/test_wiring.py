from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursus.core.deps.errors import (
    AmbiguousInput,
    TypeClash,
    UnknownNode,
    UnknownPort,
    UnsatisfiedInput,
    UnusedPort,
)
from cursus.core.deps.wiring import Wiring, diagnose, wire
from cursus.errors import PipelineError
from cursus.model.pipeline import Edge
from cursus.model.plan import Binding, BindingReason
from cursus.model.step import Dependency, DependencyType, NodeType, Output, Spec

PO, TD, MA = DependencyType.PROCESSING_OUTPUT, DependencyType.TRAINING_DATA, DependencyType.MODEL_ARTIFACTS


def dep(name: str, type_: DependencyType = PO, **kw: Any) -> Dependency:
    return Dependency(name, type_, **kw)


def out(name: str, type_: DependencyType = PO, **kw: Any) -> Output:
    return Output(name, type_, f"properties.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri", **kw)


def spec(step: str, deps: list[Dependency] | None = None, outs: list[Output] | None = None) -> Spec:
    return Spec(step, NodeType.INTERNAL, tuple(deps or ()), tuple(outs or ()))


SPLIT = spec("Split", [dep("input_data")], [out("training_data"), out("validation_data"), out("testing_data")])


def bound(
    specs: Mapping[str, Spec], *edges: str, external: Mapping[str, set[str]] | None = None
) -> dict[str, tuple[str, BindingReason]]:
    found = wire(specs, [edge(e) for e in edges], external or {}, {n: s.step_type for n, s in specs.items()})
    return {f"{b.step}.{b.input}": (f"{b.source}.{b.output}", b.reason) for b in found}


def edge(text: str) -> Edge:
    source, target = text.split(" -> ")
    (s, _, o), (t, _, i) = source.partition("."), target.partition(".")
    return Edge(s, t, o or None, i or None)


def test_explicit_port() -> None:
    train = spec("Train", [dep("data", TD)])
    assert bound(
        {"split": SPLIT, "train": train}, "split.testing_data -> train.data", external={"split": {"input_data"}}
    ) == {"train.data": ("split.testing_data", BindingReason.EXPLICIT)}


def test_an_explicit_port_may_be_an_alias_and_is_reported_by_its_name() -> None:
    source = spec("A", outs=[out("features", aliases=("frame",))])
    assert bound({"a": source, "b": spec("B", [dep("x")])}, "a.frame -> b.x")["b.x"][0] == "a.features"


def test_an_explicit_edge_serves_only_its_ports() -> None:
    train = spec("Train", [dep("training_data", TD), dep("validation_data", TD)])
    with pytest.raises(UnsatisfiedInput) as caught:
        bound(
            {"split": SPLIT, "train": train},
            "split.training_data -> train.training_data",
            external={"split": {"input_data"}},
        )
    error = caught.value
    assert (error.step, error.input, error.code) == ("train", "validation_data", "unsatisfied-input")
    assert "no edge offers it an output" in error.message


def test_names_before_scores() -> None:
    train = spec("Train", [dep("validation_data", TD), dep("training_data", TD)])
    assert bound({"split": SPLIT, "train": train}, "split -> train", external={"split": {"input_data"}}) == {
        "train.training_data": ("split.training_data", BindingReason.NAME),
        "train.validation_data": ("split.validation_data", BindingReason.NAME),
    }


def test_a_declared_alias() -> None:
    source = spec("Features", outs=[out("features", aliases=("training_frame",)), out("statistics")])
    found = bound({"a": source, "b": spec("B", [dep("training_frame")])}, "a -> b")
    assert found == {"b.training_frame": ("a.features", BindingReason.ALIAS)}


def test_one_fitting_output_is_enough() -> None:
    source = spec("A", outs=[out("features")])
    found = bound({"a": source, "b": spec("B", [dep("input_data")])}, "a -> b")
    assert found == {"b.input_data": ("a.features", BindingReason.SCORE)}


def test_a_score_needs_more_than_a_compatible_type() -> None:
    source = spec("A", outs=[out("statistics")])
    with pytest.raises(UnsatisfiedInput) as caught:
        bound({"a": source, "b": spec("B", [dep("frame", TD)])}, "a -> b")
    assert "a.statistics (0." in caught.value.message
    assert "too little in common" in caught.value.message
    assert "a.statistics -> b.frame" in (caught.value.hint or "")


def test_an_output_that_names_another_input_is_no_substitute() -> None:
    specs = {"a": spec("A", outs=[out("validation_data")])}
    specs["train"] = spec("Train", [dep("training_data", TD), dep("validation_data", TD)])
    with pytest.raises(UnsatisfiedInput) as caught:
        bound(specs, "a -> train", external={"train": {"validation_data"}})
    assert caught.value.input == "training_data"
    assert "names another input" in caught.value.message


def test_two_equal_outputs_are_ambiguous_and_the_ports_are_shown() -> None:
    source = spec("A", outs=[out("left"), out("right")])
    with pytest.raises(AmbiguousInput) as caught:
        bound({"a": source, "b": spec("B", [dep("data")])}, "a -> b")
    error = caught.value
    assert {f"{c.source}.{c.output}" for c in error.candidates} == {"a.left", "a.right"}
    assert "a.left -> b.data" in (error.hint or "")
    assert "a.right -> b.data" in (error.hint or "")
    assert error.exit_code == 1


def test_the_same_name_from_two_sources_is_ambiguous_unless_one_is_listed() -> None:
    specs = {"a": spec("A", outs=[out("data")]), "b": spec("B", outs=[out("data")]), "c": spec("C", [dep("data")])}
    with pytest.raises(AmbiguousInput):
        bound(specs, "a -> c", "b -> c")
    specs["c"] = spec("C", [dep("data", compatible_sources=("B",))])
    assert bound(specs, "a -> c", "b -> c") == {"c.data": ("b.data", BindingReason.NAME)}


def test_a_listed_source_may_carry_a_job_suffix() -> None:
    specs = {"a": spec("A_Training", outs=[out("data")]), "b": spec("B", outs=[out("data")])}
    specs["c"] = spec("C", [dep("data", compatible_sources=("A",))])
    found = wire(specs, [Edge("a", "c"), Edge("b", "c")], {}, {"a": "A", "b": "B", "c": "C"})
    assert found[0].source == "a"


def test_one_output_feeds_one_input_of_a_consumer() -> None:
    source = spec("A", outs=[out("model_metrics"), out("carrier_metrics")])
    consumer = spec("B", [dep("model_metrics_file"), dep("carrier_metrics_file")])
    assert bound({"a": source, "b": consumer}, "a -> b") == {
        "b.model_metrics_file": ("a.model_metrics", BindingReason.SCORE),
        "b.carrier_metrics_file": ("a.carrier_metrics", BindingReason.SCORE),
    }


def test_but_may_feed_several_consumers() -> None:
    source = spec("A", outs=[out("data")])
    consumer = spec("B", [dep("data")])
    found = bound({"a": source, "b": consumer, "c": consumer}, "a -> b", "a -> c")
    assert set(found) == {"b.data", "c.data"}


def test_an_assignment_that_displaces_the_best_output_is_refused() -> None:
    source = spec("A", outs=[out("reference_frame"), out("log", TD)])
    consumer = spec("B", [dep("reference"), dep("reference_frame_copy")])
    with pytest.raises((AmbiguousInput, UnsatisfiedInput)):
        bound({"a": source, "b": consumer}, "a -> b")


def test_optional_inputs_come_after_required_ones_and_need_evidence() -> None:
    source = spec("A", outs=[out("data"), out("statistics")])
    consumer = spec("B", [dep("data"), dep("hints", required=False)])
    assert set(bound({"a": source, "b": consumer}, "a -> b")) == {"b.data"}
    consumer = spec("B", [dep("data"), dep("statistics", required=False)])
    assert set(bound({"a": source, "b": consumer}, "a -> b")) == {"b.data", "b.statistics"}
    one = spec("A", outs=[out("x", aliases=("wanted", "also"))])
    consumer = spec("B", [dep("also", required=False), dep("wanted")])
    assert bound({"a": one, "b": consumer}, "a -> b") == {"b.wanted": ("a.x", BindingReason.ALIAS)}


def test_types_gate() -> None:
    model = spec("Train", outs=[out("model", MA)])
    with pytest.raises(TypeClash, match="model_artifacts cannot stand for training_data"):
        bound({"a": model, "b": spec("B", [dep("data", TD)])}, "a.model -> b.data")
    with pytest.raises(TypeClash, match=r"a\.model -> b\.model"):
        bound({"a": model, "b": spec("B", [dep("model", TD)])}, "a -> b")
    with pytest.raises(UnsatisfiedInput, match="model_artifacts cannot stand for training_data"):
        bound({"a": model, "b": spec("B", [dep("data", TD)])}, "a -> b")
    with pytest.raises(TypeClash, match="Integer cannot stand for S3Uri"):
        bound({"a": spec("A", outs=[out("n", data_type="Integer")]), "b": spec("B", [dep("n")])}, "a.n -> b.n")


def test_unknown_ports_and_nodes() -> None:
    specs = {"split": SPLIT, "train": spec("Train", [dep("training_data")])}
    with pytest.raises(UnknownPort, match=r"no output 'trainig_data'. Did you mean 'training_data'"):
        bound(specs, "split.trainig_data -> train.training_data", external={"split": {"input_data"}})
    with pytest.raises(UnknownPort, match="no input 'dat'"):
        bound(specs, "split.training_data -> train.dat", external={"split": {"input_data"}, "train": {"training_data"}})
    with pytest.raises(UnknownPort, match="no input 'nope'"):
        bound(specs, external={"split": {"input_data", "nope"}, "train": {"training_data"}})
    with pytest.raises(UnknownNode, match=r"'trian'.*Did you mean 'train'"):
        bound(specs, "split -> trian")


def test_an_input_fed_twice_is_ambiguous() -> None:
    specs = {"split": SPLIT, "train": spec("Train", [dep("data")])}
    outside = {"split": {"input_data"}}
    with pytest.raises(AmbiguousInput, match="two edges name it"):
        bound(specs, "split.training_data -> train.data", "split.testing_data -> train.data", external=outside)
    with pytest.raises(AmbiguousInput, match="from outside and by an edge"):
        bound(specs, "split.training_data -> train.data", external={**outside, "train": {"data"}})


def test_half_ports() -> None:
    train = spec("Train", [dep("frame", TD), dep("extra", TD, required=False)])
    outside = {"split": {"input_data"}}
    specs = {"split": SPLIT, "train": spec("Train", [dep("training_frame", TD)])}
    assert bound(specs, "split.training_data -> train", external=outside)["train.training_frame"][0] == (
        "split.training_data"
    )
    with pytest.raises(AmbiguousInput):
        bound({"split": SPLIT, "train": spec("T", [dep("frame", PO)])}, "split -> train.frame", external=outside)
    with pytest.raises(UnusedPort, match=r"'split\.testing_data -> train' feeds nothing") as caught:
        bound(
            {"split": SPLIT, "train": train},
            "split.testing_data -> train",
            "split.training_data -> train.frame",
            external=outside,
        )
    assert "split.testing_data -> train.extra" in (caught.value.hint or "")
    with pytest.raises(UnsatisfiedInput):
        bound(
            {"split": SPLIT, "train": train},
            "split -> train.extra",
            "split.training_data -> train.frame",
            external=outside,
        )


def test_external_inputs_are_not_wired() -> None:
    specs = {"split": SPLIT, "train": spec("Train", [dep("training_data")])}
    outside = {"split": {"input_data"}, "train": {"training_data"}}
    assert bound(specs, "split -> train", external=outside) == {}


def test_an_open_input_shows_what_the_rest_of_the_pipeline_has() -> None:
    specs = {"split": SPLIT, "train": spec("Train", [dep("training_data", TD)], [out("model", MA)])}
    with pytest.raises(UnsatisfiedInput) as caught:
        bound(specs, external={"split": {"input_data"}})
    assert "Elsewhere in the pipeline: split.training_data" in caught.value.message
    assert "split.training_data -> train.training_data" in (caught.value.hint or "")
    assert "steps.train.inputs.training_data" in (caught.value.hint or "")


def test_every_error_is_diagnosed() -> None:
    specs = {"a": spec("A", [dep("x"), dep("y")]), "b": spec("B", [dep("z")])}
    wiring = diagnose(specs, [], {}, {})
    assert [(e.step, getattr(e, "input", None)) for e in wiring.errors] == [("a", "x"), ("a", "y"), ("b", "z")]


def test_a_binding_says_why() -> None:
    source = spec("A", outs=[out("features"), out("log")])
    found = wire({"a": source, "b": spec("B", [dep("input_features")])}, [Edge("a", "b")], {}, {})
    assert found[0].reason is BindingReason.SCORE
    assert found[0].detail.startswith("type 0.40, data type 0.20")
    assert "next a.log with 0." in found[0].detail
    assert 0 < found[0].score <= 1


# --- properties ---------------------------------------------------------------------------------------------------

_PORTS = ("data", "training_data", "validation_data", "model", "metrics", "features")
_TYPES = (PO, TD, MA)
_NODES = ("a", "b", "c", "d")


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[dict[str, Spec], list[Edge], dict[str, set[str]]]:
    specs = {}
    for node in _NODES:
        names = draw(st.lists(st.sampled_from(_PORTS), unique=True, max_size=3))
        outputs = []
        for name in draw(st.lists(st.sampled_from(_PORTS), unique=True, max_size=3)):
            alias = draw(st.sampled_from(("frame", "table", None)))
            aliases = (f"{alias}_{name}",) if alias else ()
            outputs.append(out(name, draw(st.sampled_from(_TYPES)), aliases=aliases))
        dependencies = [
            dep(
                draw(st.sampled_from((name, f"frame_{name}"))),
                draw(st.sampled_from(_TYPES)),
                required=draw(st.booleans()),
                compatible_sources=draw(st.sampled_from(((), ("A",), ("A", "B")))),
                semantic_keywords=draw(st.sampled_from(((), ("model",)))),
            )
            for name in names
        ]
        specs[node] = spec(node.upper(), dependencies, outputs)
    edges = []
    for source, target in (("a", "b"), ("a", "c"), ("b", "c"), ("b", "d"), ("c", "d"), ("a", "d")):
        if draw(st.booleans()):
            outputs = [None, *(o.name for o in specs[source].outputs)]
            inputs = [None, *(d.name for d in specs[target].dependencies)]
            edges.append(Edge(source, target, draw(st.sampled_from(outputs)), draw(st.sampled_from(inputs))))
    external = {node: {d.name for d in s.dependencies if draw(st.integers(0, 4)) == 0} for node, s in specs.items()}
    return specs, edges, external


def run(specs: Mapping[str, Spec], edges: list[Edge], external: Mapping[str, set[str]]) -> Wiring:
    return diagnose(specs, edges, external, {node: node.upper() for node in specs})


def facts(wiring: Wiring) -> tuple[tuple[Binding, ...], list[tuple[str, str | None, str]]]:
    return wiring.bindings, [_fact(error) for error in wiring.errors]


def _fact(error: PipelineError) -> tuple[str, str | None, str]:
    return error.code, error.step, error.message


@settings(deadline=None)
@given(pipelines(), st.randoms(use_true_random=False))
def test_no_order_changes_a_binding(
    pipeline: tuple[dict[str, Spec], list[Edge], dict[str, set[str]]], random: Any
) -> None:
    specs, edges, external = pipeline
    nodes = list(specs)
    random.shuffle(nodes)
    shuffled = {}
    for node in nodes:
        dependencies, outputs = list(specs[node].dependencies), list(specs[node].outputs)
        random.shuffle(dependencies)
        random.shuffle(outputs)
        shuffled[node] = dataclasses.replace(specs[node], dependencies=tuple(dependencies), outputs=tuple(outputs))
    again = list(edges)
    random.shuffle(again)
    outside = {node: external[node] for node in nodes}
    assert facts(run(specs, edges, external)) == facts(run(shuffled, again, outside))


@settings(deadline=None)
@given(pipelines())
def test_an_unrelated_step_changes_nothing(
    pipeline: tuple[dict[str, Spec], list[Edge], dict[str, set[str]]],
) -> None:
    specs, edges, external = pipeline
    extra = spec("A", [dep("data", required=False)], [out(name) for name in _PORTS])
    with_extra = run({**specs, "0extra": extra}, edges, external)
    assert with_extra.bindings == run(specs, edges, external).bindings


@settings(deadline=None)
@given(pipelines())
def test_every_binding_is_sound(pipeline: tuple[dict[str, Spec], list[Edge], dict[str, set[str]]]) -> None:
    specs, edges, external = pipeline
    wiring = run(specs, edges, external)
    pairs = {(e.source, e.target) for e in edges}
    seen = set()
    for b in wiring.bindings:
        assert (b.source, b.step) in pairs
        assert b.input not in external[b.step]
        assert specs[b.step].dependency(b.input) is not None
        assert any(o.name == b.output for o in specs[b.source].outputs)
        assert 0 <= b.score <= 1
        seen.add((b.step, b.input))
    assert len(seen) == len(wiring.bindings)
    if not wiring.errors:
        needed = {
            (n, d.name) for n, s in specs.items() for d in s.dependencies if d.required and d.name not in external[n]
        }
        assert needed <= seen
    inferred = [(b.step, b.source, b.output) for b in wiring.bindings if b.reason is not BindingReason.EXPLICIT]
    assert len(inferred) == len(set(inferred))
