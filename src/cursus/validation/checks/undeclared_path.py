"""``undeclared-path``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding
from cursus.validation.analysis.containers import is_below, parts, provided, within
from cursus.validation.analysis.folding import folded_paths
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UndeclaredPath(StepCheck):
    """Every container path written in a script is one that its contract declares, lies below one, or leads to one.

    A path put together of constants of the module counts as well. Folders that SageMaker makes in containers of this
    kind of step are exempt.

    Why: nothing is mounted at any other path; what is written there is lost when the container ends.

    Bad::

        # contract: "/opt/ml/processing/output/features"
        OUTPUT = "/opt/ml/processing/output/feature"

    Good::

        # contract: "/opt/ml/processing/output/features"
        OUTPUT = "/opt/ml/processing/output/features"
    """

    code = "undeclared-path"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Container paths that nothing declares."""
        declared = [*step.contract.inputs.values(), *step.contract.outputs.values()]
        beside: dict[tuple[str, ...], list[str]] = {}
        for path in declared:
            beside.setdefault(parts(path)[:-1], []).append(path)
        places = (*declared, *provided(step.sagemaker_type))
        found = step.script.facts.paths
        if any(is_below(place, literal.value) for literal in found for place in declared):
            # What is only the start of a path is joined to something.
            found = (*found, *folded_paths(step.files.of(step.script.path)))
        for literal in found:
            if any(within(literal.value, p) or within(p, literal.value) for p in places):
                continue
            yield self.finding(
                step,
                f"{step.script.path.name} names '{literal.value}', which the contract does not declare."
                f"{did_you_mean(literal.value, beside.get(parts(literal.value)[:-1], ()))}",
                file=step.script.path,
                line=literal.line,
                column=literal.column,
                hint=f"Declared paths: {', '.join(sorted(declared)) or 'none'}.",
            )
