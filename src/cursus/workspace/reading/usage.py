"""Which keys a script's ``main`` reads from its four parameters.

Followed: other names for a parameter, copies of it, functions of the same module it is handed to, keys from literals,
constants and loops over literals. What is not followed is named in ``dynamic``, so that a check can say so.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from cursus.model.parameter import MainParameter
from cursus.workspace.reading.marks import Marks
from cursus.workspace.reading.nodes import children

Function = ast.FunctionDef | ast.AsyncFunctionDef

_READERS = frozenset({"get", "pop", "setdefault"})
_HARMLESS = frozenset({"len", "bool", "print", "repr", "str", "isinstance", "type", "id"})
_COPIES = frozenset({"dict", "copy", "deepcopy"})
_WHOLE = frozenset({"items", "keys", "values", "update"})
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_MOST_CALLS = 200
_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


#: Rows of parameter, key, line, column and whether it is required, in the order of the file; and the parameters that
#: could not be followed everywhere.
Usage = tuple[list[list[Any]], list[str]]
NOTHING: Usage = ([], [])


def parameters(function: Function) -> tuple[str, ...]:
    """Names of a function's ordinary parameters, in order."""
    return tuple(a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs))


def literal(node: ast.expr | None, constants: Mapping[str, Any]) -> Any:
    """The value of a literal, of a name bound to one, or of a tuple, list or set of them (as a tuple); else None."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        values = tuple(literal(e, constants) for e in node.elts)
        return None if any(v is None or isinstance(v, tuple) for v in values) else values
    return None


def living(block: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a block up to the first that always leaves it; what stands behind it never runs."""
    last = next((at for at, statement in enumerate(block) if isinstance(statement, _LEAVING)), len(block))
    return block[: last + 1]


def collect(
    main: Function, functions: Mapping[str, Function], constants: Mapping[str, Any], marks: Marks | None = None
) -> Usage:
    """What ``main`` and the module's functions it hands its parameters to read from them.

    :param marks: with them, statements that mention none of the parameters are passed over.
    """
    names = parameters(main)
    canonical = {p.value: p for p in MainParameter}
    if set(names) & set(canonical):
        bound = {n: canonical[n] for n in names if n in canonical}
    else:
        bound = dict(zip(names, MainParameter, strict=False))
    follower = _Follower(functions, constants, marks)
    follower.enter(main, bound)
    return follower.usage()


class _Follower:
    def __init__(self, functions: Mapping[str, Function], constants: Mapping[str, Any], marks: Marks | None) -> None:
        self.functions = functions
        self.constants = constants
        self.marks = marks
        self.keys: set[tuple[str, str, int, int, bool]] = set()
        self.guarded: set[tuple[str, str]] = set()
        self.dynamic: set[MainParameter] = set()
        self.seen: set[tuple[str, frozenset[tuple[str, MainParameter]]]] = set()

    def enter(self, function: Function, bound: dict[str, MainParameter]) -> None:
        """Read a function once for each way parameters are handed to it."""
        waiting = [(function, bound)]
        while waiting:
            current, names = waiting.pop()
            mark = (current.name, frozenset(names.items()))
            if mark in self.seen:
                continue
            if len(self.seen) > _MOST_CALLS:
                self.dynamic.update(names.values())
                continue
            self.seen.add(mark)
            waiting += _Body(self, dict(names)).read(current)

    def usage(self) -> Usage:
        keys = {
            (line, column, parameter, key, required and (parameter, key) not in self.guarded)
            for parameter, key, line, column, required in self.keys
        }
        rows = [[parameter, key, line, column, required] for line, column, parameter, key, required in sorted(keys)]
        return rows, [p.value for p in MainParameter if p in self.dynamic]


