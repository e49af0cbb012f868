"""Which fields a config class declares and which of them its builder reads.

First the text of the two files is searched; only where something looks wrong are they parsed, so that sound steps cost
next to nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cursus.validation.analysis.subject import StepSubject
from cursus.workspace.index import WorkspaceIndex

_READ = re.compile(rb"\bself\.config\.(\w+)")
_DECLARED = re.compile(rb"^[ \t]+(?:(?:async[ \t]+)?def[ \t]+)?(\w+)[ \t]*[:=(]", re.MULTILINE)
_FIELD = re.compile(rb"^[ \t]+([a-z]\w*)[ \t]*:", re.MULTILINE)
_JOBS = frozenset({"ProcessingStepConfigBase", "TrainingStepConfigBase"})


@dataclass(frozen=True, slots=True)
class Place:
    """A name with where it stands."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Class:
    """A config class with the classes of its module that it is made from.

    :param bases: the base classes of Cursus it goes back to; None when some base is not known by reading.
    """

    names: frozenset[str]
    fields: tuple[Place, ...]
    bases: frozenset[str] | None


def undeclared_reads(step: StepSubject) -> tuple[Place, ...]:
    """Reads of ``self.config.<name>`` whose name no config class declares; none when that cannot be known."""
    builder, config = _sources(step)
    read = {name.decode() for name in _READ.findall(builder)}
    declared = {name.decode() for name in _DECLARED.findall(config)}
    unknown = read - declared
    if not unknown or not unknown - _published(step, _JOBS):
        return ()
    found = _config_class(step, config)
    if found is None or found.bases is None:
        return ()
    known = found.names | _published(step, found.bases)
    return tuple(place for place in _reads(builder) if place.name not in known and not place.name.startswith("_"))


def unread_fields(step: StepSubject) -> tuple[Place, ...]:
    """Fields the config of a job declares, that reach neither environment nor arguments, and that nothing names."""
    builder, config = _sources(step)
    contract = step.contract
    variables = {name.lower() for name in (*contract.required_env, *contract.optional_env)}
    arguments = {name.lstrip("-").replace("-", "_") for name in contract.arguments}
    suspects = {name.decode() for name in _FIELD.findall(config)} - variables - arguments
    suspects -= _published(step, _JOBS) if suspects else set()
    suspects = {name for name in suspects if not _is_named(name, builder, config)}
    found = _config_class(step, config) if suspects else None
    if found is None or found.bases is None or not found.bases <= _JOBS:
        return ()
    return tuple(place for place in found.fields if place.name in suspects)


def _sources(step: StepSubject) -> tuple[bytes, bytes]:
    return step.files.of(step.builder.path), step.files.of(step.config.path)


def _is_named(name: str, builder: bytes, config: bytes) -> bool:
    """Whether the builder uses the name at all, or the config's own methods read it."""
    text = re.escape(name).encode()
    return bool(re.search(rb"\b" + text + rb"\b", builder) or re.search(rb"\.%s\b|['\"]%s['\"]" % (text, text), config))


def _published(step: StepSubject, classes: frozenset[str]) -> frozenset[str]:
    """Everything that an instance of these classes of :mod:`cursus.core.base` has by itself."""
    return _published_by(step.catalog.index, step.offers.contents.program, classes)


@lru_cache(maxsize=4)
def _published_by(index: WorkspaceIndex, program: str, classes: frozenset[str]) -> frozenset[str]:
    names = _names_of_bases(index, program)
    return frozenset().union(*(names[name] for name in classes))


@lru_cache(maxsize=1)
def _names_of_bases(index: WorkspaceIndex, program: str) -> Mapping[str, frozenset[str]]:
    """The same for each class; kept between processes, since importing the classes takes longer than judging a step."""
    kept = index.recall(f"bases {program}")
    if kept is None:
        from cursus.core import base

        bases = {name: getattr(base, name) for name in _config_bases()}
        found = {name: sorted({*dir(one), *getattr(one, "model_fields", {})}) for name, one in bases.items()}
        kept = json.dumps(found)
        index.keep(f"bases {program}", kept)
    return {name: frozenset(names) for name, names in json.loads(kept).items()}


def _config_class(step: StepSubject, config: bytes) -> _Class | None:
    tree = _parsed(config)
    if tree is None or step.entry is None:
        return None
    classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
    if step.entry.config_class not in classes:
        return None
    imported = {
        alias.asname or alias.name: alias.name
        for n in tree.body
        if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("cursus.core.base")
        for alias in n.names
    }
    return _collected(classes, imported, step.entry.config_class)


def _collected(classes: dict[str, ast.ClassDef], imported: dict[str, str], first: str) -> _Class:
    names: set[str] = set()
    fields: list[Place] = []
    bases: set[str] | None = set()
    waiting, seen = [first], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for statement in classes[name].body:
            for place, is_field in _bound(statement):
                names.add(place.name)
                fields += [place] if is_field else []
        for base in classes[name].bases:
            base_name = base.id if isinstance(base, ast.Name) else ""
            if base_name in classes:
                waiting.append(base_name)
            elif base_name in imported and bases is not None:
                bases.add(imported[base_name])
            else:
                bases = None
    known = None if bases is None or not bases <= _config_bases() else frozenset(bases)
    return _Class(frozenset(names), tuple(fields), known)


def _config_bases() -> frozenset[str]:
    return _JOBS | {"BasePipelineConfig"}


def _bound(statement: ast.stmt) -> Iterator[tuple[Place, bool]]:
    """Names a statement of a class body binds, and whether they are fields."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield Place(statement.name, statement.lineno, statement.col_offset + 1), False
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        place = Place(statement.target.id, statement.lineno, statement.col_offset + 1)
        yield place, "ClassVar" not in ast.dump(statement.annotation) and not place.name.startswith("_")
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield Place(target.id, statement.lineno, statement.col_offset + 1), False


def _reads(builder: bytes) -> Iterator[Place]:
    """``self.config.<name>`` where it is read, once for each name."""
    tree = _parsed(builder)
    seen: set[str] = set()
    nodes = [] if tree is None else list(ast.walk(tree))
    stored = {n.attr for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) and _of_config(n)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and _of_config(node) and node.attr not in seen | stored:
            seen.add(node.attr)
            yield Place(node.attr, node.lineno, node.col_offset + 1)


def _of_config(node: ast.Attribute) -> bool:
    value = node.value
    return (
        isinstance(value, ast.Attribute)
        and value.attr == "config"
        and isinstance(value.value, ast.Name)
        and value.value.id == "self"
    )


def _parsed(source: bytes) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
