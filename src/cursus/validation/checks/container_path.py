"""``container-path``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from cursus.model.finding import Finding
from cursus.validation.analysis import containers
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_TRAINING_INPUTS = (containers.TRAINING_INPUT, "/opt/ml/input/config")
_TRAINING_OUTPUTS = (containers.TRAINING_MODEL, containers.TRAINING_OUTPUT)


class ContainerPath(StepCheck):
    """Every logical name of a contract has a container path of its own, where SageMaker mounts such data.

    Processing: below ``/opt/ml/processing/input`` and ``/opt/ml/processing/output``. Training: inputs at
    ``/opt/ml/input/data/<channel>``, outputs at ``/opt/ml/model`` or ``/opt/ml/output/data``.

    Why: a job that mounts data elsewhere is refused by SageMaker, or its output is not uploaded; of two names with one
    path, one overwrites the other.

    Bad::

        # a processing step
        expected_output_paths={"features": "/opt/ml/output/features"}

    Good::

        # a processing step
        expected_output_paths={"features": "/opt/ml/processing/output/features"}
    """

    code = "container-path"
    level = Level.CONTRACT_SPEC
    needs = (Part.CONTRACT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Paths of the wrong place or taken twice."""
        contract = step.contract
        for side, paths in (("input", contract.inputs), ("output", contract.outputs)):
            for name, path in paths.items():
                why = _misplaced(path, side, step.sagemaker_type)
                if why:
                    yield self._found(step, name, f"{side.capitalize()} '{name}' is at '{path}': {why}.")
        named = [*contract.inputs.items(), *contract.outputs.items()]
        for (name, path), (other, other_path) in combinations(named, 2):
            if containers.within(path, other_path) or containers.is_below(other_path, path):
                both = path if containers.parts(path) == containers.parts(other_path) else f"{path}' and '{other_path}"
                yield self._found(step, name, f"'{name}' and '{other}' overlap: '{both}'.")

    def _found(self, step: StepSubject, name: str, message: str) -> Finding:
        return self.finding(
            step,
            message,
            file=step.contract.source,
            line=step.port_line(step.contract.source, name) or step.contract.line,
            hint="Give every logical name a folder of its own in the place its kind of step calls for.",
        )


def _misplaced(path: str, side: str, sagemaker_type: str | None) -> str | None:
    """Why data of that side cannot be at that path; None when it can."""
    if not path.startswith("/") or containers.leaves(path):
        return "a container path is absolute and has no '..'"
    if sagemaker_type == "Training":
        allowed = _TRAINING_INPUTS if side == "input" else _TRAINING_OUTPUTS
        fits = any(
            containers.is_below(path, place) if side == "input" else containers.within(path, place) for place in allowed
        )
        return None if fits else f"a training step's {side}s are below {' or '.join(allowed)}"
    if sagemaker_type is None or not sagemaker_type.endswith(("Processing", "DataLoading")):
        return None if containers.is_below(path, "/opt/ml") else "SageMaker mounts data below /opt/ml"
    place = containers.PROCESSING_INPUT if side == "input" else containers.PROCESSING_OUTPUT
    if not containers.is_below(path, place):
        return f"a processing step's {side}s are below {place}"
    if side == "input" and containers.within(path, containers.PROCESSING_CODE):
        return "that is where the step's code is mounted"
    return None