class _Body:
    """One function's statements, in order; ``names`` are its other names for main's parameters at that point."""

    def __init__(self, follower: _Follower, names: dict[str, MainParameter]) -> None:
        self.follower = follower
        self.names = names
        self.namespaces: set[str] = set()
        self.constants = dict(follower.constants)
        self.calls: list[tuple[Function, dict[str, MainParameter]]] = []
        self.mentions = None if follower.marks is None else follower.marks.mentions(names)

    def read(self, function: Function) -> list[tuple[Function, dict[str, MainParameter]]]:
        stack: list[Any] = living(function.body)[::-1]
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is ast.Constant:
                continue
            if kind is _Bind:
                node.run(self)
                continue
            if kind in _STATEMENTS and self.mentions is not None and not self.mentions.anywhere_in(node):
                stack += self.pass_over(node)[::-1]
                continue
            visitor = _VISITORS.get(kind)
            stack += (children(node) if visitor is None else visitor(self, node))[::-1]
        return self.calls

    def pass_over(self, node: Any) -> list[Any]:
        """Only what a statement that mentions no parameter binds is noted; the statements in it."""
        kind = node.__class__
        if kind is ast.Assign:
            for target in node.targets:
                self.rebind(target, node.value)
        elif kind is ast.AnnAssign and node.value is not None:
            self.rebind(node.target, node.value)
        elif kind is ast.For or kind is ast.AsyncFor:
            _Bind((node.target,), node.iter, loop=True).run(self)
        if kind not in _COMPOUND:
            return []
        handlers = [s for handler in getattr(node, "handlers", ()) for s in handler.body]
        return [*node.body, *handlers, *getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]

    def rebind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name) and isinstance(value, (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp)):
            self.names.pop(target.id, None)
            self.namespaces.discard(target.id)
            self.constants.pop(target.id, None)
        else:
            _Bind((target,), value).run(self)

    def follow(self, name: str) -> None:
        """Statements that mention ``name`` are of interest too."""
        if self.mentions is not None and self.follower.marks is not None:
            self.mentions = self.follower.marks.mentions((*self.names, *self.namespaces, name))

    def assign(self, node: ast.Assign) -> list[Any]:
        return self.assignment(node.targets, node.value)

    def assign_one(self, node: ast.AnnAssign | ast.NamedExpr) -> list[Any]:
        return [] if node.value is None else self.assignment([node.target], node.value)

    def assignment(self, targets: list[ast.expr], value: ast.expr) -> list[Any]:
        """Giving a parameter another plain name reads nothing; putting it anywhere else loses sight of it."""
        bind = _Bind(tuple(targets), value)
        pairs = [pair for target in targets for pair in bind.pairs(target)]
        below: list[Any] = [t for t, _ in pairs if not isinstance(t, ast.Name)]
        for target, given in pairs:
            if not isinstance(target, ast.Name) or not (self.alias_of(given) or self.namespace_of(given)):
                below.append(given)
        return [*below, bind]

    def loop(self, node: ast.For | ast.AsyncFor) -> list[Any]:
        return [node.iter, _Bind((node.target,), node.iter, loop=True), *node.body, *node.orelse]

    def name(self, node: ast.Name) -> list[Any]:
        """A parameter in a place nothing above knew: where it goes from here is not followed."""
        parameter = self.names.get(node.id)
        if parameter is not None and isinstance(node.ctx, ast.Load):
            self.follower.dynamic.add(parameter)
        return []

    def choice(self, node: ast.If) -> list[Any]:
        if isinstance(node.test, ast.Constant):
            return living(node.body if node.test.value else node.orelse)
        return [*([] if self.is_bare(node.test) else [node.test]), *living(node.body), *living(node.orelse)]

    def condition(self, node: ast.AST) -> list[Any]:
        return [c for c in children(node) if not self.is_bare(c)]

    def f_string(self, node: ast.JoinedStr) -> list[Any]:
        return [c for c in children(node) if not self.is_bare(getattr(c, "value", c))]

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> list[Any]:
        below: list[Any] = []
        for generator in node.generators:
            below += [generator.iter, _Bind((generator.target,), generator.iter, loop=True), *generator.ifs]
        return [*below, *([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])]

    def is_bare(self, node: ast.AST) -> bool:
        """A parameter asked only whether it is empty, or shown."""
        return isinstance(node, ast.Name) and node.id in self.names

    def alias_of(self, node: ast.AST | None) -> MainParameter | None:
        """The parameter an expression is, or is a copy of."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id)
        if isinstance(node, ast.NamedExpr):
            return self.alias_of(node.value)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return self.alias_of(node.values[0])
        if isinstance(node, ast.IfExp):
            return self.alias_of(node.body) or self.alias_of(node.orelse)
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr == "copy" and not node.args:
                return self.alias_of(function.value)
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in _COPIES and len(node.args) == 1 and not node.keywords:
                return self.alias_of(node.args[0])
        return None

    def namespace_of(self, node: ast.AST | None) -> MainParameter | None:
        """The parameter an expression is the dictionary of: ``vars(job_args)``."""
        if isinstance(node, ast.Name) and node.id in self.namespaces:
            return MainParameter.ARGUMENTS
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "vars" and len(node.args) == 1:
            found = self.alias_of(node.args[0])
            return found if found is MainParameter.ARGUMENTS else None
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            found = self.alias_of(node.value)
            return found if found is MainParameter.ARGUMENTS else None
        return None

    def table(self, node: ast.AST | None) -> MainParameter | None:
        """The parameter whose keys are read by subscripts of ``node``."""
        found = self.alias_of(node)
        return self.namespace_of(node) if found is None or found is MainParameter.ARGUMENTS else found

    def use(self, parameter: MainParameter, key: Any, node: ast.expr, *, required: bool) -> None:
        keys = key if isinstance(key, tuple) else (key,)
        for each in keys:
            if isinstance(each, str):
                self.follower.keys.add((str(parameter), each, node.lineno, node.col_offset + 1, required))
            else:
                self.follower.dynamic.add(parameter)

    def key(self, node: ast.expr) -> Any:
        return literal(node, self.constants)

    def subscript(self, node: ast.Subscript) -> list[Any]:
        parameter = self.table(node.value)
        if parameter is None:
            return [node.value, node.slice]
        if isinstance(node.ctx, ast.Load):
            self.use(parameter, self.key(node.slice), node, required=True)
        return [node.value, node.slice] if isinstance(node.value, ast.NamedExpr) else [node.slice]

    def attribute(self, node: ast.Attribute) -> list[Any]:
        parameter = self.alias_of(node.value)
        if parameter is None:
            return [] if self.namespace_of(node) else [node.value]
        if parameter is MainParameter.ARGUMENTS:
            if isinstance(node.ctx, ast.Load) and not node.attr.startswith("__"):
                self.use(parameter, node.attr, node, required=True)
        elif node.attr in _WHOLE:
            self.follower.dynamic.add(parameter)
        return []

    def compare(self, node: ast.Compare) -> list[Any]:
        below: list[Any] = [node.left]
        for operator, right in zip(node.ops, node.comparators, strict=True):
            parameter = self.table(right)
            if parameter is not None and isinstance(operator, (ast.In, ast.NotIn)):
                key = self.key(node.left)
                self.use(parameter, key, node, required=False)
                keys = key if isinstance(key, tuple) else (key,)
                self.follower.guarded.update((str(parameter), k) for k in keys if isinstance(k, str))
            elif not self.is_bare(right):
                below.append(right)
        return [n for n in below if not self.is_bare(n)]

    def call(self, node: ast.Call) -> list[Any]:
        arguments: list[Any] = [*node.args, *(k.value for k in node.keywords)]
        function = node.func
        if isinstance(function, ast.Attribute):
            parameter = self.table(function.value)
            if parameter is not None:
                if function.attr in _READERS and node.args:
                    self.use(
                        parameter,
                        self.key(node.args[0]),
                        node,
                        required=function.attr == "pop" and len(node.args) == 1,
                    )
                elif function.attr in _WHOLE:
                    self.follower.dynamic.add(parameter)
                return arguments
            if function.attr in _LOGGING:
                arguments = [a for a in arguments if not self.is_bare(a)]
            return [function, *arguments]
        if not isinstance(function, ast.Name):
            return [function, *arguments]
        return self.named_call(function.id, node, arguments)

    def named_call(self, name: str, node: ast.Call, arguments: list[Any]) -> list[Any]:
        if name in ("getattr", "hasattr") and len(node.args) >= 2:
            parameter = self.alias_of(node.args[0])
            if parameter is MainParameter.ARGUMENTS:
                required = name == "getattr" and len(node.args) == 2
                self.use(parameter, self.key(node.args[1]), node, required=required)
                if name == "hasattr" and isinstance(key := self.key(node.args[1]), str):
                    self.follower.guarded.add((str(parameter), key))
                return list(node.args[2:])
        if name in _HARMLESS:
            return [a for a in arguments if self.alias_of(a) is None]
        if self.alias_of(node) is not None or self.namespace_of(node) is not None:
            return []
        target = self.follower.functions.get(name)
        if target is None:
            return arguments
        handed = self.handed(target, node)
        if handed:
            self.calls.append((target, handed))
        return [a for a in arguments if self.alias_of(a) is None]

    def handed(self, target: Function, node: ast.Call) -> dict[str, MainParameter]:
        """Which of the called function's parameters are main's; what goes in through stars cannot be followed."""
        names = parameters(target)
        bound: dict[str, MainParameter] = {}
        for position, argument in enumerate(node.args):
            parameter = self.alias_of(argument)
            if parameter is None:
                continue
            if position < len(names):
                bound[names[position]] = parameter
            else:
                self.follower.dynamic.add(parameter)
        for keyword in node.keywords:
            parameter = self.alias_of(keyword.value)
            if parameter is None:
                continue
            if keyword.arg in names:
                bound[str(keyword.arg)] = parameter
            else:
                self.follower.dynamic.add(parameter)
        return bound


class _Bind:
    """A binding that takes effect after the expressions before it were read."""

    __slots__ = ("loop", "targets", "value")

    def __init__(self, targets: tuple[ast.expr, ...], value: ast.expr, loop: bool = False) -> None:
        self.targets = targets
        self.value = value
        self.loop = loop

    def run(self, body: _Body) -> None:
        for target in self.targets:
            for inner, value in self.pairs(target):
                for name in _names(inner):
                    _Bind((inner,), value, self.loop).bind(name, body)

    def pairs(self, target: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
        inner, given = getattr(target, "elts", None), getattr(self.value, "elts", None)
        if inner and given and len(inner) == len(given) and not self.loop:
            return list(zip(inner, given, strict=True))
        return [(target, self.value)]

    def bind(self, name: str, body: _Body) -> None:
        body.names.pop(name, None)
        body.namespaces.discard(name)
        body.constants.pop(name, None)
        if self.loop:
            values = literal(self.value, body.constants)
            if isinstance(values, tuple):
                body.constants[name] = values
            return
        parameter = body.alias_of(self.value)
        if parameter is not None:
            body.names[name] = parameter
            body.follow(name)
        elif body.namespace_of(self.value):
            body.namespaces.add(name)
            body.follow(name)
        elif (value := literal(self.value, body.constants)) is not None:
            body.constants[name] = value


_VISITORS: Mapping[type[ast.AST], Callable[[_Body, Any], list[Any]]] = {
    ast.Assign: _Body.assign,
    ast.AnnAssign: _Body.assign_one,
    ast.NamedExpr: _Body.assign_one,
    ast.If: _Body.choice,
    ast.For: _Body.loop,
    ast.AsyncFor: _Body.loop,
    ast.Call: _Body.call,
    ast.Subscript: _Body.subscript,
    ast.Attribute: _Body.attribute,
    ast.Compare: _Body.compare,
    ast.Name: _Body.name,
    ast.JoinedStr: _Body.f_string,
    **dict.fromkeys((ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.While, ast.Assert), _Body.condition),
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _Body.comprehension),
}


_COMPOUND = frozenset({ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try})
#: Statements that are passed over when they mention no parameter.
_STATEMENTS = _COMPOUND | {
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Expr,
    ast.Return,
    ast.Raise,
    ast.Assert,
    ast.Import,
    ast.ImportFrom,
}


def _names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    return [n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
