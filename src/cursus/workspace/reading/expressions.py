"""What the names of a module are bound to, as plain JSON values that can be kept and evaluated later.

An expression is a list whose first item says what it is; the rest is listed in :data:`FORMS`. Anything that cannot be
evaluated by reading becomes ``["?", line, reason]``, so that the reason is told only when the value is asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

#: tag -> what follows it. Expressions that may fail to evaluate end with their line.
FORMS: Mapping[str, str] = {
    "k": "constant",
    "n": "name, line",
    "a": "base, attribute, line",
    "c": "function, arguments, [keyword or null, value] pairs, line",
    "l": "items of a list",
    "t": "items of a tuple",
    "s": "items of a set",
    "d": "[key or null for **, value] pairs, line",
    "*": "an item that is spread out",
    "f": "parts of an f-string, line",
    "o": "operator, operands, line",
    "i": "base, index, line",
    "x": "condition, value if true, value if false, line",
    "u": "unary operator, operand, line",
    "b": "and/or, operands, line",
    "fn": "[parameter, default or null] pairs, bindings, returned expression, line",
    "cl": "bases, bindings, line",
    "im": "module, leading dots, name or null for the module itself, line",
    "?": "line, reason",
}

_MOST_NODES = 20_000
_DEEPEST = 40
_MOST_BITS = 64
_OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.BitOr: "|",
    ast.Mod: "%",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Not: "not",
}
Expression = list[Any]


def bindings_of(tree: ast.Module) -> dict[str, Any]:
    """``{"names": {name: expression}, "stars": [[module, dots, line], …]}`` of the module level."""
    scope = _Scope(_Budget())
    scope.statements(tree.body)
    return {"names": scope.names, "stars": scope.stars}


class _Budget:
    """How many more nodes of this module may be kept."""

    def __init__(self) -> None:
        self.left = _MOST_NODES


class _Scope:
    """Bindings of a module, class or function body."""

    def __init__(self, budget: _Budget) -> None:
        self.budget = budget
        self.names: dict[str, Expression] = {}
        self.stars: list[list[Any]] = []

    def statements(self, body: list[ast.stmt], *, conditional: bool = False) -> None:
        for statement in body:
            self.statement(statement, conditional=conditional)

    def statement(self, node: ast.stmt, *, conditional: bool) -> None:
        reader = _STATEMENTS.get(type(node))
        if reader is None:
            self.everything_below(node)
        else:
            reader(self, node, conditional)

    def on_assign(self, node: ast.Assign, conditional: bool) -> None:
        for target in node.targets:
            self.assign(target, node.value, conditional=conditional)

    def on_annotated(self, node: ast.AnnAssign, conditional: bool) -> None:
        if node.value is not None:
            self.assign(node.target, node.value, conditional=conditional)

    def on_definition(self, node: ast.FunctionDef | ast.ClassDef, conditional: bool) -> None:
        self.bind(node.name, self.definition(node), node.lineno, conditional=conditional)

    def on_if(self, node: ast.If, conditional: bool) -> None:
        type_checking = "TYPE_CHECKING" in (getattr(node.test, "id", ""), getattr(node.test, "attr", ""))
        self.statements(node.body, conditional=conditional or not type_checking)
        self.statements(node.orelse, conditional=True)

    def on_try(self, node: ast.Try, conditional: bool) -> None:
        self.statements(node.body, conditional=conditional or bool(node.handlers))
        for handler in node.handlers:
            self.statements(handler.body, conditional=True)
        self.statements([*node.orelse, *node.finalbody], conditional=True)

    def imports(self, node: ast.Import | ast.ImportFrom, _conditional: bool = False) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                module = alias.name if alias.asname else alias.name.split(".")[0]
                self.names.setdefault(alias.asname or module, ["im", module, 0, None, node.lineno])
            return
        for alias in node.names:
            if alias.name == "*":
                self.stars.append([node.module or "", node.level, node.lineno])
            else:
                bound = ["im", node.module or "", node.level, alias.name, node.lineno]
                self.names.setdefault(alias.asname or alias.name, bound)

    def assign(self, target: ast.expr, value: ast.expr, *, conditional: bool) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, self.encode(value), target.lineno, conditional=conditional)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            if len(values) == len(target.elts) and not any(isinstance(v, ast.Starred) for v in values):
                for inner, given in zip(target.elts, values, strict=True):
                    self.assign(inner, given, conditional=conditional)
                return
            for inner in target.elts:
                self.changed(inner, target.lineno)
        else:
            self.changed(target, target.lineno)

    def bind(self, name: str, expression: Expression, line: int, *, conditional: bool) -> None:
        if conditional:
            expression = opaque(line, f"'{name}' is bound inside a condition")
        elif name in self.names and self.names[name][0] != "im":
            expression = opaque(line, f"'{name}' is bound more than once")
        self.names[name] = expression

    def on_expression(self, node: ast.Expr, _conditional: bool = False) -> None:
        """A call of a method may change what the name before the dot is bound to."""
        value = node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            name = _root(value.func.value)
            if name is not None and self.names.get(name, ["im"])[0] != "im":
                self.names[name] = opaque(value.lineno, f"'{name}' is changed after it was bound")

    def changed(self, target: ast.expr, line: int) -> None:
        name = _root(target)
        if name is not None:
            self.names[name] = opaque(line, f"'{name}' is changed after it was bound")

    def everything_below(self, node: ast.stmt) -> None:
        """Names bound in a loop, ``with``, ``match`` or ``del`` are not known by reading."""
        stack: list[ast.AST] = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                self.names[current.name] = opaque(current.lineno, f"'{current.name}' is defined in a way not followed")
                continue
            if isinstance(current, ast.Name) and not isinstance(current.ctx, ast.Load):
                self.names[current.id] = opaque(current.lineno, f"'{current.id}' is bound in a way not followed")
            if isinstance(current, (ast.Subscript, ast.Attribute)) and not isinstance(current.ctx, ast.Load):
                self.changed(current, current.lineno)
            if isinstance(current, ast.Expr):
                self.on_expression(current)
            stack += ast.iter_child_nodes(current)

    def definition(self, node: ast.FunctionDef | ast.ClassDef) -> Expression:
        if isinstance(node, ast.ClassDef):
            inner = _Scope(self.budget)
            inner.statements(node.body)
            return ["cl", [self.encode(b) for b in node.bases], inner.names, node.lineno]
        arguments = node.args
        simple = not (node.decorator_list or arguments.vararg or arguments.kwarg)
        body = node.body if simple and all(s.__class__ in _PLAIN_STATEMENTS for s in node.body[:-1]) else []
        body = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        if not body or not isinstance(body[-1], ast.Return) or any(isinstance(s, ast.Expr) for s in body):
            return opaque(node.lineno, f"function '{node.name}' does more than return a value")
        inner = _Scope(self.budget)
        inner.statements(body[:-1])
        returned = body[-1]
        value = returned.value if isinstance(returned, ast.Return) else None
        result = ["k", None] if value is None else inner.encode(value)
        return ["fn", self.parameters(arguments), inner.names, result, node.lineno]

    def parameters(self, arguments: ast.arguments) -> list[list[Any]]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults += arguments.defaults
        pairs = [
            *zip(positional, defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return [[a.arg, None if d is None else self.encode(d)] for a, d in pairs]

    def encode(self, node: ast.expr, depth: int = 0) -> Expression:
        """``node`` as an expression list."""
        self.budget.left -= 1
        if self.budget.left < 0:
            return opaque(node.lineno, "the module holds more values than are read")
        if depth > _DEEPEST:
            return opaque(node.lineno, "it is nested too deeply")
        encoder = _ENCODERS.get(type(node))
        if encoder is None:
            return opaque(node.lineno, f"{_called(node)} is not evaluated by reading")
        return encoder(self, node, depth + 1)

    def many(self, nodes: list[ast.expr], depth: int) -> list[Expression]:
        return [
            ["*", self.encode(n.value, depth), n.lineno] if isinstance(n, ast.Starred) else self.encode(n, depth)
            for n in nodes
        ]

    def constant(self, node: ast.Constant, _depth: int) -> Expression:
        value = node.value
        if isinstance(value, int) and value.bit_length() > _MOST_BITS:
            return opaque(node.lineno, "the number is too large")
        if value is None or isinstance(value, (str, int, float, bool)):
            return ["k", value]
        return opaque(node.lineno, f"a value of type {type(node.value).__name__} is not used here")

    def name(self, node: ast.Name, _depth: int) -> Expression:
        return ["n", node.id, node.lineno]

    def attribute(self, node: ast.Attribute, depth: int) -> Expression:
        return ["a", self.encode(node.value, depth), node.attr, node.lineno]

    def call(self, node: ast.Call, depth: int) -> Expression:
        keywords = [[k.arg, self.encode(k.value, depth)] for k in node.keywords]
        return ["c", self.encode(node.func, depth), self.many(node.args, depth), keywords, node.lineno]

    def display(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Expression:
        tag = {ast.List: "l", ast.Tuple: "t", ast.Set: "s"}[type(node)]
        return [tag, self.many(node.elts, depth)]

    def mapping(self, node: ast.Dict, depth: int) -> Expression:
        pairs = [
            [None if k is None else self.encode(k, depth), self.encode(v, depth)]
            for k, v in zip(node.keys, node.values, strict=True)
        ]
        return ["d", pairs, node.lineno]

    def f_string(self, node: ast.JoinedStr, depth: int) -> Expression:
        parts: list[Expression] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                if value.format_spec is not None or value.conversion not in (-1, ord("s")):
                    return opaque(value.lineno, "a format in an f-string is not evaluated by reading")
                parts.append(self.encode(value.value, depth))
            else:
                parts.append(self.encode(value, depth))
        return ["f", parts, node.lineno]

    def binary(self, node: ast.BinOp, depth: int) -> Expression:
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            return opaque(node.lineno, f"the operator {type(node.op).__name__} is not evaluated by reading")
        operands: list[ast.expr] = [node.right]
        left = node.left
        while (
            isinstance(left, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)) and type(left.op) is type(node.op)
        ):
            operands.append(left.right)
            left = left.left
        operands.append(left)
        operands.reverse()
        return ["o", operator, [self.encode(o, depth) for o in operands], node.lineno]

    def index(self, node: ast.Subscript, depth: int) -> Expression:
        return ["i", self.encode(node.value, depth), self.encode(node.slice, depth), node.lineno]

    def condition(self, node: ast.IfExp, depth: int) -> Expression:
        branches = [self.encode(n, depth) for n in (node.test, node.body, node.orelse)]
        return ["x", *branches, node.lineno]

    def unary(self, node: ast.UnaryOp, depth: int) -> Expression:
        operator = _OPERATORS.get(type(node.op))
        if operator is None:
            return opaque(node.lineno, "the operator ~ is not evaluated by reading")
        return ["u", operator, self.encode(node.operand, depth), node.lineno]

    def boolean(self, node: ast.BoolOp, depth: int) -> Expression:
        operator = "and" if isinstance(node.op, ast.And) else "or"
        return ["b", operator, [self.encode(v, depth) for v in node.values], node.lineno]


def opaque(line: int, reason: str) -> Expression:
    """An expression that cannot be evaluated, and why."""
    return ["?", line, reason]


_STATEMENTS: Mapping[type[ast.AST], Callable[[_Scope, Any, bool], None]] = {
    ast.Import: _Scope.imports,
    ast.ImportFrom: _Scope.imports,
    ast.Assign: _Scope.on_assign,
    ast.AnnAssign: _Scope.on_annotated,
    ast.AugAssign: lambda scope, node, _: scope.changed(node.target, node.lineno),
    ast.FunctionDef: _Scope.on_definition,
    ast.ClassDef: _Scope.on_definition,
    ast.Expr: _Scope.on_expression,
    ast.If: _Scope.on_if,
    ast.Try: _Scope.on_try,
}
#: What may stand before the value a function returns; an expression only when it is a docstring.
_PLAIN_STATEMENTS = frozenset({ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass, ast.Expr})
_ENCODERS: Mapping[type[ast.AST], Callable[[_Scope, Any, int], Expression]] = {
    ast.Constant: _Scope.constant,
    ast.Name: _Scope.name,
    ast.Attribute: _Scope.attribute,
    ast.Call: _Scope.call,
    ast.List: _Scope.display,
    ast.Tuple: _Scope.display,
    ast.Set: _Scope.display,
    ast.Dict: _Scope.mapping,
    ast.JoinedStr: _Scope.f_string,
    ast.BinOp: _Scope.binary,
    ast.Subscript: _Scope.index,
    ast.IfExp: _Scope.condition,
    ast.UnaryOp: _Scope.unary,
    ast.BoolOp: _Scope.boolean,
}
_CALLED: Mapping[type[ast.AST], str] = {
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a generator",
    ast.Lambda: "a lambda",
    ast.Compare: "a comparison",
    ast.Slice: "a slice",
}


def _called(node: ast.AST) -> str:
    return _CALLED.get(type(node), f"'{type(node).__name__}'")


def _root(node: ast.AST) -> str | None:
    """The name an attribute, subscript or call chain starts from."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
