"""Dependencies among registered specifications, without a graph: every other step may be a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from cursus.core.base.specification_base import StepSpecification
from cursus.core.deps.errors import UnsatisfiedInput
from cursus.core.deps.property_reference import PropertyReference
from cursus.core.deps.scoring import gate, score
from cursus.core.deps.semantic_matcher import SemanticMatcher
from cursus.core.deps.specification_registry import SpecificationRegistry, dependency_noun, output_noun
from cursus.core.deps.wiring import Wiring, diagnose
from cursus.errors import CursusError, UnknownStep
from cursus.model.pipeline import Edge
from cursus.registry.names import split_job


class ScoreBreakdown(TypedDict):
    """The published parts of a score; they add up to the total, which is at most 1."""

    type_compatibility: float
    data_type_compatibility: float
    semantic_similarity: float
    exact_match_bonus: float
    source_compatibility: float
    keyword_match: float


class ScoredCandidate(TypedDict):
    """An output that may feed a dependency."""

    provider_step: str
    output_name: str
    output_type: str
    score: float
    score_breakdown: ScoreBreakdown


class FailedDependency(TypedDict):
    """A dependency that was not resolved, and its candidates, best first."""

    required: bool
    reason: str | None
    candidates: list[ScoredCandidate]


class ResolutionSummary(TypedDict):
    """Dependencies counted."""

    total_steps: int
    total_dependencies: int
    resolved_dependencies: int
    unresolved_required: int
    unresolved_optional: int
    resolution_rate: float


class ScoredResolution(TypedDict):
    """What :meth:`UnifiedDependencyResolver.resolve_with_scoring` returns."""

    resolved: dict[str, dict[str, PropertyReference]]
    failed_with_scores: dict[str, dict[str, FailedDependency]]
    resolution_summary: ResolutionSummary


class UnifiedDependencyResolver:
    """Resolves the dependencies of registered steps with the same rules as the wiring of a pipeline.

    :param registry: the specifications; the resolver only reads it, except in :meth:`register_specification`.
    :param semantic_matcher: kept for callers; scores are always made with the published weights.
    """

    def __init__(self, registry: SpecificationRegistry, semantic_matcher: SemanticMatcher | None = None) -> None:
        self.registry = registry
        self.semantic_matcher = semantic_matcher or SemanticMatcher()

    def register_specification(self, step_name: str, specification: StepSpecification) -> None:
        """Register a specification, see :meth:`SpecificationRegistry.register`."""
        self.registry.register(step_name, specification)

    def resolve_all_dependencies(self, available_steps: Iterable[str]) -> dict[str, dict[str, PropertyReference]]:
        """Step -> input -> what feeds it.

        :raises UnknownStep: a step is not registered.
        :raises UnsatisfiedInput: a required dependency has no source.
        :raises AmbiguousInput: a dependency has several about equally good sources.
        """
        steps = tuple(available_steps)
        wiring = self._wiring(steps)
        if wiring.errors:
            raise wiring.errors[0]
        return self._references(wiring, steps)

    def resolve_step_dependencies(
        self, consumer_step: str, available_steps: Iterable[str]
    ) -> dict[str, PropertyReference]:
        """Input -> what feeds it, for one step.

        :raises UnknownStep: a step is not registered.
        :raises UnsatisfiedInput: a required dependency has no source.
        :raises AmbiguousInput: a dependency has several about equally good sources.
        """
        steps = tuple(dict.fromkeys((*available_steps, consumer_step)))
        wiring = self._wiring(steps, [consumer_step])
        mine = [error for error in wiring.errors if error.step == consumer_step]
        if mine:
            raise mine[0]
        return self._references(wiring, steps)[consumer_step]

    def resolve_with_scoring(self, available_steps: Iterable[str]) -> ScoredResolution:
        """What is resolved, and for everything else the scored candidates; raises for unknown steps only.

        :raises UnknownStep: a step is not registered.
        """
        steps = tuple(dict.fromkeys(available_steps))
        wiring = self._wiring(steps)
        references = self._references(wiring, steps)
        resolved = {step: found for step, found in references.items() if found}
        failed: dict[str, dict[str, FailedDependency]] = {}
        for step in steps:
            for name, dependency in self._specification(step).dependencies.items():
                if name not in references[step]:
                    failed.setdefault(step, {})[name] = {
                        "required": dependency.required,
                        "reason": _reason(wiring.errors, step, name),
                        "candidates": self._candidates(step, name, steps),
                    }
        return {
            "resolved": resolved,
            "failed_with_scores": failed,
            "resolution_summary": self._summary(steps, resolved, failed),
        }

    def _summary(
        self,
        steps: Sequence[str],
        resolved: dict[str, dict[str, PropertyReference]],
        failed: dict[str, dict[str, FailedDependency]],
    ) -> ResolutionSummary:
        total = sum(len(self._specification(step).dependencies) for step in steps)
        done = sum(len(found) for found in resolved.values())
        open_required = sum(f["required"] for found in failed.values() for f in found.values())
        return {
            "total_steps": len(steps),
            "total_dependencies": total,
            "resolved_dependencies": done,
            "unresolved_required": open_required,
            "unresolved_optional": total - done - open_required,
            "resolution_rate": done / total if total else 0.0,
        }

    def _candidates(self, step: str, name: str, steps: Sequence[str]) -> list[ScoredCandidate]:
        dependency = dependency_noun(self._specification(step).dependencies[name])
        found: list[ScoredCandidate] = []
        for provider in steps:
            specification = self._specification(provider)
            for output_spec in specification.outputs.values() if provider != step else ():
                output = output_noun(output_spec)
                if gate(dependency, output) is not None:
                    continue
                parts = score(dependency, output, split_job(specification.step_type)[0], specification.step_type)
                found.append(
                    {
                        "provider_step": provider,
                        "output_name": output.name,
                        "output_type": output.type.value,
                        "score": parts.total,
                        "score_breakdown": {
                            "type_compatibility": parts.type,
                            "data_type_compatibility": parts.data_type,
                            "semantic_similarity": parts.name,
                            "exact_match_bonus": parts.exact,
                            "source_compatibility": parts.source,
                            "keyword_match": parts.keywords,
                        },
                    }
                )
        return sorted(found, key=lambda c: (-c["score"], c["provider_step"], c["output_name"]))

    def _wiring(self, steps: Sequence[str], consumers: Sequence[str] | None = None) -> Wiring:
        specs = {step: self._specification(step).as_model() for step in steps}
        edges = [
            Edge(source, target)
            for target in (steps if consumers is None else consumers)
            for source in steps
            if source != target
        ]
        return diagnose(specs, edges, {}, {step: split_job(spec.step_type)[0] for step, spec in specs.items()})

    def _references(self, wiring: Wiring, steps: Sequence[str]) -> dict[str, dict[str, PropertyReference]]:
        found: dict[str, dict[str, PropertyReference]] = {step: {} for step in steps}
        for binding in wiring.bindings:
            output = self._specification(binding.source).outputs[binding.output]
            found[binding.step][binding.input] = PropertyReference(binding.source, output)
        return found

    def _specification(self, step: str) -> StepSpecification:
        specification = self.registry.get_specification(step)
        if specification is None:
            raise UnknownStep(step, [self.registry.context_name], self.registry.list_step_names())
        return specification


def create_dependency_resolver(
    registry: SpecificationRegistry | None = None, semantic_matcher: SemanticMatcher | None = None
) -> UnifiedDependencyResolver:
    """A resolver, over a registry of its own when none is given."""
    return UnifiedDependencyResolver(SpecificationRegistry() if registry is None else registry, semantic_matcher)


def _reason(errors: Sequence[CursusError], step: str, name: str) -> str | None:
    """Why a dependency was not resolved; None for an optional one that nothing feeds."""
    for error in errors:
        if error.step == step and getattr(error, "input", None) == name:
            return "no source fits it" if isinstance(error, UnsatisfiedInput) else error.message
    return None
