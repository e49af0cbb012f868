"""What an edge brings to a consumer, and how well it fits one of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cursus.core.deps.scoring import Score
from cursus.model.plan import BindingReason
from cursus.model.step import Output, Spec


@dataclass(frozen=True, slots=True)
class Source:
    """A node with its canonical step name and ports."""

    node: str
    step: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class Offer:
    """An output that an edge brings to the consumer; ``only`` names the input it is for."""

    source: Source
    output: Output
    only: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Node and output."""
        return self.source.node, self.output.name


@dataclass(frozen=True, slots=True)
class Pair:
    """An offer that may feed an input."""

    offer: Offer
    score: Score


def detail_of(reason: BindingReason, pair: Pair, others: Sequence[Pair]) -> str:
    """Why a pair was bound, as a sentence.

    :param others: the pairs it was preferred to, best first.
    """
    output, parts = pair.offer.output, pair.score
    if reason is BindingReason.NAME:
        return f"the output has the input's name '{output.name}'"
    if reason is BindingReason.ALIAS:
        return f"output '{output.name}' declares the input's name as an alias"
    text = (
        f"type {parts.type:.2f}, data type {parts.data_type:.2f}, name {parts.name:.2f}, exact {parts.exact:.2f}, "
        f"listed source {parts.source:.2f}, keywords {parts.keywords:.2f}"
    )
    if others:
        runner_up = others[0]
        where = ".".join(runner_up.offer.key)
        text += f"; next {where} with {runner_up.score.total:.2f}"
    return text
