"""YAML files of a workspace as plain values that know their lines.

A safe subset: mappings with text keys, lists, scalars. Nesting and aliases are bounded before anything is composed,
since deep nesting crashes the C parser's composer and aliases can stand for far more than they show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cursus.errors import FileError
from cursus.workspace.document import Document
from cursus.workspace.errors import MalformedYaml, TooCostly
from cursus.workspace.files import MAX_YAML, read_file

__all__ = ["Document", "parse_yaml", "read_yaml"]

MAX_DEPTH = 50
MAX_ALIASES = 100
MAX_EVENTS = 200_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str", "timestamp", "merge", "value"))
_PLAIN = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null")


def read_yaml(path: Path, *, boundary: Path | None = None, workspace: str | None = None) -> Document:
    """The one document of a YAML file.

    :param boundary: folder the file must really lie in; its own folder when None.
    :raises MalformedYaml: not YAML, or a part of it that is not accepted here.
    :raises TooCostly: nested or aliased beyond reason.
    :raises FileError: it cannot be read.
    """
    data = read_file(path, boundary=boundary or path.parent, limit=MAX_YAML, workspace=workspace)
    return parse_yaml(data, path, workspace)


def parse_yaml(data: bytes, path: Path, workspace: str | None = None) -> Document:
    """As :func:`read_yaml`, for bytes already read; ``path`` only names them."""
    reading = _Reading(path, workspace)
    try:
        text = data.decode("utf-8-sig")
        reading.measure(text)
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise reading.malformed(
            f"it is not UTF-8 (byte {error.start})", data.count(b"\n", 0, error.start) + 1
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = ", ".join(str(part) for part in (error.context, error.problem) if part)
        raise reading.malformed(why, mark.line + 1 if mark else 1, mark.column + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise reading.malformed(str(error).splitlines()[0], 1) from None
    value = None if node is None else reading.value(node, ())
    return Document(path, value, reading.lines, workspace)


class _Reading:
    """One pass over one file."""

    def __init__(self, path: Path, workspace: str | None) -> None:
        self.path = path
        self.workspace = workspace
        self.lines: dict[tuple[str | int, ...], int] = {}
        self._constructor = yaml.SafeLoader("")

    def measure(self, text: str) -> None:
        """Refuse what would be dear to compose; the event parser itself is not recursive."""
        depth = aliases = 0
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.AliasEvent):
                aliases += 1
            if depth > MAX_DEPTH or aliases > MAX_ALIASES or count > MAX_EVENTS:
                raise TooCostly(
                    f"{self.path.name} nests deeper than {MAX_DEPTH}, or uses more than {MAX_ALIASES} aliases or "
                    f"{MAX_EVENTS} nodes; it was not read.",
                    hint="Write it out flat.",
                    workspace=self.workspace,
                    file=self.path,
                    line=event.start_mark.line + 1 if event.start_mark else 1,
                )

    def value(self, node: Any, place: tuple[str | int, ...]) -> Any:
        """The plain value of a composed node; notes the lines on the way."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > MAX_DEPTH or len(self.lines) > MAX_EVENTS:
            raise self.malformed("its aliases stand for more than can be read", node.start_mark.line + 1)
        if node.tag not in (*_TAGS, *_PLAIN, "!"):
            raise self.malformed(f"the tag {node.tag} is not accepted", node.start_mark.line + 1)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if node.tag in _PLAIN:
            try:
                return self._constructor.construct_object(node)
            except (ValueError, OverflowError):
                raise self.malformed(f"{node.value!r} is not a number", node.start_mark.line + 1) from None
        return node.value

    def _mapping(self, node: Any, place: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.malformed("a key is a text", line)
            key = key_node.value
            if key in found:
                raise self.malformed(f"the key '{key}' stands twice", line)
            self.lines[(*place, key)] = line
            found[key] = self.value(value_node, (*place, key))
        return found

    def malformed(self, why: str, line: int, column: int | None = None) -> FileError:
        return MalformedYaml(
            f"{self.path.name} cannot be read as YAML: {why}.",
            hint=f"Correct line {line} of {self.path.name}",
            workspace=self.workspace,
            file=self.path,
            line=line,
            column=column,
        )
