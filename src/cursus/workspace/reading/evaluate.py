"""Compute what a name of a module is bound to, without running anything.

Understood: literals, names, displays, f-strings, concatenation, indexing, members of enums, calls of the published
constructors, of simple functions and of a few builtins, and imports between the modules of a workspace. Everything
else is :class:`NotStatic`, with its place and reason. Work, depth and size are bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cursus.workspace.reading import operations
from cursus.workspace.reading.modules import Module, Modules
from cursus.workspace.reading.values import (
    PUBLISHED_PACKAGE,
    SPEC,
    Builtin,
    ClassValue,
    FunctionValue,
    Instance,
    Method,
    ModuleValue,
    NotStatic,
    Published,
    Scope,
    external,
)

_MOST_STEPS = 20_000
_DEEPEST = 100


class Evaluator:
    """Evaluates within one set of modules; meant for one question, as its budget is not renewed."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self._steps = 0
        self._depth = 0
        self._known: dict[tuple[str, str], Any] = {}
        self._open: set[tuple[str, str]] = set()

    def name(self, module: Module, name: str, line: int = 1) -> Any:
        """The value of a module-level name.

        :raises NotStatic: it cannot be known by reading.
        :raises Wrong: evaluating it would raise.
        :raises FileError: a module it comes from is broken.
        """
        key = (str(module.path), name)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            raise NotStatic(module.path, line, f"'{name}' refers to itself")
        self._open.add(key)
        try:
            value = self._known[key] = self._unknown_name(module, name, line)
        finally:
            self._open.discard(key)
        return value

    def evaluate(self, expression: list[Any], scope: Scope) -> Any:
        """The value of an expression; errors as for :meth:`name`."""
        self._steps += 1
        self._depth += 1
        try:
            if self._steps > _MOST_STEPS or self._depth > _DEEPEST:
                raise NotStatic(scope.module.path, _line(expression), "evaluating it takes too many steps")
            return _FORMS[expression[0]](self, expression, scope)
        finally:
            self._depth -= 1

    def _unknown_name(self, module: Module, name: str, line: int) -> Any:
        expression = module.bindings["names"].get(name)
        if expression is not None:
            return self.evaluate(expression, Scope(module))
        for dotted, level, at in module.bindings["stars"]:
            absolute = module.absolute(dotted, level)
            if absolute is not None and not name.startswith("_") and self._has(absolute, name):
                return self._from_module(absolute, name, Scope(module), at)
        if name in operations.BUILTINS:
            return Builtin(name)
        raise NotStatic(module.path, line, f"'{name}' is not bound in {module.path.name}")

    def _has(self, dotted: str, name: str) -> bool:
        if external(dotted, name) is not None:
            return True
        found = self.modules.find(dotted)
        return found is not None and (name in found.bindings["names"] or bool(found.bindings["stars"]))

    def _local(self, scope: Scope, name: str, line: int) -> Any:
        if name in scope.values:
            return scope.values[name]
        if name in scope.bindings:
            if name in scope.open:
                raise NotStatic(scope.module.path, line, f"'{name}' refers to itself")
            scope.open.add(name)
            scope.values[name] = value = self.evaluate(scope.bindings[name], scope)
            return value
        return self.name(scope.module, name, line)

    def _from_module(self, dotted: str, name: str, scope: Scope, line: int) -> Any:
        """``name`` of the module ``dotted``: a binding, a published class, or a module below it."""
        known = external(dotted, name)
        if known is not None:
            return known
        found = self.modules.find(dotted)
        if found is not None and (name in found.bindings["names"] or found.bindings["stars"]):
            return self.name(found, name, line)
        below = f"{dotted}.{name}"
        published = f"{PUBLISHED_PACKAGE}.".startswith(below + ".")
        if published or self.modules.find(below) is not None or self.modules.is_folder(below):
            return ModuleValue(below)
        if self.modules.is_inside(dotted):
            why = f"{dotted} has no '{name}'" if found else f"there is no module {dotted}"
        else:
            why = f"'{name}' comes from {dotted}, which is outside the workspace"
        raise NotStatic(scope.module.path, line, why)

    # Each of the forms of `expressions`, by its tag.

    def _constant(self, expression: list[Any], _scope: Scope) -> Any:
        return expression[1]

    def _by_name(self, expression: list[Any], scope: Scope) -> Any:
        return self._local(scope, expression[1], expression[2])

    def _imported(self, expression: list[Any], scope: Scope) -> Any:
        _, module, level, name, line = expression
        dotted = scope.module.absolute(module, level)
        if dotted is None:
            raise NotStatic(scope.module.path, line, "the import leads out of the package")
        return ModuleValue(dotted) if name is None else self._from_module(dotted, name, scope, line)

    def _attribute(self, expression: list[Any], scope: Scope) -> Any:
        _, base, name, line = expression
        value = self.evaluate(base, scope)
        if isinstance(value, ModuleValue):
            return self._from_module(value.dotted, name, scope, line)
        if isinstance(value, ClassValue):
            return self._member(value, name, scope, line)
        if isinstance(value, Instance):
            return self._field(value, name, scope, line)
        return operations.attribute(value, name, scope.module.path, line)

    def _field(self, instance: Instance, name: str, scope: Scope, line: int) -> Any:
        """An attribute of a contract or port: the argument of that name. A spec turns its lists into dicts."""
        given = dict(instance.keywords)
        if name not in given or (instance.type == SPEC and name in ("dependencies", "outputs")):
            raise NotStatic(scope.module.path, line, f"'.{name}' of a {instance.type} is not evaluated by reading")
        return self.evaluate(given[name], instance.scope)

    def _member(self, owner: ClassValue, name: str, scope: Scope, line: int) -> Any:
        inner = Scope(owner.module, owner.bindings)
        if name not in owner.bindings:
            raise NotStatic(scope.module.path, line, f"'{name}' is not stated in the class itself")
        value = self._local(inner, name, line)
        bases = [self._base(b, owner) for b in owner.bases]
        return operations.member(value, name, bases)

    def _base(self, expression: list[Any], owner: ClassValue) -> str:
        value = self.evaluate(expression, Scope(owner.module))
        return value.name if isinstance(value, Published | Builtin) else ""

    def _call(self, expression: list[Any], scope: Scope) -> Any:
        _, function, arguments, keywords, line = expression
        target = self.evaluate(function, scope)
        if isinstance(target, Published) and target.is_constructor:
            return Instance(target.name, scope, arguments, keywords, scope.module.path, line)
        if isinstance(target, FunctionValue):
            return self._call_function(target, expression, scope)
        if isinstance(target, Builtin | Method | Published):
            positional = self._items(arguments, scope)
            named = self.keywords(keywords, scope, line)
            return operations.call(target, positional, named, scope.module.path, line)
        what = "a class of this workspace" if isinstance(target, ClassValue) else "this"
        raise NotStatic(scope.module.path, line, f"calling {what} is not evaluated by reading")

    def _call_function(self, target: FunctionValue, expression: list[Any], scope: Scope) -> Any:
        _, _, arguments, keywords, line = expression
        given = dict(zip([n for n, _ in target.parameters], self._items(arguments, scope), strict=False))
        given.update(self.keywords(keywords, scope, line))
        inner = Scope(target.module, target.bindings, given)
        for name, default in target.parameters:
            if name not in given:
                if default is None:
                    raise NotStatic(scope.module.path, line, f"the call gives no value for '{name}'")
                given[name] = self.evaluate(default, Scope(target.module))
        return self.evaluate(target.result, inner)

    def keywords(self, pairs: Iterable[list[Any]], scope: Scope, line: int) -> dict[str, Any]:
        """The keyword arguments of a call by name."""
        named: dict[str, Any] = {}
        for name, expression in pairs:
            value = self.evaluate(expression, scope)
            if name is not None:
                named[name] = value
            elif isinstance(value, dict) and all(isinstance(k, str) for k in value):
                named.update(value)
            else:
                raise NotStatic(scope.module.path, line, "** is given something that is not a dict of names")
        return named

    def _items(self, expressions: list[list[Any]], scope: Scope) -> list[Any]:
        items: list[Any] = []
        for expression in expressions:
            if expression[0] == "*":
                spread = self.evaluate(expression[1], scope)
                if not isinstance(spread, list | tuple | set | dict):
                    raise NotStatic(scope.module.path, expression[2], "* is given something that is not a sequence")
                items += spread
                operations.check_size(items, scope.module.path, expression[2])
            else:
                items.append(self.evaluate(expression, scope))
        return items

    def _list_display(self, expression: list[Any], scope: Scope) -> list[Any]:
        return self._items(expression[1], scope)

    def _tuple_display(self, expression: list[Any], scope: Scope) -> tuple[Any, ...]:
        return tuple(self._items(expression[1], scope))

    def _set_display(self, expression: list[Any], scope: Scope) -> set[Any]:
        items = self._items(expression[1], scope)
        return set(operations.hashable(set, items, scope.module.path, _line(expression)))

    def _dict_display(self, expression: list[Any], scope: Scope) -> dict[Any, Any]:
        _, pairs, line = expression
        found: dict[Any, Any] = {}
        for key, value in pairs:
            if key is None:
                spread = self.evaluate(value, scope)
                if not isinstance(spread, dict):
                    raise NotStatic(scope.module.path, line, "** is given something that is not a dict")
                found.update(spread)
            else:
                name, given = self.evaluate(key, scope), self.evaluate(value, scope)
                found.update(operations.hashable(dict, [(name, given)], scope.module.path, line))
        operations.check_size(found, scope.module.path, line)
        return found

    def _f_string(self, expression: list[Any], scope: Scope) -> str:
        _, parts, line = expression
        text = ""
        for part in parts:
            text += operations.text(self.evaluate(part, scope), scope.module.path, line)
            operations.check_size(text, scope.module.path, line)
        return text

    def _operation(self, expression: list[Any], scope: Scope) -> Any:
        _, operator, operands, line = expression
        value = self.evaluate(operands[0], scope)
        for operand in operands[1:]:
            value = operations.binary(operator, value, self.evaluate(operand, scope), scope.module.path, line)
        return value

    def _index(self, expression: list[Any], scope: Scope) -> Any:
        _, base, key, line = expression
        return operations.index(self.evaluate(base, scope), self.evaluate(key, scope), scope.module.path, line)

    def _condition(self, expression: list[Any], scope: Scope) -> Any:
        _, test, yes, no, line = expression
        truth = operations.truth(self.evaluate(test, scope), scope.module.path, line)
        return self.evaluate(yes if truth else no, scope)

    def _unary(self, expression: list[Any], scope: Scope) -> Any:
        _, operator, operand, line = expression
        return operations.unary(operator, self.evaluate(operand, scope), scope.module.path, line)

    def _boolean(self, expression: list[Any], scope: Scope) -> Any:
        _, operator, operands, line = expression
        value: Any = None
        for operand in operands:
            value = self.evaluate(operand, scope)
            if operations.truth(value, scope.module.path, line) is (operator == "or"):
                break
        return value

    def _function(self, expression: list[Any], scope: Scope) -> FunctionValue:
        _, parameters, bindings, result, line = expression
        return FunctionValue(scope.module, parameters, bindings, result, line)

    def _class_definition(self, expression: list[Any], scope: Scope) -> ClassValue:
        _, bases, bindings, line = expression
        return ClassValue(scope.module, bases, bindings, line)

    def _opaque(self, expression: list[Any], scope: Scope) -> Any:
        raise NotStatic(scope.module.path, expression[1], expression[2])


def _line(expression: list[Any]) -> int:
    return next((part for part in reversed(expression) if isinstance(part, int)), 1)


_FORMS: Mapping[str, Callable[[Evaluator, list[Any], Scope], Any]] = {
    "k": Evaluator._constant,
    "n": Evaluator._by_name,
    "im": Evaluator._imported,
    "a": Evaluator._attribute,
    "c": Evaluator._call,
    "l": Evaluator._list_display,
    "t": Evaluator._tuple_display,
    "s": Evaluator._set_display,
    "d": Evaluator._dict_display,
    "f": Evaluator._f_string,
    "o": Evaluator._operation,
    "i": Evaluator._index,
    "x": Evaluator._condition,
    "u": Evaluator._unary,
    "b": Evaluator._boolean,
    "fn": Evaluator._function,
    "cl": Evaluator._class_definition,
    "?": Evaluator._opaque,
}
