"""``unused-environment``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.model.facts import MainParameter
from cursus.model.finding import Finding, Severity
from cursus.validation.analysis.environment import provided
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import unused
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level


class UnusedEnvironment(StepCheck):
    """Every environment variable a contract declares is read by the script.

    Variables that the system or SageMaker reads itself are exempt.

    Why: a configured value that nothing reads has no effect, and whoever sets it believes it has.

    Bad::

        # contract: optional_env_vars={"DELAY_MINUTES": "15"}
        late = table["arr_delay"] > 15

    Good::

        # contract: optional_env_vars={"DELAY_MINUTES": "15"}
        late = table["arr_delay"] > float(environ_vars.get("DELAY_MINUTES", "15"))
    """

    code = "unused-environment"
    level = Level.SCRIPT_CONTRACT
    severity = Severity.WARNING
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Declared variables that the script never reads."""
        main = step.script.facts.main
        elsewhere = {read.name for read in step.script.facts.environment}
        declared = (*step.contract.required_env, *step.contract.optional_env)
        for name in unused(step, MainParameter.ENVIRONMENT, iter(declared)):
            if name not in elsewhere and not provided(name):
                yield self.finding(
                    step,
                    f"{step.script.path.name} never reads environment variable '{name}', which the contract declares.",
                    file=step.script.path,
                    line=main.line if main else None,
                    column=main.column if main else None,
                    hint=f"Read environ_vars[\"{name}\"], or remove '{name}' from the contract.",
                )
