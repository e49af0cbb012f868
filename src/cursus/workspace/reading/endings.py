"""How a script starts its ``main`` and how it ends: the calls outside of it, what becomes of their result, and exits.

Statements are looked at, not every expression below them; functions of the module are followed by their names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cursus.workspace.reading.hiding import MAIN, ends_process, hidden_in, hides
from cursus.workspace.reading.marks import EVERYWHERE, Lines, Marks
from cursus.workspace.reading.nodes import children, expressions, nested, statements

Function = ast.FunctionDef | ast.AsyncFunctionDef
Row = list[Any]

_EXIT_WORDS = ("exit", "quit", "SystemExit")


def rows(body: list[ast.stmt], functions: Mapping[str, Function], marks: Marks | None = None) -> dict[str, Any]:
    """``calls`` of main, ``exits`` inside it, ``failures`` (lines that return a status) and ``swallows`` (lines of
    handlers in it that hide what went wrong), as JSON values in the order of the file.

    :param marks: with them, what mentions none of the functions or words in question is passed over.
    """
    if MAIN not in functions:
        return {"calls": [], "exits": [], "failures": [], "swallows": []}

    def lines(*words: str) -> Lines:
        return EVERYWHERE if marks is None else marks.mentions(words)

    aside = lines(MAIN)
    others = [f for name, f in functions.items() if name != MAIN]
    calling = any(map(aside.anywhere_in, [*others, *functions[MAIN].body]))
    # When no function mentions main, it is called at the module level or not at all.
    starts = _Starts(functions, lines(*functions)) if calling else _Starts({}, aside)
    starts.module(body)
    ending, catching = lines(*_EXIT_WORDS), lines("except", "finally", "suppress")
    own = list(functions.values())
    inside = _inside(functions, ending)
    main = functions[MAIN]
    return {
        "calls": sorted(starts.calls, key=lambda call: (call[0], call[1])),
        "exits": sorted([f.lineno, f.col_offset + 1, t] for f, t in inside),
        "failures": sorted(
            {s.lineno for s in statements(main.body) if isinstance(s, ast.Return) and _failing(s)}
            if lines("return").anywhere_in(main)
            else ()
        ),
        "swallows": sorted(set(hidden_in(functions, catching))) if any(map(catching.anywhere_in, own)) else [],
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
        blocks = nested(statement)
        bare = isinstance(statement, ast.Expr) or (isinstance(statement, ast.Return) and not around.returns)
        self.expressions(_heads(statement) if blocks else children(statement), around, used=not bare)
        if isinstance(statement, ast.If) and _is_guard(statement.test):
            self.waiting += [(statement.body, around._replace(guarded=True)), (statement.orelse, around)]
        elif isinstance(statement, (ast.Try, ast.With)):
            hiding = around._replace(swallowed=around.swallowed or hides(statement, self.functions))
            self.waiting.append((statement.body, hiding))
            self.waiting += [(part, around) for part in blocks if part is not statement.body]
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
        if name == MAIN:
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
    reached, waiting = {MAIN}, [MAIN]
    if len(ends) > 1 or MAIN not in ends:
        while waiting:
            for node in expressions(functions[waiting.pop()].body):
                name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
                if name in functions and name not in reached:
                    reached.add(name)
                    waiting.append(name)
    return [found for name in sorted(reached & ends.keys()) for found in ends[name]]


def _exits(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for statement in statements(body):
        if name := ends_process(statement):
            yield statement, name


def _failing(statement: ast.Return) -> bool:
    """``return 1``."""
    value = statement.value
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) is int and value.value != 0


def _heads(statement: ast.stmt) -> list[Any]:
    """The expressions of a compound statement outside its blocks."""
    inner = {id(child) for part in nested(statement) for child in part}
    return [child for child in children(statement) if id(child) not in inner]
