"""``unsatisfied-dependency``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Severity
from cursus.model.step import Dependency, Spec
from cursus.validation.analysis.offers import Offer
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnsatisfiedDependency(StepCheck):
    """Every source that an input names is a step somebody offers, and one of them puts out what the input takes.

    Looked at are the steps of the own workspace, shared, the core and the other workspaces. An input that names no
    source may be given from outside the pipeline and is not judged here. An optional input is a warning, and so is a
    source that nobody offers beside one that fits.

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
        """Inputs that nothing can feed; a remark on those of which it is not known because a step is broken."""
        for spec in step.specs:
            for dependency in spec.dependencies:
                name = f"input '{dependency.name}' of {spec.step_type}"
                if broken := self._broken(step, dependency):
                    yield self._found(
                        step,
                        spec,
                        dependency,
                        f"Whether {name} can be satisfied was not judged: {broken} is there but cannot be read.",
                        f"cursus validate --workspace {broken.split('/')[0]}",
                        Severity.INFO,
                    )
                elif why := self._unsatisfied(step, dependency):
                    yield self._found(
                        step,
                        spec,
                        dependency,
                        f"{name[0].upper()}{name[1:]} cannot be satisfied: {why}",
                        "Correct the sources, or leave them out if the data comes from outside the pipeline.",
                        Severity.ERROR if dependency.required else Severity.WARNING,
                    )
                else:
                    for source in self._nowhere(step, dependency):
                        yield self._found(
                            step,
                            spec,
                            dependency,
                            f"{name[0].upper()}{name[1:]} names the source '{source}', a step that no workspace has."
                            f"{did_you_mean(source, step.offers.names)}",
                            "Correct the source, or remove it.",
                            Severity.WARNING,
                        )

    def _found(
        self, step: StepSubject, spec: Spec, dependency: Dependency, message: str, hint: str, severity: Severity
    ) -> Finding:
        line = dependency.line or spec.line
        return self.finding(step, message, file=spec.source, line=line, hint=hint, severity=severity)

    def _broken(self, step: StepSubject, dependency: Dependency) -> str | None:
        """A broken step that might produce the input, when no sound one does."""
        sources = dependency.compatible_sources
        if any(_may_feed(p, dependency) for source in sources for p in step.offers.producers(source)):
            return None
        return next((broken for source in sources if (broken := step.offers.broken(source))), None)

    def _nowhere(self, step: StepSubject, dependency: Dependency) -> list[str]:
        """The sources that are neither a step nor a row of the registry."""
        return [
            source
            for source in dependency.compatible_sources
            if not step.offers.producers(source)
            and step.offers.broken(source) is None
            and not step.offers.registered(source, step.workspace.id)
        ]

    def _unsatisfied(self, step: StepSubject, dependency: Dependency) -> str | None:
        sources = dependency.compatible_sources
        if not sources:
            return None
        producers = [p for source in sources for p in step.offers.producers(source)]
        if not producers:
            if any(step.offers.registered(source, step.workspace.id) for source in sources):
                return None  # a row of the registry whose files stand elsewhere
            listing = ", ".join(f"'{s}'" for s in sources)
            return f"no workspace has a step {listing}.{did_you_mean(sources[0], step.offers.names)}"
        if any(_may_feed(producer, dependency) for producer in producers):
            return None
        return _explain(producers[0], dependency)


def _may_feed(producer: Offer, dependency: Dependency) -> bool:
    """Whether some output passes, or the outputs are not known by reading."""
    from cursus.core.deps.scoring import gate

    if producer.outputs is None:
        return True
    return any(gate(dependency, output) is None for output in producer.outputs)


def _explain(producer: Offer, dependency: Dependency) -> str:
    from cursus.core.deps.scoring import gate

    if not producer.outputs:
        return f"{producer.reference} has no outputs."
    reasons = "; ".join(f"{o.name}: {gate(dependency, o)}" for o in producer.outputs)
    return f"no output of {producer.reference} fits ({reasons})."
