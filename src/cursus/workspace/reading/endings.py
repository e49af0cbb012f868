"""How a script starts its ``main`` and how it ends: the calls outside of it, what becomes of their result, and exits.

Statements are looked at, not every expression below them; functions of the module are followed by their names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cursus.workspace.reading.marks import EVERYWHERE, Lines, Marks
from cursus.workspace.reading.nodes import children

Function = ast.FunctionDef | ast.AsyncFunctionDef
Row = list[Any]

_MAIN = "main"
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit", "_exit"})
_EXIT_WORDS = ("exit", "quit", "SystemExit")
_BROAD = frozenset({"Exception", "BaseException"})
_LISTS = ("body", "orelse", "finalbody", "handlers", "cases")
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return, ast.Raise)


def rows(body: list[ast.stmt], functions: Mapping[str, Function], marks: Marks | None = None) -> dict[str, Any]:
    """``calls`` of main, ``exits`` inside it, ``failures`` (lines that return a status) and ``swallows`` (lines of
    handlers in it that hide what went wrong), as JSON values in the order of the file.

    :param marks: with them, what mentions none of the functions or words in question is passed over.
    """
    if _MAIN not in functions:
        return {"calls": [], "exits": [], "failures": [], "swallows": []}

    def lines(*words: str) -> Lines:
        return EVERYWHERE if marks is None else marks.mentions(words)

    aside = lines(_MAIN)
    others = [f for name, f in functions.items() if name != _MAIN]
    calling = any(map(aside.anywhere_in, [*others, *functions[_MAIN].body]))
    # When no function mentions main, it is called at the module level or not at all.
    starts = _Starts(functions, lines(*functions)) if calling else _Starts({}, aside)
    starts.module(body)
    ending, catching = lines(*_EXIT_WORDS), lines("except")
    inside = _inside(functions, ending)
    main = functions[_MAIN]
    return {
        "calls": sorted(starts.calls, key=lambda call: (call[0], call[1])),
        "exits": sorted([f.lineno, f.col_offset + 1, t] for f, t in inside),
        "failures": sorted(
            {s.lineno for s in _statements(main.body) if isinstance(s, ast.Return) and _failing(s)}
            if lines("return").anywhere_in(main)
            else ()
        ),
        "swallows": sorted(_hidden(main, functions)) if catching.anywhere_in(main) else [],
    }


class _Around(NamedTuple):
    """What surrounds statements.

    :param guarded: the guard ``if __name__ == "__main__"``.
    :param swallowed: line of a handler that hides every error.
    :param returns: the result of the function they are in goes somewhere.
    """

    guarded: bool = False
    swallowed: int | None = None
    returns: bool = False


class _Starts:
    """Finds the calls of main that running the module makes."""

    def __init__(self, functions: Mapping[str, Function], lines: Lines) -> None:
        self.functions = functions
        self.lines = lines
        self.calls: list[Row] = []
        self.entered: set[str] = set()
        self.waiting: list[tuple[list[Any], _Around]] = []

    def module(self, body: list[ast.stmt]) -> None:
        self.waiting.append((body, _Around()))
        while self.waiting:
            block, around = self.waiting.pop()
            for statement in block:
                self.statement(statement, around)

    def statement(self, statement: Any, around: _Around) -> None:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return
        if isinstance(statement, ast.stmt) and not self.lines.anywhere_in(statement):
            return
        blocks = _nested(statement)
        bare = isinstance(statement, ast.Expr) or (isinstance(statement, ast.Return) and not around.returns)
        self.expressions(_heads(statement) if blocks else children(statement), around, used=not bare)
        if isinstance(statement, ast.If) and _is_guard(statement.test):
            self.waiting += [(statement.body, around._replace(guarded=True)), (statement.orelse, around)]
        elif isinstance(statement, ast.Try):
            handler = next((h.lineno for h in statement.handlers if _swallows(h, self.functions)), None)
            self.waiting.append((statement.body, around._replace(swallowed=around.swallowed or handler)))
            self.waiting += [(part, around) for part in (statement.orelse, statement.finalbody, statement.handlers)]
        else:
            self.waiting += [(part, around) for part in blocks]

    def expressions(self, nodes: list[Any], around: _Around, *, used: bool) -> None:
        """The calls in these expressions; only the result of the outermost may be unused."""
        stack = [(node, used) for node in nodes]
        while stack:
            node, used = stack.pop()
            if isinstance(node, ast.Call):
                self.call(node, around, used)
            if isinstance(node, ast.AST) and not isinstance(node, ast.Lambda):
                stack += [(child, True) for child in children(node)]

    def call(self, node: ast.Call, around: _Around, used: bool) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == _MAIN:
            self.calls.append(_call(node, around, used))
        elif name in self.functions and name not in self.entered:
            self.entered.add(name)
            self.waiting.append((self.functions[name].body, around._replace(returns=used)))


def _call(node: ast.Call, around: _Around, used: bool) -> Row:
    names = [a.id if isinstance(a, ast.Name) else "" for a in node.args if not isinstance(a, ast.Starred)]
    keywords = [k.arg for k in node.keywords if k.arg]
    starred = any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)
    place = [node.lineno, node.col_offset + 1]
    return [*place, names, keywords, starred, around.guarded, used, around.swallowed]


def _is_guard(test: ast.expr) -> bool:
    """``__name__ == "__main__"``, either way round, alone or with more."""
    if isinstance(test, ast.BoolOp):
        return any(_is_guard(value) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides) and any(
        isinstance(s, ast.Constant) and s.value == "__main__" for s in sides
    )


def _inside(functions: Mapping[str, Function], lines: Lines) -> list[tuple[ast.stmt, str]]:
    """The statements that end the process, in main and the module's functions it calls."""
    ends = {n: found for n, f in functions.items() if lines.anywhere_in(f) and (found := list(_exits(f.body)))}
    if not ends:
        return []
    reached, waiting = {_MAIN}, [_MAIN]
    if len(ends) > 1 or _MAIN not in ends:
        while waiting:
            for node in _expressions(functions[waiting.pop()].body):
                name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
                if name in functions and name not in reached:
                    reached.add(name)
                    waiting.append(name)
    return [found for name in sorted(reached & ends.keys()) for found in ends[name]]


