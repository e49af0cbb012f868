"""One walk over a module that collects what the checks ask for.

The walk is written by hand with a stack: it costs a fraction of ``ast.walk``, and deep nesting cannot overflow it.
Functions are left until the module level is done, so that module-level imports and constants are known by then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from cursus.model.facts import Argument, EnvironmentRead, Import, MainFunction, ModuleFacts, PathLiteral, Symbol
from cursus.workspace.reading import usage

_CONTAINER = "/opt/ml/"
_SKIPPED_FIELDS = frozenset(
    {"ctx", "op", "ops", "type_comment", "type_ignores", "kind", "id", "attr", "arg", "level", "module", "conversion"}
)
_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
_LONGEST_SOURCE = 200
#: node class -> names of its fields that can hold nodes, last first
_FIELDS: Mapping[type, tuple[str, ...]] = {
    node: tuple(f for f in reversed(node._fields) if f not in _SKIPPED_FIELDS)
    for node in vars(ast).values()
    if isinstance(node, type) and issubclass(node, ast.AST)
}


def collect(tree: ast.Module) -> ModuleFacts:
    """Everything :class:`ModuleFacts` holds, in the order of the file."""
    return _Walk(tree).facts()


class _Walk:
    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.in_function = False
        self.imports: list[Import] = []
        self.symbols: dict[str, Symbol] = {}
        self.arguments: list[Argument] = []
        self.environment: list[EnvironmentRead] = []
        self.paths: list[PathLiteral] = []
        self.constants: dict[str, Any] = {}
        self.os_names: set[str] = set()
        self.environ_names: set[str] = set()
        self.getenv_names: set[str] = set()
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.handlers: dict[type[ast.AST], Callable[[Any], None]] = {
            ast.Import: self.on_import,
            ast.ImportFrom: self.on_import_from,
            ast.Constant: self.on_constant,
            ast.Call: self.on_call,
            ast.Subscript: self.on_subscript,
            ast.Compare: self.on_compare,
            ast.Assign: self.on_assign,
        }

    def facts(self) -> ModuleFacts:
        self.module_level(self.tree.body)
        later = self.walk(list(reversed(self.tree.body)))[::-1]
        self.in_function = True
        while later:
            function = later.pop()
            inner: list[Any] = []
            _push_children(function, inner)
            later += reversed(self.walk(inner))
        main = self.functions.get("main")
        used = usage.collect(main, self.functions, self.constants) if main else usage.NOTHING
        return ModuleFacts(
            imports=tuple(sorted(self.imports, key=_place)),
            symbols=tuple(sorted(self.symbols.values(), key=_place)),
            main=None if main is None else MainFunction(usage.parameters(main), main.lineno, main.col_offset + 1),
            arguments=tuple(sorted(self.arguments, key=_place)),
            keys=used.keys,
            dynamic_keys=used.dynamic,
            environment=tuple(sorted(self.environment, key=_place)),
            paths=tuple(sorted(self.paths, key=_place)),
        )

    def walk(self, stack: list[Any]) -> list[ast.AST]:
        """Visit everything on ``stack`` and below but the insides of functions, which are returned in order.

        A stack also holds what lists of children hold besides nodes (None, names); those are passed over.
        """
        later: list[ast.AST] = []
        handlers, fields = self.handlers, _FIELDS
        while stack:
            node = stack.pop()
            kind = node.__class__
            handler = handlers.get(kind)
            if handler is not None:
                handler(node)
            if kind in _FUNCTIONS:
                later.append(node)
                continue
            for name in fields.get(kind, ()):
                value = getattr(node, name)
                if value.__class__ is list:
                    stack += value[::-1]
                elif value is not None:
                    stack.append(value)
        return later

    def module_level(self, body: list[ast.stmt]) -> None:
        """Names bound at module level, also inside ``if``, ``try`` and ``with``."""
        stack: list[ast.AST] = list(reversed(body))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[node.name] = node
                self.bind(node.name, "function", node)
            elif isinstance(node, ast.ClassDef):
                self.bind(node.name, "class", node, tuple(source_text(b) for b in node.bases))
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    self.bind_target(target, node.value)
            elif isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):
                stack += reversed(
                    [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.stmt | ast.ExceptHandler)]
                )

    def bind_target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            if target.id in self.symbols:
                self.constants.pop(target.id, None)
            elif (constant := usage.literal(value, self.constants)) is not None:
                self.constants[target.id] = constant
            self.bind(target.id, "constant", target)
        elif isinstance(target, ast.Tuple | ast.List):
            for inner in target.elts:
                self.bind_target(inner, None)

    def bind(self, name: str, kind: str, node: Any, bases: tuple[str, ...] = ()) -> None:
        self.symbols[name] = Symbol(name, kind, node.lineno, node.col_offset + 1, bases)

    def on_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append(Import(alias.name, (), 0, node.lineno, node.col_offset + 1, self.in_function))
            if alias.name == "os" or (alias.name.startswith("os.") and alias.asname is None):
                self.os_names.add(alias.asname or "os")

    def on_import_from(self, node: ast.ImportFrom) -> None:
        names = tuple(a.name for a in node.names)
        place = (node.lineno, node.col_offset + 1, self.in_function)
        self.imports.append(Import(node.module or "", names, node.level, *place))
        if node.module == "os" and not node.level:
            for alias in node.names:
                if alias.name == "environ":
                    self.environ_names.add(alias.asname or alias.name)
                elif alias.name == "getenv":
                    self.getenv_names.add(alias.asname or alias.name)

    def on_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.startswith(_CONTAINER):
            self.paths.append(PathLiteral(node.value, node.lineno, node.col_offset + 1))

    def on_assign(self, node: ast.Assign) -> None:
        if self.is_environ(node.value):
            self.environ_names.update(t.id for t in node.targets if isinstance(t, ast.Name))

    def on_call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            if function.attr == "add_argument":
                argument = _argument(node, self.constants)
                if argument is not None:
                    self.arguments.append(argument)
            elif function.attr in ("get", "pop", "setdefault") and self.is_environ(function.value):
                self.read(node, node.args, required=function.attr == "pop" and len(node.args) == 1)
            elif function.attr == "getenv" and self.is_os(function.value):
                self.read(node, node.args, required=False)
        elif isinstance(function, ast.Name) and function.id in self.getenv_names:
            self.read(node, node.args, required=False)

    def on_subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.ctx, ast.Load) and self.is_environ(node.value):
            self.read(node, [node.slice], required=True)

    def on_compare(self, node: ast.Compare) -> None:
        if isinstance(node.ops[0], ast.In | ast.NotIn) and self.is_environ(node.comparators[0]):
            self.read(node, [node.left], required=False)

    def read(self, node: ast.expr, names: list[ast.expr], *, required: bool) -> None:
        name = usage.literal(names[0], self.constants) if names else None
        if isinstance(name, str):
            self.environment.append(EnvironmentRead(name, node.lineno, node.col_offset + 1, required))

    def is_os(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.os_names

    def is_environ(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.environ_names
        return isinstance(node, ast.Attribute) and node.attr == "environ" and self.is_os(node.value)


def _push_children(node: ast.AST, stack: list[Any]) -> None:
    for name in _FIELDS[type(node)]:
        value = getattr(node, name)
        stack += reversed(value) if isinstance(value, list) else [value]


def source_text(node: ast.expr) -> str:
    """An expression as written, cut when it is long."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "…"
    return text if len(text) <= _LONGEST_SOURCE else text[:_LONGEST_SOURCE] + "…"


def _argument(call: ast.Call, constants: dict[str, Any]) -> Argument | None:
    given = [usage.literal(a, constants) for a in call.args]
    flags = tuple(f for f in given if isinstance(f, str) and f)
    options = {k.arg: k.value for k in call.keywords if k.arg}
    destination = usage.literal(options.get("dest"), constants)
    if not flags and not isinstance(destination, str):
        return None
    long = next((f for f in flags if f.startswith("--")), flags[0] if flags else "")
    name = destination if isinstance(destination, str) else long.lstrip("-").replace("-", "_")
    positional = bool(flags) and not flags[0].startswith("-")
    required = options.get("required")
    choices = usage.literal(options.get("choices"), constants)
    return Argument(
        name=name,
        flags=flags,
        line=call.lineno,
        column=call.col_offset + 1,
        type=source_text(options["type"]) if "type" in options else None,
        required=usage.literal(required, constants) is True
        or (positional and usage.literal(options.get("nargs"), constants) not in ("?", "*")),
        default=source_text(options["default"]) if "default" in options else None,
        choices=tuple(map(str, choices)) if isinstance(choices, tuple) else None,
    )


def _place(fact: Any) -> tuple[int, int]:
    return fact.line, fact.column
