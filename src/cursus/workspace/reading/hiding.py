"""What keeps a failure from ending a script: handlers of every error, ``suppress``, a ``return`` behind ``finally``.

Also which statements end the process, which :mod:`~cursus.workspace.reading.endings` asks too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from cursus.workspace.reading.marks import Lines
from cursus.workspace.reading.nodes import expressions, statements
from cursus.workspace.reading.usage import parameters

Function = ast.FunctionDef | ast.AsyncFunctionDef

MAIN = "main"
_EXITS = frozenset({"sys.exit", "os._exit", "exit", "quit", "_exit"})
_BROAD = frozenset({"Exception", "BaseException"})


def hides(statement: ast.Try | ast.With, functions: Mapping[str, Function]) -> int | None:
    """Line of what hides every error in the statement's body; None when nothing does."""
    if isinstance(statement, ast.With):
        return next((item.context_expr.lineno for item in statement.items if _suppresses(item.context_expr)), None)
    handlers = (handler.lineno for handler in statement.handlers if _swallows(handler, functions))
    endings = (last.lineno for last in statements(statement.finalbody) if _forgets(last))
    return next(handlers, None) or next(endings, None)


def _suppresses(manager: ast.expr) -> bool:
    """``contextlib.suppress(Exception)``."""
    if not isinstance(manager, ast.Call):
        return False
    name = manager.func.attr if isinstance(manager.func, ast.Attribute) else getattr(manager.func, "id", "")
    return name == "suppress" and any(map(_is_broad, manager.args))


def _forgets(statement: ast.stmt) -> bool:
    """Whether the statement, behind ``finally``, takes the place of the error on its way."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and _exit_name(statement.value):
        return not statement.value.args or _is_nothing(statement.value.args[0])
    return isinstance(statement, ast.Return)


def hidden_in(functions: Mapping[str, Function], lines: Lines) -> Iterator[int]:
    """What swallows whatever goes wrong while the outputs are made, in main and in functions that get one of them."""
    names = parameters(functions[MAIN])
    waiting = [(MAIN, name) for name in names[1:2]]
    seen = set(waiting)
    while waiting:
        function, outputs = waiting.pop()
        body = functions[function].body
        for statement in statements(body) if lines.anywhere_in(functions[function]) else ():
            if isinstance(statement, ast.Try | ast.With) and _mentions(statement.body, outputs):
                hiding = hides(statement, functions)
                if hiding is not None:
                    yield hiding
        handed = [one for node in expressions(body) for one in _handed(node, outputs, functions)]
        waiting += [one for one in dict.fromkeys(handed) if one not in seen]
        seen.update(handed)


def _handed(node: Any, outputs: str, functions: Mapping[str, Function]) -> Iterator[tuple[str, str]]:
    """Functions of the module that a call gives an expression with ``outputs``, and the parameters it goes to."""
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if name not in functions:
        return
    for parameter, given in zip(parameters(functions[name]), node.args, strict=False):
        if _mentions([given], outputs):
            yield name, parameter
    for keyword in node.keywords:
        if keyword.arg and _mentions([keyword.value], outputs):
            yield name, keyword.arg


def _mentions(nodes: list[Any], name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in expressions(nodes))


def _swallows(handler: ast.ExceptHandler, functions: Mapping[str, Function]) -> bool:
    """Whether the handler takes any error and goes on, or ends the process, as though all were well."""
    return _is_broad(handler.type) and not any(_tells(s, functions) for s in statements(handler.body))


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
        return own is not None and any(isinstance(s, ast.Raise) or ends_process(s) for s in statements(own.body))
    return isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)


def _is_zero(raised: ast.expr | None) -> bool:
    """``SystemExit``, ``SystemExit()`` or ``SystemExit(0)``."""
    return not isinstance(raised, ast.Call) or not raised.args or _is_nothing(raised.args[0])


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or node.value == 0)


def ends_process(statement: ast.stmt) -> str:
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
