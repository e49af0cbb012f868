"""Whether what the steps of one workspace put out suits the steps of another: by type, name, and columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cursus.core.deps.columns import column_clash, columns
from cursus.core.deps.scoring import gate, is_listed
from cursus.errors import UnknownStep
from cursus.model.finding import Finding, Severity
from cursus.model.step import Dependency, Opaque, Output, Spec, Step
from cursus.model.workspace import fold
from cursus.registry.catalog import StepCatalog
from cursus.validation.analysis.pipeline import pipelines
from cursus.validation.analysis.requirements import clash

CODE = "incompatible-components"


class Verdict(StrEnum):
    """What came of holding an output against an input."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Joint:
    """A place where a step of one workspace feeds one of another, or should.

    :param source: ``<workspace>/<Step>`` that puts out; ``output`` is empty when none of its outputs fits.
    :param target: ``<workspace>/<Step>`` that takes ``input``.
    """

    source: str
    output: str
    target: str
    input: str
    verdict: Verdict
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "source": self.source,
            "output": self.output or None,
            "target": self.target,
            "input": self.input,
            "verdict": self.verdict.value,
            "reason": self.reason,
        }

    def finding(self) -> Finding | None:
        """The joint as a finding; None when it holds."""
        if self.verdict is Verdict.COMPATIBLE:
            return None
        workspace, _, step = self.target.rpartition("/")
        return Finding(
            code=CODE,
            severity=Severity.ERROR if self.verdict is Verdict.INCOMPATIBLE else Severity.WARNING,
            message=f"Input '{self.input}' of {self.target} and {self.source}: {self.reason}.",
            workspace=workspace,
            step=step,
            hint="Agree on the output, or take the source out of compatible_sources.",
        )


def compatibility(
    catalog: StepCatalog, source: str, target: str, components: Collection[str] | None = None
) -> tuple[Joint, ...]:
    """Every joint from steps of workspace ``source`` to steps of workspace ``target``, in stable order.

    A joint is where an input lists the step, or lists none and has the name or alias of one of its outputs; and where a
    pipeline of the tree binds the two.

    :param components: only joints with one of these steps, ``Step`` or ``<workspace>/<Step>``; None for all.
    :raises UnknownWorkspace: one is not there.
    :raises UnknownStep: neither workspace has one of ``components``.
    """
    _require(catalog, (source, target), components)
    bound = _bound(catalog)
    return tuple(sorted(set(_pair(catalog, source, target, components, bound)), key=_order))


def between(
    catalog: StepCatalog, workspaces: Sequence[str], components: Collection[str] | None = None
) -> tuple[Joint, ...]:
    """The joints of every two of these workspaces, both ways round; otherwise as :func:`compatibility`."""
    _require(catalog, workspaces, components)
    bound = _bound(catalog)
    pairs = [(a, b) for a in workspaces for b in workspaces if a != b]
    return tuple(sorted({j for a, b in pairs for j in _pair(catalog, a, b, components, bound)}, key=_order))


def broken_steps(catalog: StepCatalog, workspaces: Collection[str]) -> tuple[Finding, ...]:
    """The steps of these workspaces that could not be held against anything, and why."""
    errors = [error for w in workspaces for error in catalog.layer(w).errors.values()]
    return tuple(sorted({Finding.from_error(error) for error in errors}, key=Finding.sort_key))


def _order(joint: Joint) -> tuple[str, str, str, str]:
    return joint.target, joint.input, joint.source, joint.output


def _require(catalog: StepCatalog, workspaces: Sequence[str], components: Collection[str] | None) -> None:
    steps = [step for workspace in workspaces for step in catalog.steps(workspace)]
    for component in sorted(components or ()):
        if any(_means(component, step) for step in steps):
            continue
        for workspace in workspaces:
            if error := catalog.layer(workspace).errors.get(fold(component.rpartition("/")[2])):
                raise error
        raise UnknownStep(component, workspaces, sorted({step.name for step in steps}))


def _means(component: str, step: Step) -> bool:
    workspace, _, name = component.rpartition("/")
    return workspace in ("", step.workspace) and fold(name) == step.key


