"""The inputs of one node, and what feeds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cursus.core.deps.assignment import best_assignment, doubt_about
from cursus.core.deps.errors import (
    AmbiguousInput,
    Candidate,
    TypeClash,
    UnknownPort,
    UnsatisfiedInput,
    UnusedPort,
    WiringError,
)
from cursus.core.deps.offer import Offer, Pair, Source, detail_of
from cursus.core.deps.scoring import (
    MARGIN,
    NAME_EVIDENCE,
    OPTIONAL_MINIMUM,
    REQUIRED_MINIMUM,
    Score,
    accepts_source,
    gate,
    score,
)
from cursus.model.pipeline import Edge
from cursus.model.plan import Binding, BindingReason
from cursus.model.step import Dependency

_TINY = 1e-9


@dataclass
class Consumer:
    """One node whose inputs are to be bound.

    :param external: inputs fed from outside.
    """

    me: Source
    external: set[str]
    bindings: dict[str, Binding] = field(default_factory=dict)
    errors: list[WiringError] = field(default_factory=list)
    _refused: set[str] = field(default_factory=set)
    _offers: list[Offer] = field(default_factory=list)
    _used: set[tuple[str, str]] = field(default_factory=set)

    def bind(self, edges: Sequence[tuple[Edge, Source]]) -> None:
        """Bind what these edges clearly feed; everything else is in ``errors`` or stays open."""
        self._check_external()
        sound = [(edge, source) for edge, source in edges if self._ports_exist(edge, source)]
        for edge, source in sound:
            if edge.output is not None and edge.input is not None:
                self._bind_explicit(edge, source)
        self._collect_offers(sound)
        if self._offers:
            self._assign()
        self._check_named_outputs(sound)

    def _assign(self) -> None:
        """Distribute what plain edges bring among the inputs that are still open, the strongest reasons first."""
        self._stage(BindingReason.NAME, lambda d, o: d.name == o.output.name)
        for required in (True, False):
            self._stage(BindingReason.ALIAS, lambda d, o: d.name in o.output.aliases, required=required)
        for required in (True, False):
            self._stage(BindingReason.SCORE, self._scores_enough, required=required)

    def open_required(self) -> list[Dependency]:
        """Required inputs that nothing feeds and that no other error is about."""
        return [d for d in self._open() if d.required]

    def refuse_open(self, elsewhere: Callable[[Dependency], Sequence[Candidate]]) -> None:
        """An error for each required input left open.

        :param elsewhere: outputs of other steps that might feed it, for the message.
        """
        for dependency in self.open_required():
            offered = self._rejected(dependency)
            clash = next((c for c in offered if c.output == dependency.name and "stand for" in c.reason), None)
            if clash is not None:
                self.errors.append(TypeClash(self.me.node, self.me.step, dependency.name, clash))
                continue
            others = elsewhere(dependency)
            self.errors.append(UnsatisfiedInput(self.me.node, self.me.step, dependency.name, offered, others))

    def _open(self) -> list[Dependency]:
        closed = (self.bindings, self.external, self._refused)
        still = [d for d in self.me.spec.dependencies if not any(d.name in names for names in closed)]
        return sorted(still, key=lambda d: d.name) if len(still) > 1 else still

    def _check_external(self) -> None:
        if not self.external:
            return
        names = [d.name for d in self.me.spec.dependencies]
        for name in sorted(self.external - set(names)):
            edge = f"steps.{self.me.node}.inputs.{name}"
            self.errors.append(UnknownPort(self.me.node, self.me.step, "input", name, sorted(names), edge=edge))

    def _ports_exist(self, edge: Edge, source: Source) -> bool:
        if edge.output is not None and source.spec.output(edge.output) is None:
            known = sorted(o.name for o in source.spec.outputs)
            error = UnknownPort(source.node, source.step, "output", edge.output, known, edge=edge.text, line=edge.line)
            self.errors.append(error)
            self._refused |= {edge.input} if edge.input else set()
            return False
        if edge.input is not None and self.me.spec.dependency(edge.input) is None:
            known = sorted(d.name for d in self.me.spec.dependencies)
            error = UnknownPort(self.me.node, self.me.step, "input", edge.input, known, edge=edge.text, line=edge.line)
            self.errors.append(error)
            return False
        return True

    def _bind_explicit(self, edge: Edge, source: Source) -> None:
        dependency, output = self.me.spec.dependency(edge.input or ""), source.spec.output(edge.output or "")
        assert dependency is not None  # noqa: S101 - _ports_exist has looked
        assert output is not None  # noqa: S101 - the same
        offer = Offer(source, output)
        clash = gate(dependency, output)
        if clash is not None:
            candidate = Candidate(source.node, output.name, 0.0, clash)
            self._refuse(dependency, TypeClash(self.me.node, self.me.step, dependency.name, candidate, edge.line))
            return
        total = self._score(dependency, offer).total
        bound = self.bindings.get(dependency.name)
        if bound is not None and (bound.source, bound.output) != offer.key:
            both = [Candidate(bound.source, bound.output, bound.score), Candidate(*offer.key, total)]
            self._refuse(dependency, self._ambiguous(dependency, both, "two edges name it"))
        elif dependency.name in self.external:
            one = [Candidate(*offer.key, total)]
            self._refuse(dependency, self._ambiguous(dependency, one, "it is fed from outside and by an edge"))
        elif dependency.name not in self._refused:
            self._bind(dependency, offer, BindingReason.EXPLICIT, total, "the edge names both ports")

    def _collect_offers(self, edges: Sequence[tuple[Edge, Source]]) -> None:
        offers: dict[tuple[str, str, str | None], Offer] = {}
        for edge, source in edges:
            if edge.output is not None and edge.input is not None:
                continue
            named = source.spec.output(edge.output) if edge.output is not None else None
            for output in source.spec.outputs if edge.output is None else [named]:
                if output is not None:
                    offers[source.node, output.name, edge.input] = Offer(source, output, edge.input)
        self._offers = [offers[key] for key in sorted(offers, key=lambda k: (k[0], k[1], k[2] or ""))]

    def _offers_for(self, dependency: Dependency) -> Iterator[Offer]:
        """The offers this input may take: those of edges that name it, if there are any, else those of plain edges."""
        meant = [offer for offer in self._offers if offer.only == dependency.name]
        yield from meant or (offer for offer in self._offers if offer.only is None)

    def _stage(
        self,
        reason: BindingReason,
        fits: Callable[[Dependency, Offer], bool],
        *,
        required: bool | None = None,
    ) -> None:
        """Assign the open inputs among the outputs that ``fits`` lets through."""
        inputs = [d for d in self._open() if required is None or d.required is required]
        if not inputs:
            return
        found = {d.name: [p for p in self._pairs(d) if fits(d, p.offer)] for d in inputs}
        keys = sorted({pair.offer.key for pairs in found.values() for pair in pairs})
        column = {key: position for position, key in enumerate(keys)}
        by_place = {(row, column[p.offer.key]): p for row, d in enumerate(inputs) for p in found[d.name]}
        scores = {place: pair.score.total for place, pair in by_place.items()}
        best = best_assignment(scores, len(inputs), len(keys))
        for row, dependency in enumerate(inputs):
            if row not in best:
                continue
            displaced = reason is BindingReason.SCORE
            doubt = doubt_about(row, best, scores, len(inputs), len(keys), MARGIN, displaced=displaced)
            ranked = sorted(found[dependency.name], key=lambda p: (-p.score.total, p.offer.key))
            if doubt is not None:
                candidates = [Candidate(*p.offer.key, p.score.total) for p in ranked]
                self._refuse(dependency, self._ambiguous(dependency, candidates, doubt))
                continue
            pair = by_place[row, best[row]]
            if reason is BindingReason.SCORE and not self._is_meant(dependency, pair.offer):
                continue
            detail = detail_of(reason, pair, [p for p in ranked if p is not pair])
            self._bind(dependency, pair.offer, reason, pair.score.total, detail)

    def _pairs(self, dependency: Dependency) -> Iterator[Pair]:
        for offer in self._offers_for(dependency):
            if offer.key in self._used or gate(dependency, offer.output) is not None:
                continue
            if self._accepts(dependency, offer):
                yield Pair(offer, self._score(dependency, offer))

    def _scores_enough(self, dependency: Dependency, offer: Offer) -> bool:
        """Whether a score may bind the two: it is high enough, and the output does not name another input."""
        if self._names_another(dependency, offer):
            return False
        least = REQUIRED_MINIMUM if dependency.required else OPTIONAL_MINIMUM
        return self._score(dependency, offer).total >= least - _TINY

    def _names_another(self, dependency: Dependency, offer: Offer) -> bool:
        others = {d.name for d in self.me.spec.dependencies} - {dependency.name}
        return bool(others & {offer.output.name, *offer.output.aliases})

    def _accepts(self, dependency: Dependency, offer: Offer) -> bool:
        """Whether the input takes the source; an edge that names the input has said so."""
        step_type = offer.source.spec.step_type
        return offer.only is not None or accepts_source(dependency, offer.source.step, step_type)

    def _is_meant(self, dependency: Dependency, offer: Offer) -> bool:
        """Whether the output's name or a keyword speaks for it, or it is all that its edge can mean.

        Types alone do not: nearly every output is files, and what is left over is not what the author meant.
        """
        parts = self._score(dependency, offer)
        if offer.only is not None or parts.keywords > 0 or parts.name >= NAME_EVIDENCE - _TINY:
            return True
        brought = {o.output.name for o in self._offers if o.source is offer.source and o.only is None}
        return len(brought) == 1

    def _check_named_outputs(self, edges: Sequence[tuple[Edge, Source]]) -> None:
        """An edge that names an output, or only an input, has to come to something."""
        for edge, source in edges:
            if edge.output is not None and edge.input is None and not self.errors:
                output = source.spec.output(edge.output)
                if output is not None and (source.node, output.name) not in self._used:
                    names = [d.name for d in self._open()]
                    error = UnusedPort(self.me.node, self.me.step, source.node, output.name, names, edge.line)
                    self.errors.append(error)
            dependency = self.me.spec.dependency(edge.input) if edge.input else None
            if dependency is not None and not dependency.required and dependency in self._open():
                self._refuse(
                    dependency,
                    UnsatisfiedInput(self.me.node, self.me.step, dependency.name, self._rejected(dependency), ()),
                )

    def _rejected(self, dependency: Dependency) -> list[Candidate]:
        """The outputs offered to an input that none of them feeds, each with the reason, best first."""
        found = []
        for offer in self._offers_for(dependency):
            clash = gate(dependency, offer.output)
            total = 0.0 if clash else self._score(dependency, offer).total
            if clash is None and offer.key in self._used:
                clash = "already feeds another input"
            elif clash is None and not self._accepts(dependency, offer):
                clash = f"{offer.source.step} is not among its compatible sources"
            elif clash is None and self._names_another(dependency, offer):
                clash = "names another input"
            elif clash is None:
                clash = "too little in common"
            found.append(Candidate(*offer.key, total, clash))
        return sorted(found, key=lambda c: (-c.score, c.source, c.output))

    def _score(self, dependency: Dependency, offer: Offer) -> Score:
        return score(dependency, offer.output, offer.source.step, offer.source.spec.step_type)

    def _bind(self, dependency: Dependency, offer: Offer, reason: BindingReason, total: float, detail: str) -> None:
        self._used.add(offer.key)
        self.bindings[dependency.name] = Binding(
            step=self.me.node,
            input=dependency.name,
            source=offer.source.node,
            output=offer.output.name,
            reason=reason,
            score=total,
            detail=detail,
        )

    def _refuse(self, dependency: Dependency, error: WiringError) -> None:
        self._refused.add(dependency.name)
        self.bindings.pop(dependency.name, None)
        self.errors.append(error)

    def _ambiguous(self, dependency: Dependency, candidates: Sequence[Candidate], why: str) -> AmbiguousInput:
        return AmbiguousInput(self.me.node, self.me.step, dependency.name, candidates, why)
