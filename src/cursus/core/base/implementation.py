"""Compares a script with a contract by reading the script; behind ``ScriptContract.validate_implementation``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cursus.core.base.scalars import fold_argument
from cursus.errors import FileError
from cursus.model.facts import MainParameter, ModuleFacts
from cursus.model.step import Contract
from cursus.workspace.files import read_file
from cursus.workspace.reading.facts import collect
from cursus.workspace.reading.source import Fault, parse

SIZE_LIMIT = 2 * 1024 * 1024


def compare(contract: Contract, script: Path) -> tuple[list[str], list[str]]:
    """Breaches (something read that nobody promised) and warnings (something promised that nobody reads).

    :raises FileError: when the script cannot be read or parsed.
    """
    data = read_file(script, boundary=script.parent, limit=SIZE_LIMIT)
    try:
        facts = collect(parse(data))
    except Fault as fault:
        raise FileError(
            f"{script.name} cannot be compared with its contract: {fault.message}.", file=script, line=fault.line
        ) from None
    errors = [] if facts.main else ["the script defines no function main"]
    if script.name != Path(contract.entry_point).name:
        errors.append(f"the contract's entry point is '{contract.entry_point}', the script is '{script.name}'")
    return [*errors, *_undeclared(contract, facts)], list(_unused(contract, facts))


def _declared(contract: Contract) -> dict[MainParameter, tuple[str, set[str]]]:
    """What may be read from each of main's parameters, with the word for it."""
    return {
        MainParameter.INPUTS: ("input", set(contract.inputs)),
        MainParameter.OUTPUTS: ("output", set(contract.outputs)),
        MainParameter.ENVIRONMENT: (
            "environment variable",
            {*contract.required_env, *contract.optional_env},
        ),
        MainParameter.ARGUMENTS: ("argument", {fold_argument(n) for n in contract.arguments}),
    }


def _undeclared(contract: Contract, facts: ModuleFacts) -> Iterator[str]:
    declared = _declared(contract)
    for use in facts.keys:
        what, names = declared[use.parameter]
        if use.key not in names:
            yield f"line {use.line}: {what} '{use.key}' is not in the contract"
    for argument in facts.arguments:
        if fold_argument(argument.name) not in declared[MainParameter.ARGUMENTS][1]:
            yield f"line {argument.line}: argument '{argument.name}' is not in the contract"


def _unused(contract: Contract, facts: ModuleFacts) -> Iterator[str]:
    used = {(use.parameter, use.key) for use in facts.keys}
    used |= {(MainParameter.ARGUMENTS, fold_argument(a.name)) for a in facts.arguments}
    used |= {(MainParameter.ENVIRONMENT, read.name) for read in facts.environment}
    for parameter, (what, names) in _declared(contract).items():
        if parameter in facts.dynamic_keys:
            continue
        for name in sorted(names):
            if (parameter, name) not in used:
                yield f"{what} '{name}' of the contract is not used"