def _bound(catalog: StepCatalog) -> frozenset[tuple[str, str, str, str]]:
    """(producer, output, consumer, input) of every binding of a pipeline of the tree."""
    found = set()
    for pipeline in pipelines(catalog, [w.id for w in catalog.index.tree.workspaces]):
        for binding in pipeline.wiring.bindings:
            producer, consumer = pipeline.steps[binding.source], pipeline.steps[binding.step]
            found.add((producer.reference, binding.output, consumer.reference, binding.input))
    return frozenset(found)


def _pair(
    catalog: StepCatalog,
    source: str,
    target: str,
    components: Collection[str] | None,
    bound: frozenset[tuple[str, str, str, str]],
) -> Iterator[Joint]:
    broken = catalog.layer(source).errors
    for consumer in catalog.steps(target):
        for producer in catalog.steps(source):
            chosen = components is None or any(_means(c, s) for c in components for s in (producer, consumer))
            if chosen and producer.reference != consumer.reference:
                yield from _joints(producer, consumer, bound)
        for dependency in consumer.spec.dependencies if isinstance(consumer.spec, Spec) else ():
            for name in dependency.compatible_sources:
                error = broken.get(fold(name.rpartition("/")[2]))
                if error is not None and name.rpartition("/")[0] in ("", source):
                    reference = f"{source}/{name.rpartition('/')[2]}"
                    reason = f"it cannot be read: {error.message.rstrip('.')}"
                    yield Joint(reference, "", consumer.reference, dependency.name, Verdict.UNKNOWN, reason)


def _joints(producer: Step, consumer: Step, bound: Collection[tuple[str, str, str, str]]) -> Iterator[Joint]:
    for dependency in consumer.spec.dependencies if isinstance(consumer.spec, Spec) else ():
        sources = set(dependency.compatible_sources)
        listed = is_listed(dependency, producer.name, _type_of(producer)) or producer.reference in sources
        if isinstance(producer.spec, Opaque):
            if listed:
                reason = f"its spec has to be loaded to be known: {producer.spec.reason}"
                yield _joint(producer, "", consumer, dependency, Verdict.UNKNOWN, reason)
            continue
        outputs = producer.spec.outputs if producer.spec else ()
        joined = [o for o in outputs if (producer.reference, o.name, consumer.reference, dependency.name) in bound]
        named = [o for o in outputs if dependency.name in (o.name, *o.aliases)]
        if joined:
            yield from (_judged(producer, consumer, dependency, [output]) for output in joined)
        elif listed or (named and not sources):
            yield _judged(producer, consumer, dependency, named or list(outputs))


def _judged(producer: Step, consumer: Step, dependency: Dependency, outputs: Sequence[Output]) -> Joint:
    fitting = [output for output in outputs if gate(dependency, output) is None]
    if not fitting:
        reasons = "; ".join(f"{o.name}: {gate(dependency, o)}" for o in outputs) or "it has no outputs"
        return _joint(producer, "", consumer, dependency, Verdict.INCOMPATIBLE, f"no output fits ({reasons})")
    output = fitting[0]
    verdict, reason = _columns(producer, output, consumer, dependency)
    different = clash(producer, consumer)
    if verdict is Verdict.COMPATIBLE and different:
        verdict, reason = Verdict.UNKNOWN, different
    if verdict is Verdict.COMPATIBLE and len(fitting) > 1 and dependency.name not in (output.name, *output.aliases):
        names = ", ".join(o.name for o in fitting)
        reason = f"several outputs fit ({names}); a pipeline has to name the port"
    return _joint(producer, output.name, consumer, dependency, verdict, reason)


def _columns(producer: Step, output: Output, consumer: Step, dependency: Dependency) -> tuple[Verdict, str]:
    """The columns that are put out against those that are taken, where both sides state them."""
    why = column_clash(producer, output.name, consumer, dependency.name)
    if why:
        return Verdict.INCOMPATIBLE, why
    taken = columns(consumer, dependency.name)
    if columns(producer, output.name) is None or taken is None:
        who = consumer.reference if taken is None else producer.reference
        return Verdict.COMPATIBLE, f"types agree; {who} states no columns"
    return Verdict.COMPATIBLE, f"types and {len(taken)} columns agree"


def _type_of(step: Step) -> str:
    return step.spec.step_type if isinstance(step.spec, Spec) else step.name


def _joint(producer: Step, output: str, consumer: Step, dependency: Dependency, verdict: Verdict, reason: str) -> Joint:
    return Joint(producer.reference, output, consumer.reference, dependency.name, verdict, reason)
