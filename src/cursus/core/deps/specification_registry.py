"""The specifications of the steps of one context."""

from __future__ import annotations

from cursus.core.base.specification_base import DependencySpec, OutputSpec, StepSpecification
from cursus.core.deps.scoring import gate, score
from cursus.model.step import Dependency, Output


class SpecificationRegistry:
    """Specifications by step name, kept apart from those of every other context.

    :param context_name: what the context is called, usually the pipeline.
    """

    def __init__(self, context_name: str = "default") -> None:
        self.context_name = context_name
        self._specifications: dict[str, StepSpecification] = {}

    def register(self, step_name: str, specification: StepSpecification) -> None:
        """Set the specification of a step; an earlier one is replaced.

        :raises TypeError: it is not a :class:`StepSpecification`.
        :raises ValueError: the name is empty.
        """
        if not isinstance(specification, StepSpecification):
            raise TypeError(f"specification must be a StepSpecification, not {type(specification).__name__}")
        if not step_name:
            raise ValueError("step_name must be a non-empty string")
        self._specifications[step_name] = specification

    def get_specification(self, step_name: str) -> StepSpecification | None:
        """The step's specification, or None."""
        return self._specifications.get(step_name)

    def get_specifications_by_type(self, step_type: str) -> list[StepSpecification]:
        """All specifications of a step type, by step name."""
        return [spec for _, spec in sorted(self._specifications.items()) if spec.step_type == step_type]

    def list_step_names(self) -> list[str]:
        """Names, sorted."""
        return sorted(self._specifications)

    def list_step_types(self) -> list[str]:
        """Step types that occur, sorted."""
        return sorted({spec.step_type for spec in self._specifications.values()})

    def find_compatible_outputs(self, dependency_spec: DependencySpec) -> list[tuple[str, OutputSpec, float]]:
        """Every output that may feed a dependency, as (step, output, score), best first."""
        dependency = dependency_noun(dependency_spec)
        found = []
        for name, specification in self._specifications.items():
            for output_spec in specification.outputs.values():
                output = output_noun(output_spec)
                if gate(dependency, output) is None:
                    total = score(dependency, output, specification.step_type, specification.step_type).total
                    found.append((name, output_spec, total))
        return sorted(found, key=lambda item: (-item[2], item[0], item[1].logical_name))

    def clear(self) -> None:
        """Forget all specifications."""
        self._specifications.clear()

    def __len__(self) -> int:
        return len(self._specifications)

    def __contains__(self, step_name: object) -> bool:
        return step_name in self._specifications


def dependency_noun(spec: DependencySpec) -> Dependency:
    """The published input port as the wiring takes it."""
    return Dependency(
        name=spec.logical_name,
        type=spec.dependency_type,
        required=spec.required,
        compatible_sources=tuple(spec.compatible_sources),
        semantic_keywords=tuple(spec.semantic_keywords),
        data_type=spec.data_type,
        description=spec.description,
    )


def output_noun(spec: OutputSpec) -> Output:
    """The published output port as the wiring takes it."""
    return Output(
        name=spec.logical_name,
        type=spec.output_type,
        property_path=spec.property_path,
        aliases=tuple(spec.aliases),
        data_type=spec.data_type,
        description=spec.description,
    )
