"""``undeclared-environment``."""

from __future__ import annotations

from collections.abc import Iterator

from cursus.errors import did_you_mean
from cursus.model.facts import EnvironmentRead, KeyUse, MainParameter
from cursus.model.finding import Finding, Fix, Severity
from cursus.validation.analysis.environment import provided
from cursus.validation.analysis.rewriting import declared_variable, default_read, only_spelling
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.analysis.usage import respelt_key, uses
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_CHANNEL = "SM_CHANNEL_"


class UndeclaredEnvironment(StepCheck):
    """Every environment variable a script reads, through ``environ_vars`` or ``os.environ``, is declared in its
    contract.

    One read with a default is a warning. Variables that the system or SageMaker sets are exempt; ``SM_CHANNEL_…`` is
    set for the inputs of a training step.

    Why: only declared variables are set in the container; reading another one fails, or silently takes the default for
    ever.

    Bad::

        # contract: required_env_vars=["LABEL_FIELD"]
        label = environ_vars["LABEL_FEILD"]

    Good::

        # contract: required_env_vars=["LABEL_FIELD"]
        label = environ_vars["LABEL_FIELD"]
    """

    code = "undeclared-environment"
    level = Level.SCRIPT_CONTRACT
    needs = (Part.SCRIPT, Part.CONTRACT)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Reads of variables that the contract does not declare."""
        declared = {*step.contract.required_env, *step.contract.optional_env}
        reported: set[str] = set()
        reads: list[KeyUse | EnvironmentRead] = [
            *uses(step, MainParameter.ENVIRONMENT),
            *sorted(step.script.facts.environment, key=lambda r: (not r.required, r.line, r.column)),
        ]
        for read in reads:
            name = read.key if isinstance(read, KeyUse) else read.name
            if name in declared or name in reported or (provided(name) and not _misspelt(step, read, name)):
                continue
            reported.add(name)
            yield self.finding(
                step,
                f"{step.script.path.name} reads environment variable '{name}', which the contract does not declare."
                f"{did_you_mean(name, declared)}",
                file=step.script.path,
                line=read.line,
                column=read.column,
                hint=f"Declared variables: {', '.join(sorted(declared)) or 'none'}. Correct the name, or declare it.",
                severity=Severity.ERROR if read.required else Severity.WARNING,
                fix=self._fix(step, name, declared),
            )

    def _fix(self, step: StepSubject, name: str, declared: set[str]) -> Fix | None:
        """The declared spelling; or the variable declared with the default that the script has, which changes nothing.

        Not where the name is near a declared one: then it is likely a slip.
        """
        if only_spelling(name, declared):
            return respelt_key(step, MainParameter.ENVIRONMENT, name, declared)
        default = None if did_you_mean(name, declared) else default_read(step.script.path, step.workspace, name)
        if default is None or step.contract.source is None:
            return None
        return declared_variable(step.contract.source, step.workspace, name, default)


def _misspelt(step: StepSubject, read: KeyUse | EnvironmentRead, name: str) -> bool:
    """Whether the variable is of a channel that the training step does not have."""
    if step.sagemaker_type != "Training" or not name.startswith(_CHANNEL):
        return False
    ports = step.contract.inputs
    channels = {c.upper() for c in (*ports, *(path.rstrip("/").rpartition("/")[2] for path in ports.values()))}
    channel = name.removeprefix(_CHANNEL)
    return read.required and channel not in channels
