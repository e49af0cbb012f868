"""``path-outside``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding
from cursus.validation.analysis.joins import slips
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class PathOutside(StepCheck):
    """What a script joins to the folder of an input or output stays in that folder.

    Why: nothing is mounted beside the folder and nothing is uploaded from there; the file is lost when the container
    ends, or is not found.

    Bad::

        open(os.path.join(output_paths["features"], "/features.csv"), "w")    # is /features.csv
        open(output_paths["features"] + "part.csv", "w")                      # is .../featurespart.csv

    Good::

        open(os.path.join(output_paths["features"], "features.csv"), "w")
        open(output_paths["features"] + "/part.csv", "w")
    """

    code = "path-outside"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Joins that leave their folder."""
        ports = frozenset((*step.contract.inputs, *step.contract.outputs))
        for slip in slips(step.files.of(step.script.path), ports):
            yield self.finding(
                step,
                f"{step.script.path.name} leaves the folder of '{slip.port}': {slip.why}.",
                file=step.script.path,
                line=slip.line,
                column=slip.column,
                hint=f'Write os.path.join(paths["{slip.port}"], "name"), or Path(paths["{slip.port}"]) / "name".',
            )
