"""Paths that a script joins to a folder of an input or output and that lead out of it.

Looked for are three slips: a later part that is absolute, which discards the folder; ``..`` right behind it; and a name
put behind it without a slash. The text is searched first; a file is parsed only when one of them may be in it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cursus.validation.analysis.source import syntax_tree

_SIGNS = (b', "/', b", '/", b'/ "/', b"/ '/", b'".."', b"'..'", b'"../', b"'../")
_GLUED = re.compile(rb"\+[ \t]*f?['\"][\w.-]|f['\"]\{[^{}\n]*\}[\w.-]")
_PATHS = ("Path", "PurePath", "str", "fspath")
_OPENING = re.compile(
    r"open|Path|read_\w+|to_(csv|parquet|json|pickle|feather)|(read|write|dump|save|load)\w*|copy\w*|move"
)


@dataclass(frozen=True, slots=True)
class Slip:
    """Where a join leaves its folder; ``why`` is the end of a sentence."""

    port: str
    why: str
    line: int
    column: int


def slips(source: bytes, names: frozenset[str]) -> Iterator[Slip]:
    """Every such place, in order.

    :param names: logical names of the step's inputs and outputs.
    """
    if not names or not (any(sign in source for sign in _SIGNS) or _GLUED.search(source)):
        return
    tree = syntax_tree(source)
    for function in tree.body if tree else ():
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _Function(function, names).slips()


class _Function:
    """One function: which of its names are folders of ports, given once and to nothing else."""

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef, names: frozenset[str]) -> None:
        self.names = names
        self.nodes = sorted(
            (n for n in ast.walk(function) if isinstance(n, ast.expr | ast.Assign)),
            key=lambda n: (n.lineno, n.col_offset),
        )
        self.folders: dict[str, str] = {}
        stored = [n.id for n in self.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        for node in self.nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name, port = node.targets[0].id, self.port(node.value)
                if port is not None and stored.count(name) == 1:
                    self.folders[name] = port

    def slips(self) -> Iterator[Slip]:
        for node in self.nodes:
            found = self.slip(node)
            if found is not None:
                yield Slip(*found, node.lineno, node.col_offset + 1)

    def slip(self, node: ast.AST) -> tuple[str, str] | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self.joined(node.left, [node.right])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.glued(node.left, node.right)
        if not isinstance(node, ast.Call):
            return None
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "joinpath" and isinstance(node.func, ast.Attribute):
            return self.joined(node.func.value, node.args)
        if name in ("join", "Path") and node.args:
            found = self.joined(node.args[0], node.args[1:])
            if found:
                return found
        texts = [a for a in node.args[:2] if isinstance(a, ast.JoinedStr)] if _OPENING.fullmatch(name) else []
        return next((s for text in texts for s in [self.written(text)] if s), None)

    def joined(self, folder: ast.expr, parts: list[ast.expr]) -> tuple[str, str] | None:
        port = self.port(folder)
        for position, part in enumerate(parts) if port is not None else ():
            text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
            if text.startswith("/"):
                return str(port), f"'{text}' is absolute, so that the folder before it does not count"
            if not position and text.split("/")[0] == "..":
                return str(port), f"'{text}' leads out of it"
        return None

    def glued(self, folder: ast.expr, part: ast.expr) -> tuple[str, str] | None:
        port = self.port(folder)
        first = part.values[0] if isinstance(part, ast.JoinedStr) and part.values else part
        return None if port is None else _behind(port, first)

    def written(self, text: ast.JoinedStr) -> tuple[str, str] | None:
        """``f"{folder}name"`` where a path is expected."""
        if len(text.values) > 1 and isinstance(text.values[0], ast.FormattedValue):
            port = self.port(text.values[0].value)
            return None if port is None else _behind(port, text.values[1])
        return None

    def port(self, node: ast.expr) -> str | None:
        """The port whose folder the expression is."""
        if isinstance(node, ast.Name):
            return self.folders.get(node.id)
        if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            return self.port(node.args[0]) if name in _PATHS else None
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            table = node.value.id if isinstance(node.value, ast.Name) else ""
            key = node.slice.value
            return key if isinstance(key, str) and key in self.names and "path" in table else None
        return None


def _behind(port: str, part: ast.expr) -> tuple[str, str] | None:
    text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
    if re.match(r"[\w.-]", text):
        return port, f"there is no slash between the folder and '{text}'"
    return None
