"""One walk over a module that collects what the checks ask for.

The walk is written by hand with a stack: it costs a fraction of ``ast.walk``, and deep nesting cannot overflow it.
Functions are left until the module level is done, so that module-level imports and constants are known by then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from cursus.workspace.reading import endings, usage
from cursus.workspace.reading.marks import CONTAINER, Marks, is_marking
from cursus.workspace.reading.nodes import FIELDS, children

if TYPE_CHECKING:
    from cursus.model.facts import ModuleFacts

Row = list[Any]

_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
_BLOCKS = frozenset({ast.If, ast.Try, ast.With, ast.ExceptHandler})
_LONGEST_SOURCE = 200


def collect(tree: ast.Module, source: bytes | None = None) -> ModuleFacts:
    """Everything :class:`ModuleFacts` holds, in the order of the file; ``source`` as for :func:`rows`."""
    from cursus.workspace.reading.rows import decode_facts

    return decode_facts(rows(tree, source))


def rows(tree: ast.Module, source: bytes | None = None) -> dict[str, Any]:
    """The same as JSON values, which is how they are kept.

    :param source: the bytes ``tree`` was parsed from; with them, parts that can hold nothing are not visited.
    """
    if source is not None:
        walk = _Walk(tree, Marks(source))
        found = walk.rows()
        if all(map(is_marking, walk.environ_names | walk.getenv_names)):
            return found
    return _Walk(tree, None).rows()


class _Walk:
    def __init__(self, tree: ast.Module, marks: Marks | None) -> None:
        self.tree = tree
        self.marks = marks
        self.in_function = False
        self.imports: list[Row] = []
        self.symbols: dict[str, Row] = {}
        self.arguments: list[Row] = []
        self.environment: list[Row] = []
        self.paths: list[Row] = []
        self.constants: dict[str, Any] = {}
        self.os_names: set[str] = set()
        self.environ_names: set[str] = set()
        self.getenv_names: set[str] = set()
        self.open_parser = False
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}

    def rows(self) -> dict[str, Any]:
        self.module_level(self.tree.body)
        later = self.walk([s for s in reversed(self.tree.body) if self.is_marked(s)])[::-1]
        self.in_function = True
        while later:
            function = later.pop()
            if self.is_marked(function):
                later += reversed(self.walk(children(function)[::-1]))
        main = self.functions.get("main")
        keys, dynamic = usage.collect(main, self.functions, self.constants, self.marks) if main else usage.NOTHING
        return {
            "imports": sorted(self.imports, key=itemgetter(3, 4)),
            "symbols": sorted(self.symbols.values(), key=itemgetter(2, 3)),
            "main": None if main is None else [list(usage.parameters(main)), main.lineno, main.col_offset + 1],
            "arguments": sorted(self.arguments, key=itemgetter(2, 3)),
            "open_parser": self.open_parser,
            "keys": keys,
            "dynamic_keys": dynamic,
            "environment": sorted(self.environment, key=itemgetter(1, 2)),
            "paths": sorted(self.paths, key=itemgetter(1, 2)),
            **endings.rows(self.tree.body, self.functions, self.marks),
        }

    def is_marked(self, node: Any) -> bool:
        return self.marks is None or self.marks.anywhere_in(node)

    def walk(self, stack: list[Any]) -> list[Any]:
        """Visit everything on ``stack`` and below but the insides of functions, which are returned in order.

        A stack also holds what lists of children hold besides nodes (None, names); those are passed over.
        """
        later: list[Any] = []
        visits = _VISITS
        while stack:
            node = stack.pop()
            handler, fields = visits.get(node.__class__, _NO_NODE)
            if handler is not None:
                handler(self, node)
            if fields is None:
                later.append(node)
                continue
            for name in fields:
                value = getattr(node, name)
                if value.__class__ is list:
                    stack += value[::-1]
                elif value is not None:
                    stack.append(value)
        return later

    def module_level(self, body: list[ast.stmt]) -> None:
        """Names bound at module level, also inside ``if``, ``try`` and ``with``."""
        stack: list[Any] = body[::-1]
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
                self.functions[node.name] = node
                self.bind(node.name, "function", node, [])
            elif kind is ast.ClassDef:
                self.bind(node.name, "class", node, [source_text(b) for b in node.bases])
            elif kind is ast.Assign:
                for target in node.targets:
                    self.bind_target(target, node.value)
            elif kind is ast.AnnAssign:
                self.bind_target(node.target, node.value)
            elif kind in _BLOCKS:
                stack += [c for c in children(node) if isinstance(c, (ast.stmt, ast.ExceptHandler))][::-1]

    def bind_target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            if target.id in self.symbols:
                self.constants.pop(target.id, None)
            elif (constant := usage.literal(value, self.constants)) is not None:
                self.constants[target.id] = constant
            self.bind(target.id, "constant", target, [])
        elif isinstance(target, (ast.Tuple, ast.List)):
            for inner in target.elts:
                self.bind_target(inner, None)

    def bind(self, name: str, kind: str, node: Any, bases: list[str]) -> None:
        self.symbols[name] = [name, kind, node.lineno, node.col_offset + 1, bases]

    def on_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append([alias.name, [], 0, node.lineno, node.col_offset + 1, self.in_function])
            if alias.name == "os" or (alias.name.startswith("os.") and alias.asname is None):
                self.os_names.add(alias.asname or "os")

    def on_import_from(self, node: ast.ImportFrom) -> None:
        names = [a.name for a in node.names]
        place = (node.lineno, node.col_offset + 1, self.in_function)
        self.imports.append([node.module or "", names, node.level, *place])
        if node.module == "os" and not node.level:
            for alias in node.names:
                if alias.name == "environ":
                    self.environ_names.add(alias.asname or alias.name)
                elif alias.name == "getenv":
                    self.getenv_names.add(alias.asname or alias.name)

    def on_constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.startswith(CONTAINER):
            self.paths.append([node.value, node.lineno, node.col_offset + 1])

    def on_assign(self, node: ast.Assign) -> None:
        if self.is_environ(node.value):
            self.environ_names.update(t.id for t in node.targets if isinstance(t, ast.Name))

    def on_call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            if function.attr == "add_argument":
                argument = _argument(node, self.constants)
                if argument is None:
                    self.open_parser = True
                else:
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
        if isinstance(node.ops[0], (ast.In, ast.NotIn)) and self.is_environ(node.comparators[0]):
            self.read(node, [node.left], required=False)

    def read(self, node: ast.expr, names: list[ast.expr], *, required: bool) -> None:
        name = usage.literal(names[0], self.constants) if names else None
        if isinstance(name, str):
            self.environment.append([name, node.lineno, node.col_offset + 1, required])

    def is_os(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.os_names

    def is_environ(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.environ_names
        return isinstance(node, ast.Attribute) and node.attr == "environ" and self.is_os(node.value)


# A table of the class, not of each walk: a walk that refers to itself would keep its tree until the next collection.
_HANDLERS: Mapping[type[ast.AST], Callable[[_Walk, Any], None]] = {
    ast.Import: _Walk.on_import,
    ast.ImportFrom: _Walk.on_import_from,
    ast.Constant: _Walk.on_constant,
    ast.Call: _Walk.on_call,
    ast.Subscript: _Walk.on_subscript,
    ast.Compare: _Walk.on_compare,
    ast.Assign: _Walk.on_assign,
}
_Visit = tuple[Callable[[_Walk, Any], None] | None, tuple[str, ...] | None]
_NO_NODE: _Visit = (None, ())
#: node class -> what to do with it, and the fields that can hold nodes, last first; None where its inside comes later
_VISITS: Mapping[type, _Visit] = {
    kind: (_HANDLERS.get(kind), None if kind in _FUNCTIONS else names[::-1]) for kind, names in FIELDS.items()
}


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


def _argument(call: ast.Call, constants: dict[str, Any]) -> Row | None:
    given = [usage.literal(a, constants) for a in call.args]
    flags = [f for f in given if isinstance(f, str) and f]
    options = {k.arg: k.value for k in call.keywords if k.arg}
    destination = usage.literal(options.get("dest"), constants)
    if not flags and not isinstance(destination, str):
        return None
    long = next((f for f in flags if f.startswith("--")), flags[0] if flags else "")
    name = destination if isinstance(destination, str) else long.lstrip("-").replace("-", "_")
    positional = bool(flags) and not flags[0].startswith("-")
    required = options.get("required")
    choices = usage.literal(options.get("choices"), constants)
    return [
        name,
        flags,
        call.lineno,
        call.col_offset + 1,
        source_text(options["type"]) if "type" in options else None,
        usage.literal(required, constants) is True
        or (positional and usage.literal(options.get("nargs"), constants) not in ("?", "*")),
        source_text(options["default"]) if "default" in options else None,
        list(map(str, choices)) if isinstance(choices, tuple) else None,
        source_text(options["action"]).strip("'\"") if "action" in options else None,
    ]
