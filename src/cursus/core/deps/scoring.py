"""How well an output fits an input: the published weights, and the gates before them."""

from __future__ import annotations

from dataclasses import dataclass

from cursus.core.deps.semantic_matcher import SemanticMatcher
from cursus.model.step import Dependency, DependencyType, Output
from cursus.registry.names import split_job

TYPE_EQUAL = 0.4
TYPE_COMPATIBLE = 0.2
DATA_TYPE_EQUAL = 0.2
DATA_TYPE_COMPATIBLE = 0.1
NAME_SIMILARITY = 0.25
EXACT_NAME = 0.05
LISTED_SOURCE = 0.1
KEYWORDS = 0.05

#: Two totals closer than this cannot be told apart.
MARGIN = 0.1
#: Least score at which an output may feed an input that it does not name.
REQUIRED_MINIMUM = 0.5
OPTIONAL_MINIMUM = 0.75
#: Least share of the name at which two names have something in common; unrelated names stay far below.
NAME_EVIDENCE = 0.4 * NAME_SIMILARITY

#: Pairs of dependency types of which one may stand for the other.
COMPATIBLE_TYPES = frozenset(
    frozenset(pair)
    for pair in (
        (DependencyType.PROCESSING_OUTPUT, DependencyType.TRAINING_DATA),
        (DependencyType.PROCESSING_OUTPUT, DependencyType.MODEL_ARTIFACTS),
        (DependencyType.PROCESSING_OUTPUT, DependencyType.PAYLOAD_SAMPLES),
        (DependencyType.PROCESSING_OUTPUT, DependencyType.HYPERPARAMETERS),
        (DependencyType.PROCESSING_OUTPUT, DependencyType.CUSTOM_PROPERTY),
        (DependencyType.HYPERPARAMETERS, DependencyType.CUSTOM_PROPERTY),
    )
)
#: The same for data types.
COMPATIBLE_DATA_TYPES = frozenset({frozenset(("S3Uri", "String")), frozenset(("Integer", "Float"))})

_MATCHER = SemanticMatcher()


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score; ``total`` is at most 1."""

    type: float
    data_type: float
    name: float
    exact: float
    source: float
    keywords: float

    @property
    def total(self) -> float:
        """The sum, capped at 1 and free of rounding noise."""
        parts = (self.type, self.data_type, self.name, self.exact, self.source, self.keywords)
        return min(1.0, round(sum(parts), 9))


def gate(dependency: Dependency, output: Output) -> str | None:
    """Why this output can never feed this input, or None when it can."""
    if dependency.type is not output.type and frozenset((dependency.type, output.type)) not in COMPATIBLE_TYPES:
        return f"{output.type.value} cannot stand for {dependency.type.value}"
    one, other = dependency.data_type, output.data_type
    if one != other and frozenset((one, other)) not in COMPATIBLE_DATA_TYPES:
        return f"{output.data_type} cannot stand for {dependency.data_type}"
    return None


def is_listed(dependency: Dependency, step: str, step_type: str) -> bool:
    """Whether the input lists the source among its compatible ones.

    :param step: the source's canonical step name.
    :param step_type: the step type of its spec, which may end in a job type.
    """
    return bool({step, step_type, split_job(step_type)[0]} & set(dependency.compatible_sources))


def accepts_source(dependency: Dependency, step: str, step_type: str) -> bool:
    """Whether the input takes this source by name: it lists it, or lists none."""
    return not dependency.compatible_sources or is_listed(dependency, step, step_type)


def score(dependency: Dependency, output: Output, step: str, step_type: str) -> Score:
    """How well ``output`` of a ``step`` fits ``dependency``; meaningful only where :func:`gate` lets it pass."""
    names = (output.name, *output.aliases)
    return Score(
        type=TYPE_EQUAL if dependency.type is output.type else TYPE_COMPATIBLE,
        data_type=DATA_TYPE_EQUAL if dependency.data_type == output.data_type else DATA_TYPE_COMPATIBLE,
        name=NAME_SIMILARITY * _MATCHER.calculate_similarity_with_aliases(dependency.name, names),
        exact=EXACT_NAME if dependency.name in names else 0.0,
        source=LISTED_SOURCE if is_listed(dependency, step, step_type) else 0.0,
        keywords=KEYWORDS if _MATCHER.matches_keyword(names, dependency.semantic_keywords) else 0.0,
    )
