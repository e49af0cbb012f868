"""``unsatisfied-dependency``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.core.deps.scoring import gate
from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Severity
from cursus.model.step import Dependency, Output, Spec, Step
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnsatisfiedDependency(StepCheck):
    """Every source that an input names is a step somebody offers, and one of them puts out what the input takes.

    Looked at are the steps of the own workspace, shared, the core and the other workspaces. An input that names no
    source may be given from outside the pipeline and is not judged here. An optional input is a warning.

    Why: nothing can ever be wired to the input, so every pipeline with this step is refused.

    Bad::

        DependencySpec(logical_name="model", compatible_sources=["DelayTrainer"], ...)    # there is no such step

    Good::

        DependencySpec(logical_name="model", compatible_sources=["DelayTraining"], ...)
    """

    code = "unsatisfied-dependency"
    level = Level.SPEC_DEPENDENCIES
    needs = (Part.SPEC,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Inputs that nothing can feed."""
        for spec in step.specs:
            for dependency in spec.dependencies:
                why = self._unsatisfied(step, dependency)
                if why:
                    yield self.finding(
                        step,
                        f"Input '{dependency.name}' of {spec.step_type} cannot be satisfied: {why}.",
                        file=spec.source,
                        line=dependency.line or spec.line,
                        hint="Correct the sources, or leave them out if the data comes from outside the pipeline.",
                        severity=Severity.ERROR if dependency.required else Severity.WARNING,
                    )

    def _unsatisfied(self, step: StepSubject, dependency: Dependency) -> str | None:
        sources = dependency.compatible_sources
        if not sources:
            return None
        producers = [p for source in sources for p in step.offers.producers(source)]
        if not producers:
            if any(step.offers.registered(source, step.workspace.id) for source in sources):
                return None  # a row of the registry whose files stand elsewhere
            listing = ", ".join(f"'{s}'" for s in sources)
            close = did_you_mean(sources[0], step.offers.names).removesuffix("?")
            return f"no workspace has a step {listing}{'.' + close if close else ''}"
        if any(_may_feed(producer, dependency) for producer in producers):
            return None
        return _explain(producers[0], dependency)


def _may_feed(producer: Step, dependency: Dependency) -> bool:
    """Whether some output passes, or the outputs are not known by reading."""
    if not isinstance(producer.spec, Spec):
        return True
    return any(gate(dependency, output) is None for output in producer.spec.outputs)


def _explain(producer: Step, dependency: Dependency) -> str:
    outputs: tuple[Output, ...] = producer.spec.outputs if isinstance(producer.spec, Spec) else ()
    if not outputs:
        return f"{producer.reference} has no outputs"
    reasons = "; ".join(f"{o.name}: {gate(dependency, o)}" for o in outputs)
    return f"no output of {producer.reference} fits ({reasons})"
