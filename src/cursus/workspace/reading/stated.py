"""Which of a module's names is the contract or specification of its step.

The name ``<STEP>_CONTRACT`` (``<STEP>_SPEC``) or the function ``get_<step>_contract`` wins; otherwise it must be the
only one there. Names stated in the module come before names it imports.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cursus.model.step import Contract, Opaque, Spec
from cursus.model.workspace import fold
from cursus.workspace.reading.evaluate import Evaluator
from cursus.workspace.reading.modules import Module
from cursus.workspace.reading.published import contract_of, spec_of
from cursus.workspace.reading.values import CONTRACT, SPEC, FunctionValue, Instance, NotStatic, Published, Scope, Wrong


@dataclass(frozen=True, slots=True)
class _Kind:
    type: str
    suffix: str
    noun: str


_CONTRACT = _Kind(CONTRACT, "contract", "contract")
_SPEC = _Kind(SPEC, "spec", "specification")
_Stated = TypeVar("_Stated", Contract, Spec)


def contract_in(evaluator: Evaluator, module: Module, step: str) -> Contract | Opaque:
    """The contract a module states for ``step`` (snake case), opaque when it is there but cannot be read.

    :raises Wrong: it states none, several, or a wrong one.
    """
    return _stated(evaluator, module, step, _CONTRACT, contract_of)


def spec_in(evaluator: Evaluator, module: Module, step: str) -> Spec | Opaque:
    """The specification a module states for ``step`` (snake case with job suffix); as :func:`contract_in`."""
    return _stated(evaluator, module, step, _SPEC, spec_of)


def _stated(
    evaluator: Evaluator,
    module: Module,
    step: str,
    kind: _Kind,
    make: Callable[[Evaluator, Instance], _Stated],
) -> _Stated | Opaque:
    try:
        return make(evaluator, _Search(evaluator, module, kind).instance(step))
    except NotStatic as error:
        return Opaque(error.file, error.line, error.reason)
    except RecursionError:
        return Opaque(module.path, 1, "evaluating it takes too many steps")


class _Search:
    def __init__(self, evaluator: Evaluator, module: Module, kind: _Kind) -> None:
        self.evaluator = evaluator
        self.module = module
        self.kind = kind
        self.unknown: list[NotStatic] = []

    def instance(self, step: str) -> Instance:
        """The one that is meant. :raises Wrong: there is none, or it is not clear which."""
        names = self.module.bindings["names"]
        own = [n for n in names if names[n][0] not in ("im", "cl")]
        own.sort(key=lambda n: not self._is_named(n, step))
        for group in (own, [n for n in names if names[n][0] == "im"]):
            named = next((n for n in group if self._is_named(n, step)), None)
            if named is not None:
                return self._required(named)
            found = self._instances(group)
            if len(found) > 1:
                listing = ", ".join(sorted(found))
                raise self._wrong(
                    f"states several {self.kind.noun}s ({listing}); call the one of this step {self._name(step)}"
                )
            if found:
                return next(iter(found.values()))
            if self.unknown:
                raise self.unknown[0]
        line = self._subclass_line()
        if line is not None:
            reason = f"the {self.kind.noun} is stated as a class of its own"
            raise NotStatic(self.module.path, line, reason)
        raise self._wrong(f"states no {self.kind.noun}; expected {self._name(step)} = {self.kind.type}(…)")

    def _is_named(self, name: str, step: str) -> bool:
        folded = fold(name)
        plain = fold(step) + self.kind.suffix
        return folded in (plain, f"get{plain}", plain + "ification")

    def _name(self, step: str) -> str:
        return f"{step.upper()}_{self.kind.suffix.upper()}"

    def _required(self, name: str) -> Instance:
        value = self._value(name)
        if isinstance(value, Instance) and value.type == self.kind.type:
            return value
        raise self._wrong(f"binds {name} to something that is no {self.kind.type}")

    def _value(self, name: str) -> Any:
        value = self.evaluator.name(self.module, name)
        if isinstance(value, FunctionValue) and all(default is not None for _, default in value.parameters):
            call = ["c", ["n", name, value.line], [], [], value.line]
            return self.evaluator.evaluate(call, Scope(self.module))
        return value

    def _instances(self, names: list[str]) -> dict[str, Instance]:
        """The different ones among ``names``, by the first name of each; what cannot be read is kept aside."""
        found: dict[int, tuple[str, Instance]] = {}
        for name in names:
            try:
                value = self._value(name)
            except NotStatic as error:
                if self.kind.suffix in name.lower():
                    self.unknown.append(error)
                continue
            if isinstance(value, Instance) and value.type == self.kind.type:
                found.setdefault(value.line, (name, value))
        return dict(found.values())

    def _subclass_line(self) -> int | None:
        for expression in self.module.bindings["names"].values():
            if expression[0] != "cl":
                continue
            for base in expression[1]:
                try:
                    value = self.evaluator.evaluate(base, Scope(self.module))
                except NotStatic:
                    continue
                if isinstance(value, Published) and value.name == self.kind.type:
                    return int(expression[3])
        return None

    def _wrong(self, what: str) -> Wrong:
        path: Path = self.module.path
        return Wrong(path, 1, f"{path.name} {what}")
