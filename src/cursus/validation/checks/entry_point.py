"""``entry-point``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Fix
from cursus.model.step import Contract
from cursus.model.workspace import ComponentKind
from cursus.validation.analysis.rewriting import only_spelling, renamed
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level
from cursus.workspace.layout import kind_dir


class EntryPoint(StepCheck):
    """The script a contract names is there, under the name of the step.

    Why: the entry point is what the job starts. A contract that names another file describes a script that is not the
    one that runs.

    Bad::

        # contracts/prepare_contract.py
        ScriptContract(entry_point="prepare_data.py", ...)    # scripts/prepare.py

    Good::

        # contracts/prepare_contract.py
        ScriptContract(entry_point="prepare.py", ...)         # scripts/prepare.py
    """

    code = "entry-point"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.CONTRACT,)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """An entry point that is not there or is not the step's script."""
        contract = step.contract
        script = step.file(ComponentKind.SCRIPT)
        folder = kind_dir(step.workspace, ComponentKind.SCRIPT)
        if script is not None and script.name == contract.entry_point:
            return
        names = sorted(p.name for p in folder.glob("[!_.]*.py")) if folder.is_dir() else []
        if script is not None:
            message = (
                f"The contract names '{contract.entry_point}' as entry point, but the step's script is {script.name}."
            )
            hint = f'Write entry_point="{script.name}".'
        elif contract.entry_point in names:
            return
        else:
            message = f"The entry point '{contract.entry_point}' is not in {folder.name}/."
            message += did_you_mean(contract.entry_point, names)
            hint = f"Write {folder.name}/{contract.entry_point}, or correct the contract."
        yield self.finding(
            step,
            message,
            file=contract.source,
            line=contract.line,
            hint=hint,
            fix=self._fix(step, contract, script.name if script else only_spelling(contract.entry_point, names), names),
        )

    def _fix(self, step: StepSubject, contract: Contract, name: str | None, names: list[str]) -> Fix | None:
        """The step's own script, or the one of the same spelling, where the contract names no script there is."""
        if contract.source is None or contract.entry_point in names:
            return None
        keyword = r"(?:entry_point\s*=|script:)\s*"
        return renamed(contract.source, step.workspace, contract.entry_point, name, before=keyword)
