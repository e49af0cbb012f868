"""Container paths that a script puts together of constants: with ``/``, ``os.path.join``, ``Path`` and f-strings.

The index knows the literals; here what is joined to those that are only the start of a path is followed, within the
module. Files without such a start are not parsed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cursus.model.facts import PathLiteral
from cursus.validation.analysis.source import syntax_tree
from cursus.workspace.reading.marks import CONTAINER

_SAME = ("Path", "PurePath", "PurePosixPath", "str", "fspath")


def folded_paths(source: bytes) -> tuple[PathLiteral, ...]:
    """Every container path of more than one piece, whole, in the order of the file."""
    tree = syntax_tree(source)
    found = () if tree is None else _Folder(tree).found(tree)
    return tuple(sorted(set(found), key=lambda path: (path.line, path.column, path.value)))


class _Folder:
    """Values of names that are bound once at module level."""

    def __init__(self, tree: ast.Module) -> None:
        stored = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        self.constants: dict[str, str] = {}
        for statement in tree.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
                value = self.value(statement.value)
                for target in targets:
                    if isinstance(target, ast.Name) and stored.count(target.id) == 1 and value is not None:
                        self.constants[target.id] = value

    def found(self, tree: ast.Module) -> Iterator[PathLiteral]:
        """The largest expressions that are container paths of several pieces."""
        stack: list[ast.AST] = [tree]
        while stack:
            node = stack.pop()
            value = self.value(node) if isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call) else None
            if value is not None and value.startswith(CONTAINER) and isinstance(node, ast.expr):
                yield PathLiteral(value, node.lineno, node.col_offset + 1)
            else:
                stack += ast.iter_child_nodes(node)

    def value(self, node: ast.AST) -> str | None:
        """The text that the expression is; None when constants do not tell."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            return self.constants.get(node.id)
        if isinstance(node, ast.BinOp):
            between = {ast.Div: "/", ast.Add: ""}.get(type(node.op))
            return None if between is None else self.joined([node.left, node.right], between)
        if isinstance(node, ast.JoinedStr):
            return self.joined([v.value if isinstance(v, ast.FormattedValue) else v for v in node.values], "")
        return self.called(node) if isinstance(node, ast.Call) and not node.keywords else None

    def called(self, call: ast.Call) -> str | None:
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "joinpath" and isinstance(function, ast.Attribute):
            return self.joined([function.value, *call.args], "/")
        if name in _SAME or (name == "join" and isinstance(function, ast.Attribute) and len(call.args) > 1):
            return self.joined(call.args, "/")
        return None

    def joined(self, parts: list[ast.expr], between: str) -> str | None:
        values = [self.value(part) for part in parts]
        known = [value for value in values if value is not None]
        return between.join(known) if known and len(known) == len(values) else None
