"""Where each input of a step finds its data in a run folder."""

from __future__ import annotations

from pathlib import Path

from cursus.errors import RunError
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.model.step import Contract
from cursus.validation.runtime.engine.interface import Data
from cursus.validation.runtime.staging import StepFolder


def script_contract(step: PlannedStep) -> Contract | None:
    """The contract of a step that has a script to run here, else None."""
    return step.contract if step.code is not None else None


def dependencies(plan: PipelinePlan) -> dict[str, set[str]]:
    """Node -> nodes that must have passed first: those whose data it reads and those it waits for."""
    needed: dict[str, set[str]] = {step.name: set(step.depends_on) for step in plan.steps}
    for binding in plan.bindings:
        needed[binding.step].add(binding.source)
    return needed


def sources_of(step: PlannedStep, plan: PipelinePlan, data: Data, run_dir: Path) -> dict[str, Path]:
    """Contract input -> file or folder with its data. An optional input that nothing feeds is left out.

    :raises RunError: a required input has no data, or its source has no output of that name.
    """
    contract = step.contract
    if contract is None:
        return {}
    bound = {b.input: b for b in plan.bindings_of(step.name)}
    found: dict[str, Path] = {}
    for name in contract.inputs:
        if (step.name, name) in data:
            found[name] = data[step.name, name]
        elif name in bound:
            source = plan.step(bound[name].source)
            output = contract_output(source, bound[name].output)
            if output is None:
                raise RunError(
                    f"Step '{step.name}' reads '{bound[name].output}' of '{source.name}' as '{name}', but the contract "
                    f"of {source.reference} has no such output, so a local run has no data for it.",
                    hint=f"cursus validate --workspace {source.workspace}",
                    workspace=source.workspace,
                    step=source.name,
                    file=None if source.contract is None else source.contract.source,
                    line=None if source.contract is None else source.contract.line,
                )
            found[name] = StepFolder.of(run_dir, source.name).output(output)
        elif is_required(step, name):
            raise RunError(
                f"Step '{step.name}' ({step.reference}) has no data for its required input '{name}'.",
                hint=f"Give it with --input {step.name}.{name}=PATH",
                workspace=step.workspace,
                step=step.name,
            )
    return found


def is_required(step: PlannedStep, name: str) -> bool:
    """Whether the script cannot do without that input; one that the spec does not list is required."""
    dependency = step.spec.dependency(name)
    return dependency is None or dependency.required


def contract_output(step: PlannedStep, name: str) -> str | None:
    """The contract's name of an output that a spec, by logical name or alias, calls ``name``; None without one."""
    if step.contract is None:
        return None
    if name in step.contract.outputs:
        return name
    port = step.spec.output(name)
    names = () if port is None else (port.name, *port.aliases)
    return next((n for n in names if n in step.contract.outputs), None)
