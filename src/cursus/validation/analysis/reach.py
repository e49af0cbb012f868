"""Where code reaches by other means than import statements: the search path, dynamic imports, paths as text.

Needs the syntax tree, which the index does not keep; so only files whose text mentions one of the means are parsed,
and only after the index has found them harmless to parse.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_MEANS = re.compile(
    rb"\bsys\b[^\n]*\bpath\b|import\s+sys\s+as|import_module|__import__|spec_from_file_location|run_path|addsitedir|SourceFileLoader"
)
# One of them is in every text that the pattern finds, and looking for them is much faster.
_SIGNS = (b"sys", b"import_module", b"__import__", b"spec_from_file", b"run_path", b"addsitedir", b"SourceFile")
_SEARCH_PATH = {"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"}
_BY_NAME = {"importlib.import_module", "__import__", "importlib.__import__"}
_BY_FILE = {
    "importlib.util.spec_from_file_location",
    "importlib.machinery.SourceFileLoader",
    "runpy.run_path",
}
_FOLLOWED = 4


class Means(StrEnum):
    """How the code reaches out."""

    SEARCH_PATH = "changes the module search path"
    BY_NAME = "imports by name"
    BY_FILE = "loads a file as code"
    TEXT = "names a path"


@dataclass(frozen=True, slots=True)
class Reach:
    """One place where code names another place.

    :param texts: the string literals that take part, in order.
    :param climbs: how many folders are climbed by ``.parent``, ``dirname`` and ``..`` from the file itself.
    :param from_file: the expression starts at ``__file__``.
    :param known: nothing else takes part, so that literals and climbs tell all.
    """

    means: Means
    texts: tuple[str, ...]
    climbs: int
    from_file: bool
    known: bool
    line: int
    column: int


def reaches(source: bytes, words: frozenset[str]) -> tuple[Reach, ...]:
    """All such places in a Python file, in order.

    :param words: names of folders; string literals that have one of them as a path component are reported as
        :attr:`Means.TEXT`.
    """
    folders = any(word.encode() in source for word in words)
    if not folders and not (any(sign in source for sign in _SIGNS) and _MEANS.search(source)):
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(sorted(_Visitor(tree, words if folders else frozenset()).found(), key=lambda r: (r.line, r.column)))


class _Visitor:
    def __init__(self, tree: ast.Module, words: frozenset[str]) -> None:
        self.tree = tree
        self.words = words
        self.aliases: dict[str, str] = {}
        self.values: dict[str, ast.expr] = {}
        self.skipped: set[int] = set()
        self.nodes = list(ast.walk(tree))
        for node in self.nodes:
            self.note(node)

    def note(self, node: ast.AST) -> None:
        """Import aliases, simple assignments, and strings that are only documentation."""
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.asname:
                    self.aliases[name.asname] = name.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                self.aliases[name.asname or name.name] = f"{node.module}.{name.name}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.values.setdefault(node.targets[0].id, node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            self.skipped.add(id(node.value))

    def found(self) -> Iterator[Reach]:
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield from self.call(node)
            elif isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(self.is_search_path(t) for t in targets):
                    yield self.reach(Means.SEARCH_PATH, [node.value], node)
            elif isinstance(node, ast.Constant) and self.names_folder(node):
                yield self.reach(Means.TEXT, [node], node)

    def names_folder(self, node: ast.Constant) -> bool:
        if not isinstance(node.value, str) or id(node) in self.skipped:
            return False
        folders = re.split(r"[\\/]", node.value)
        return len(folders) > 1 and bool(self.words & set(folders))

    def call(self, node: ast.Call) -> Iterator[Reach]:
        name = self.dotted(node.func)
        arguments = [*node.args, *(k.value for k in node.keywords)]
        if name in _SEARCH_PATH:
            skip = 1 if name == "sys.path.insert" and len(node.args) > 1 else 0
            yield self.reach(Means.SEARCH_PATH, arguments[skip:], node)
        elif name in _BY_NAME:
            yield self.reach(Means.BY_NAME, arguments[:1], node)
        elif name in _BY_FILE:
            skip = 0 if name == "runpy.run_path" else 1
            yield self.reach(Means.BY_FILE, arguments[skip:], node)

    def is_search_path(self, target: ast.expr) -> bool:
        while isinstance(target, ast.Subscript):
            target = target.value
        return self.dotted(target) == "sys.path"

    def dotted(self, node: ast.expr) -> str | None:
        """``sys.path.insert`` for the expression, import aliases resolved; None when it is not a plain dotted name."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.aliases.get(node.id, node.id), *reversed(names)])

    def reach(self, means: Means, expressions: list[ast.expr], place: ast.expr | ast.stmt) -> Reach:
        sum_ = _Sum(self.values)
        for expression in expressions:
            sum_.add(expression, _FOLLOWED)
        return Reach(
            means=means,
            texts=tuple(sum_.texts),
            climbs=sum_.climbs,
            from_file=sum_.from_file,
            known=sum_.known,
            line=place.lineno,
            column=place.col_offset + 1,
        )


class _Sum:
    """Adds up what an expression that makes a path consists of."""

    _HARMLESS = frozenset(
        (
            *("Path", "PurePath", "pathlib", "os", "path", "str", "list", "sys", "insert", "join", "dirname"),
            *("abspath", "realpath", "resolve", "absolute", "fspath", "as_posix", "normpath", "expanduser"),
        )
    )

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values
        self.texts: list[str] = []
        self.climbs = 0
        self.from_file = False
        self.known = True

    def add(self, node: ast.AST, follow: int) -> None:
        if isinstance(node, ast.Constant):
            self.text(node.value)
        elif isinstance(node, ast.Name):
            self.name(node.id, follow)
        else:
            self.compound(node)
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context | ast.operator):
                    self.add(child, follow)

    def compound(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute):
            self.climbs += {"parent": 1, "pardir": 1}.get(node.attr, 0)
            if node.attr not in self._HARMLESS and node.attr not in {"parent", "parents", "pardir"}:
                self.known = False
        elif isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            self.climbs += name == "dirname"
        elif isinstance(node, ast.Subscript):
            index = node.slice
            if _is_parents(node.value) and isinstance(index, ast.Constant) and isinstance(index.value, int):
                self.climbs += index.value + 1
            else:
                self.known = False

    def text(self, value: object) -> None:
        if isinstance(value, str):
            self.texts.append(value)
            self.climbs += re.split(r"[\\/]", value).count("..")

    def name(self, name: str, follow: int) -> None:
        if name == "__file__":
            self.from_file = True
        elif name in self.values and follow:
            self.add(self.values[name], follow - 1)
        elif name not in self._HARMLESS:
            self.known = False


def _is_parents(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "parents"
