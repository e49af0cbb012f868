"""Outputs that a script names and does nothing with: it makes the folder, looks into it, and leaves it empty.

The lines that mention an output are looked at first; a file is parsed only when none of them seems to write.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from cursus.validation.analysis.lines import quoted, words
from cursus.validation.analysis.source import syntax_tree

_IDLE_LINE = re.compile(
    r"makedirs|mkdir|listdir|exists|isdir|is_dir|iterdir|glob|print\(|log\w*\.|warning|assert|^\s*#|read_text|open\("
)
_BOUND = re.compile(r"^\s*(\w+)\s*(?::[^=]+)?=[^=]")
#: Calls that neither write nor hand their argument to something that may.
_LOOKING = frozenset(
    ("makedirs", "mkdir", "listdir", "scandir", "exists", "isdir", "isfile", "print", "len", "debug", "info", "warning")
)
#: Calls, attributes whose value is still the same place or one below it.
_SAME = frozenset(
    ("Path", "PurePath", "PosixPath", "str", "join", "joinpath", "fspath", "abspath", "resolve", "absolute")
)
_SEEN = frozenset(
    ("mkdir", "exists", "is_dir", "is_file", "iterdir", "glob", "rglob", "read_text", "read_bytes", "stat")
)


def idle_outputs(source: bytes, names: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    """Those of ``names`` that are used as keys, and come to nothing everywhere; with the place of the first use."""
    suspects = {name for name in names if _seems_idle(source, name)}
    if not suspects:
        return
    tree = syntax_tree(source)
    if tree is None:
        return
    uses = _Uses(tree)
    for name in sorted(suspects):
        found = uses.of_key(name)
        if found and all(uses.idle(node, 0) for node in found):
            yield name, found[0].lineno, found[0].col_offset + 1


def _seems_idle(source: bytes, name: str) -> bool:
    found = [place for place in quoted(source, name) if place.before.rstrip().endswith(("[", ".get("))]
    for place in found:
        bound = _BOUND.match(place.before)
        others = [place] if bound is None else [p for p in words(source, bound[1]) if p.line != place.line]
        if not all(_IDLE_LINE.search(p.before + p.after.partition("\n")[0]) for p in others):
            return False
    return bool(found)


class _Uses:
    """The expressions of a module with what they stand in."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

    def of_key(self, name: str) -> list[ast.expr]:
        """``paths["name"]`` and ``paths.get("name")``."""
        found = [node for node in self.parents if isinstance(node, ast.expr) and _has_key(node, name)]
        return sorted(found, key=lambda node: (node.lineno, node.col_offset))

    def idle(self, node: ast.AST, depth: int) -> bool:
        """Whether the value of an expression surely comes to nothing; False when that is not known."""
        parent = self.parents.get(node)
        if parent is None or depth > 20:
            return False
        if isinstance(parent, ast.Expr | ast.Compare | ast.Assert | ast.If | ast.While):
            return True
        if isinstance(parent, ast.Call):
            return self.called(parent, node, depth)
        if isinstance(parent, ast.Attribute):
            call = self.parents.get(parent)
            if not isinstance(call, ast.Call) or call.func is not parent:
                return False
            return parent.attr in _SEEN or (parent.attr in _SAME and self.idle(call, depth + 1))
        if isinstance(parent, ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.FormattedValue | ast.JoinedStr):
            return self.idle(parent, depth + 1)
        return isinstance(parent, ast.Assign | ast.AnnAssign) and self.bound(parent, depth)

    def called(self, call: ast.Call, node: ast.AST, depth: int) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _LOOKING:
            return True
        if name == "open" and call.args and call.args[0] is node:
            modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
            return all(isinstance(m, ast.Constant) and m.value in ("r", "rb", "rt") for m in modes)
        return name in _SAME and self.idle(call, depth + 1)

    def bound(self, assignment: ast.Assign | ast.AnnAssign, depth: int) -> bool:
        """Whether a name that is given the value once is used for nothing in its function."""
        targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
        target = targets[0]
        function: ast.AST | None = assignment
        while function is not None and not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            function = self.parents.get(function)
        if len(targets) > 1 or not isinstance(target, ast.Name) or function is None:
            return False
        named = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == target.id]
        stored = [n for n in named if not isinstance(n.ctx, ast.Load)]
        return len(stored) == 1 and all(self.idle(n, depth + 1) for n in named if n not in stored)


def _has_key(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Subscript):
        key: ast.AST | None = node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        key = node.args[0] if node.args else None
    else:
        return False
    return isinstance(key, ast.Constant) and key.value == name
