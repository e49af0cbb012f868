"""``incomplete-step``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.finding import Finding, Severity
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.subject import StepSubject, WorkspaceSubject
from cursus.validation.check.interface import WorkspaceCheck
from cursus.workspace.layout import file_name

_STATES = (ComponentKind.CONTRACT, ComponentKind.SPEC, ComponentKind.INTERFACE)


class IncompleteStep(WorkspaceCheck):
    """A step's files are complete: a script has a contract, a contract has a spec, and each belongs to a step.

    A step is complete with a manifest, or with a contract and a spec. A spec alone states a step without a script.

    Why: a script without a contract cannot be given data, and a contract without a spec cannot be wired; such a step
    is listed but cannot take part in a pipeline.

    Bad::

        scripts/prepare.py

    Good::

        scripts/prepare.py
        interfaces/prepare.step.yaml
    """

    code = "incomplete-step"

    def check(self, workspace: WorkspaceSubject) -> Iterator[Finding]:
        """Gaps in the files of each step, told at the file that is there."""
        yield from (f for f in workspace.reported if f.code == self.code)
        for step in workspace.steps:
            yield from self._gaps(workspace, step)

    def _gaps(self, workspace: WorkspaceSubject, step: StepSubject) -> Iterator[Finding]:
        kinds = {c.kind for c in step.components}
        if ComponentKind.INTERFACE in kinds or (kinds == {ComponentKind.SCRIPT} and step.read_script.problem):
            return
        stem = step.components[0].step
        manifest = file_name(ComponentKind.INTERFACE, stem)
        if not kinds & {*_STATES, ComponentKind.SCRIPT}:
            return  # only a builder or config: the catalog has said so
        if not kinds & set(_STATES):
            yield self._gap(
                workspace, step, f"no contract or manifest states what '{step.name}' reads and writes", manifest
            )
            return
        if ComponentKind.CONTRACT not in kinds and ComponentKind.SCRIPT in kinds:
            contract = file_name(ComponentKind.CONTRACT, stem)
            yield self._gap(workspace, step, f"the script of '{step.name}' has no contract", contract)
        if ComponentKind.SPEC not in kinds:
            spec = file_name(ComponentKind.SPEC, stem)
            yield self._gap(workspace, step, f"'{step.name}' has no spec, so it cannot be wired", spec)

    def _gap(self, workspace: WorkspaceSubject, step: StepSubject, what: str, missing: str) -> Finding:
        first = step.components[0].path
        return self.finding(
            workspace,
            f"{first.name}: {what}.",
            file=first,
            step=step.name,
            hint=f"Write {missing}; or start the name of {first.name} with '_' if it is a helper module.",
            severity=Severity.ERROR,
        )
