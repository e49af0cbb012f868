from __future__ import annotations

import pytest

from cursus.core.base.specification_base import DependencySpec, OutputSpec, StepSpecification
from cursus.core.deps import (
    AmbiguousInput,
    PropertyReference,
    RegistryManager,
    SemanticMatcher,
    SpecificationRegistry,
    UnifiedDependencyResolver,
    UnsatisfiedInput,
    create_dependency_resolver,
    create_pipeline_components,
)
from cursus.errors import UnknownStep
from cursus.model.expression import Get
from cursus.model.step import DependencyType, NodeType

PO = DependencyType.PROCESSING_OUTPUT


def output(name: str) -> OutputSpec:
    path = f"properties.ProcessingOutputConfig.Outputs['{name}'].S3Output.S3Uri"
    return OutputSpec(logical_name=name, output_type=PO, property_path=path)


LOAD = StepSpecification(step_type="Load", node_type=NodeType.SOURCE, outputs=[output("data")])
EVAL = StepSpecification(
    step_type="Eval",
    node_type=NodeType.SINK,
    dependencies=[
        DependencySpec(logical_name="data", dependency_type=PO, compatible_sources=["Load"]),
        DependencySpec(logical_name="hints", dependency_type=PO, required=False),
    ],
)


def test_specification_registry() -> None:
    registry = SpecificationRegistry("p")
    registry.register("load", LOAD)
    registry.register("evaluate", EVAL)
    assert registry.get_specification("load") is LOAD
    assert registry.get_specification("x") is None
    assert registry.list_step_names() == ["evaluate", "load"]
    assert registry.list_step_types() == ["Eval", "Load"]
    assert registry.get_specifications_by_type("Eval") == [EVAL]
    [(step, found, total)] = registry.find_compatible_outputs(EVAL.dependencies["data"])
    assert (step, found.logical_name, total) == ("load", "data", 1.0)
    with pytest.raises(TypeError):
        registry.register("x", "spec")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="non-empty"):
        registry.register("", LOAD)


def test_contexts_are_apart() -> None:
    manager = RegistryManager()
    manager.get_registry("a").register("load", LOAD)
    assert manager.get_registry("b").list_step_names() == []
    assert manager.get_registry("a") is manager.get_registry("a")
    assert manager.get_registry("c", create_if_missing=False) is None
    assert manager.list_contexts() == ["a", "b"]
    assert manager.get_context_stats()["a"] == {"step_count": 1, "step_type_count": 1}
    assert manager.clear_context("a")
    assert not manager.clear_context("a")
    manager.clear_all_contexts()
    assert len(manager) == 0


def test_resolver() -> None:
    components = create_pipeline_components("p")
    assert components["registry"] is components["registry_manager"].get_registry("p")
    assert isinstance(components["semantic_matcher"], SemanticMatcher)
    resolver = components["resolver"]
    resolver.register_specification("load", LOAD)
    resolver.register_specification("evaluate", EVAL)
    assert "load" in components["registry"]
    found = resolver.resolve_all_dependencies(["evaluate", "load"])
    reference = found["evaluate"]["data"]
    assert found["load"] == {}
    assert isinstance(reference, PropertyReference)
    assert str(reference) == "load.data"
    path = "Steps.load.ProcessingOutputConfig.Outputs['data'].S3Output.S3Uri"
    assert reference.to_expression() == Get(path)
    assert reference.to_sagemaker_property() == {"Get": path}
    assert resolver.resolve_step_dependencies("evaluate", ["load"]) == found["evaluate"]


def test_resolver_errors() -> None:
    resolver = create_dependency_resolver()
    resolver.register_specification("evaluate", EVAL)
    with pytest.raises(UnsatisfiedInput):
        resolver.resolve_all_dependencies(["evaluate"])
    with pytest.raises(UnknownStep, match="Did you mean 'evaluate'"):
        resolver.resolve_all_dependencies(["evaluat"])
    resolver.register_specification("one", LOAD)
    resolver.register_specification("two", LOAD)
    with pytest.raises(AmbiguousInput):
        resolver.resolve_step_dependencies("evaluate", ["one", "two"])


def test_an_empty_registry_that_is_given_is_the_one_used() -> None:
    registry = SpecificationRegistry("mine")
    assert create_dependency_resolver(registry).registry is registry


def test_resolve_with_scoring() -> None:
    resolver = UnifiedDependencyResolver(SpecificationRegistry())
    for name, specification in (("one", LOAD), ("two", LOAD), ("evaluate", EVAL)):
        resolver.register_specification(name, specification)
    result = resolver.resolve_with_scoring(["one", "two", "evaluate"])
    assert result["resolved"] == {}
    failed = result["failed_with_scores"]["evaluate"]
    assert failed["hints"]["reason"] is None
    assert "about equally well" in (failed["data"]["reason"] or "")
    first = failed["data"]["candidates"][0]
    assert (first["provider_step"], first["output_name"], first["score"]) == ("one", "data", 1.0)
    assert first["score_breakdown"] == {
        "type_compatibility": 0.4,
        "data_type_compatibility": 0.2,
        "semantic_similarity": 0.25,
        "exact_match_bonus": 0.05,
        "source_compatibility": 0.1,
        "keyword_match": 0.0,
    }
    assert result["resolution_summary"] == {
        "total_steps": 3,
        "total_dependencies": 2,
        "resolved_dependencies": 0,
        "unresolved_required": 1,
        "unresolved_optional": 1,
        "resolution_rate": 0.0,
    }
    result = resolver.resolve_with_scoring(["one", "evaluate"])
    assert str(result["resolved"]["evaluate"]["data"]) == "one.data"
    assert result["resolution_summary"]["resolution_rate"] == 0.5