def _exits(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for statement in _statements(body):
        if name := _ends(statement):
            yield statement, name


def _ends(statement: ast.stmt) -> str:
    """By what name the statement ends the process; empty when it does not."""
    if isinstance(statement, ast.Expr):
        values = statement.value.values if isinstance(statement.value, ast.BoolOp) else [statement.value]
        return next((n for v in values if (n := _exit_name(v))), "")
    return "SystemExit" if isinstance(statement, ast.Raise) and _is_system_exit(statement) else ""


def _exit_name(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        name = f"{function.value.id}.{function.attr}"
    else:
        name = getattr(function, "id", "")
    return name if name in _EXITS else ""


def _is_system_exit(statement: ast.Raise) -> bool:
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "SystemExit"


def _swallows(handler: ast.ExceptHandler, functions: Mapping[str, Function]) -> bool:
    """Whether the handler takes any error and goes on, or ends the process, as though all were well."""
    return _is_broad(handler.type) and not any(_tells(s, functions) for s in _statements(handler.body))


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(_is_broad(k) for k in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in _BROAD)


def _tells(statement: ast.stmt, functions: Mapping[str, Function]) -> bool:
    """Whether the statement passes the failure on, or may do so."""
    if isinstance(statement, ast.Raise):
        return not (_is_system_exit(statement) and _is_zero(statement.exc))
    if isinstance(statement, ast.Return):
        return statement.value is not None and not _is_nothing(statement.value)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if _exit_name(call):
            return bool(call.args) and not _is_nothing(call.args[0])
        own = functions.get(getattr(call.func, "id", ""))
        return own is not None and any(isinstance(s, ast.Raise) or _ends(s) for s in _statements(own.body))
    return isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)


def _is_zero(raised: ast.expr | None) -> bool:
    """``SystemExit``, ``SystemExit()`` or ``SystemExit(0)``."""
    return not isinstance(raised, ast.Call) or not raised.args or _is_nothing(raised.args[0])


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value == 0)


def _failing(statement: ast.Return) -> bool:
    """``return 1``."""
    value = statement.value
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) is int and value.value != 0


def _hidden(main: Function, functions: Mapping[str, Function]) -> Iterator[int]:
    """Handlers in main that swallow whatever goes wrong while the outputs are made."""
    names = [a.arg for a in (*main.args.posonlyargs, *main.args.args, *main.args.kwonlyargs)]
    outputs = names[1] if len(names) > 1 else None
    for statement in _statements(main.body):
        if isinstance(statement, ast.Try):
            uses = any(isinstance(n, ast.Name) and n.id == outputs for n in _expressions(statement.body))
            handler = next((h.lineno for h in statement.handlers if _swallows(h, functions)), None)
            if uses and handler is not None:
                yield handler


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Every statement below ``body`` but those of inner functions and classes."""
    stack: list[Any] = body[::-1]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, Function | ast.ClassDef):
            stack += [child for part in _nested(node)[::-1] for child in part[::-1]]


def _nested(node: Any) -> list[list[Any]]:
    """The blocks of a compound statement."""
    if isinstance(node, _SIMPLE):
        return []
    return [part for name in _LISTS if (part := getattr(node, name, None)) and isinstance(part, list)]


def _heads(statement: ast.stmt) -> list[Any]:
    """The expressions of a compound statement outside its blocks."""
    inner = {id(child) for part in _nested(statement) for child in part}
    return [child for child in children(statement) if id(child) not in inner]


def _expressions(body: list[Any]) -> Iterator[Any]:
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.AST):
            yield node
            stack += children(node)
