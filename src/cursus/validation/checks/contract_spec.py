"""``contract-spec``."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cursus.errors import did_you_mean
from cursus.model.finding import Finding, Fix
from cursus.model.step import Contract, Dependency, Output, Spec
from cursus.validation.analysis.rewriting import only_spelling, renamed
from cursus.validation.analysis.subject import Part, StepSubject
from cursus.validation.check.interface import StepCheck
from cursus.validation.check.level import Level

_LOCATION = "s3uri"


class ContractSpec(StepCheck):
    """Contract and spec name the same inputs and outputs, in every job variant.

    Ports whose data type is not ``S3Uri`` carry a value, not files, and need no place in the contract.

    Why: data is wired by the spec and mounted by the contract; a name that only one of them knows is data that arrives
    nowhere, or a folder that nothing fills.

    Bad::

        # contract: expected_input_paths={"flights": ...}
        DependencySpec(logical_name="flight_data", ...)

    Good::

        # contract: expected_input_paths={"flights": ...}
        DependencySpec(logical_name="flights", ...)
    """

    code = "contract-spec"
    level = Level.CONTRACT_SPEC
    needs = (Part.CONTRACT, Part.SPEC)

    def check(self, step: StepSubject) -> Iterator[Finding]:
        """Names of one side that the other does not have."""
        for spec in step.specs:
            yield from self._side(step, spec, "input", step.contract.inputs, spec.dependencies)
            yield from self._side(step, spec, "output", step.contract.outputs, spec.outputs)

    def _side(
        self,
        step: StepSubject,
        spec: Spec,
        side: str,
        contract: Collection[str],
        ports: Collection[Dependency] | Collection[Output],
    ) -> Iterator[Finding]:
        names = [port.name for port in ports]
        for port in ports:
            if port.name not in contract and port.data_type.lower() == _LOCATION:
                yield self.finding(
                    step,
                    f"The spec {spec.step_type} has {side} '{port.name}', which the contract does not have."
                    f"{did_you_mean(port.name, contract)}",
                    file=spec.source,
                    line=port.line or spec.line,
                    hint=f"The contract's {side}s: {', '.join(sorted(contract)) or 'none'}. Use one name in both.",
                    fix=self._fix(step, spec, port.name, only_spelling(port.name, contract)),
                )
        for name in contract:
            if name not in names:
                yield self._only_in_contract(step, step.contract, spec, side, name, names)

    def _fix(self, step: StepSubject, spec: Spec, old: str, new: str | None) -> Fix | None:
        """The contract's spelling in the spec; scripts and mounts go by the contract."""
        if spec.source is None:
            return None
        return renamed(spec.source, step.workspace, old, new, before=r"logical_name\s*=\s*")

    def _only_in_contract(
        self, step: StepSubject, contract: Contract, spec: Spec, side: str, name: str, names: list[str]
    ) -> Finding:
        return self.finding(
            step,
            f"The contract has {side} '{name}', which the spec {spec.step_type} does not have."
            f"{did_you_mean(name, names)}",
            file=contract.source,
            line=contract.line,
            hint=f"The spec's {side}s: {', '.join(sorted(names)) or 'none'}. Use one name in both.",
        )
