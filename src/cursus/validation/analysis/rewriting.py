"""Edits that put a finding right, made only where nothing has to be guessed: no edit is better than a wrong one."""

from __future__ import annotations

import ast
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from cursus.model.finding import Edit, Fix
from cursus.model.workspace import Workspace, fold
from cursus.validation.analysis.source import source_of_file


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them, with their ends."""
    return list(io.StringIO(text, newline=""))


def only_spelling(name: str, declared: Collection[str]) -> str | None:
    """The one declared name that differs in nothing but case, hyphens and underscores; None when there is none."""
    same = [other for other in declared if fold(other) == fold(name) and other != name]
    return same[0] if len(same) == 1 and name not in declared else None


def renamed(
    path: Path,
    workspace: Workspace,
    old: str,
    new: str | None,
    *,
    first: int | None = 1,
    last: int | None = None,
    before: str = "",
) -> Fix | None:
    """A quoted name (in YAML also a bare one) written otherwise; None when it does not stand there exactly once.

    :param first: the first line that is looked at, and ``last`` the last one.
    :param before: pattern of what stands before it.
    """
    text = _text(path, workspace)
    if new is None or text is None or first is None:
        return None
    places = [place for place in _places(path, text, old, before) if first <= place[0] <= (last or place[0])]
    return _respelt(path, places, old, new) if len(places) == 1 else None


def renamed_at(path: Path, workspace: Workspace, old: str, new: str | None, lines: Iterable[int]) -> Fix | None:
    """A quoted name written otherwise wherever it is used; None when other things on these lines are called so, too.

    :param lines: the line of each use.
    """
    text = _text(path, workspace)
    if new is None or text is None:
        return None
    used = Counter(lines)
    places = [place for place in _places(path, text, old) if place[0] in used]
    return _respelt(path, places, old, new) if Counter(line for line, _ in places) == used else None


def _places(path: Path, text: str, name: str, before: str = "") -> list[tuple[int, int]]:
    """Line and column of a name wherever it stands quoted, and in YAML bare."""
    bare = "" if path.suffix == ".py" else "?"
    quoted = rf"(?P<quote>['\"]){bare}(?P<name>{re.escape(name)})(?(quote)(?P=quote))"
    word = re.compile((before or r"(?<![\w.-])") + quoted + r"(?![\w.-])")
    lines = enumerate(lines_of(text), start=1)
    return [(number, match.start("name") + 1) for number, line in lines for match in word.finditer(line)]


def _respelt(path: Path, places: Iterable[tuple[int, int]], old: str, new: str) -> Fix:
    return Fix(f"Write '{new}' instead of '{old}'", tuple(Edit(path, *place, old, new) for place in places))


def default_read(path: Path, workspace: Workspace, name: str) -> str | None:
    """The one literal default with which a script reads an environment variable, wherever it reads it."""
    tree = _tree(path, workspace)
    defaults = set() if tree is None else set(_defaults(tree, name))
    value = defaults.pop() if len(defaults) == 1 else None
    return value if isinstance(value, str) else None


def declared_variable(path: Path, workspace: Workspace, name: str, default: str) -> Fix | None:
    """The variable added to the optional ones of a contract file or a manifest, before the first of them."""
    text = _text(path, workspace)
    if text is None:
        return None
    edit = (
        _into_contract(path, text, name, default) if path.suffix == ".py" else _into_manifest(path, text, name, default)
    )
    return None if edit is None else Fix(f"Declare {name} with its default {default!r} in {path.name}", (edit,))


def without_comment(
    path: Path, workspace: Workspace | None, line: int, column: int, codes: Collection[str]
) -> Fix | None:
    """A suppression without these codes; without all of them, nothing of it is left."""
    text = _text(path, workspace)
    if text is None:
        return None
    whole = lines_of(text)[line - 1]
    content = whole.rstrip("\r\n")
    before, comment = content[: column - 1], content[column - 1 :]
    match = re.match(r"#\s*cursus: ignore\[(?P<codes>[^\]]*)\]", comment)
    if match is None:
        return None
    stated = [code.strip() for code in match["codes"].split(",") if code.strip()]
    left = [code for code in stated if code not in codes]
    if left:
        edit = Edit(path, line, column + match.start("codes"), match["codes"], ", ".join(left))
    elif before.strip():
        kept = before.rstrip()
        edit = Edit(path, line, len(kept) + 1, content[len(kept) :], "")
    else:
        edit = Edit(path, line, 1, whole, "")
    return Fix(f"Remove {', '.join(sorted(codes))} from the comment", (edit,))


def _text(path: Path, workspace: Workspace | None) -> str | None:
    try:
        return source_of_file(path, workspace).decode("utf-8") or None
    except UnicodeDecodeError:
        return None


def _tree(path: Path, workspace: Workspace) -> ast.Module | None:
    try:
        return ast.parse(source_of_file(path, workspace))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _defaults(tree: ast.Module, name: str) -> Iterator[object]:
    """The second argument of every call that reads the variable; None where it is no literal, or not given."""
    for node in ast.walk(tree):
        arguments = [*node.args, *(k.value for k in node.keywords)] if isinstance(node, ast.Call) else []
        read = arguments[0] if arguments else node.slice if isinstance(node, ast.Subscript) else None
        if isinstance(read, ast.Constant) and read.value == name:
            given = arguments[1] if len(arguments) == 2 else None
            yield given.value if isinstance(given, ast.Constant) else None


def _into_contract(path: Path, text: str, name: str, default: str) -> Edit | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    stated = [n for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == "optional_env_vars"]
    if len(stated) != 1 or not isinstance(stated[0].value, ast.Dict):
        return None
    entry = f"{json.dumps(name)}: {json.dumps(default, ensure_ascii=False)}"
    lines, value = lines_of(text), stated[0].value
    place: ast.expr = value
    if value.keys:
        if value.keys[0] is None:
            return None
        place = value.keys[0]
    column = len(lines[place.lineno - 1].encode()[: place.col_offset].decode())
    if not value.keys:
        # What is replaced is not empty, so that no second entry without a comma gets in.
        return Edit(path, place.lineno, column + 1, "{", "{" + entry)
    return _before(path, lines, place.lineno, column, entry + ",")


def _into_manifest(path: Path, text: str, name: str, default: str) -> Edit | None:
    import yaml

    try:
        top: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    environment = _child(top, "environment")
    optional = _child(environment, "optional")
    entry = f"{name}: {json.dumps(default, ensure_ascii=False)}"
    old = ""
    if optional is None and environment is not None:
        optional, entry = environment, f"optional: {{{entry}}}"
        old = environment.value[0][0].value if environment.value else ""
    if not isinstance(optional, yaml.MappingNode) or not optional.value:
        return None
    mark = optional.value[0][0].start_mark
    return _before(path, lines_of(text), mark.line + 1, mark.column, entry + ("," if optional.flow_style else ""), old)


def _child(node: Any, key: str) -> Any:
    pairs = node.value if getattr(node, "id", "") == "mapping" else ()
    return next((value for name, value in pairs if name.value == key), None)


def _before(path: Path, lines: list[str], line: int, column: int, entry: str, old: str = "") -> Edit:
    """The entry before what stands at a place: on a line of its own when that begins one.

    :param old: what stands there, when nothing else may be put before it at the same time.
    """
    ahead = lines[line - 1][:column]
    return Edit(path, line, column + 1, old, entry + (" " if ahead.strip() else f"\n{ahead}") + old)
