"""Plain values in a JSON or YAML file: which of the two, the suffix says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from cursus.errors import ConfigurationError, FileError
from cursus.workspace.document import Document
from cursus.workspace.files import read_file
from cursus.workspace.writing import write_text

#: Largest JSON file that is read.
MAX_JSON = 32 * 1024 * 1024
_YAML = (".yaml", ".yml")
_JSON = (".json",)


class MalformedJson(FileError):
    """The file is not JSON."""

    code = "malformed-json"


def read_document(path: Path) -> Document:
    """A ``.json``, ``.yaml`` or ``.yml`` file as plain values.

    :raises ConfigurationError: another suffix.
    :raises FileError: absent, unreadable, or not what its suffix says; with the line.
    """
    if _is_yaml(path):
        from cursus.workspace.yaml_reader import read_yaml

        return read_yaml(path)
    return parse_json(read_file(path, boundary=path.parent, limit=MAX_JSON), path)


def parse_json(data: bytes, path: Path) -> Document:
    """As :func:`read_document`, for JSON bytes already read; ``path`` only names them.

    :raises FileError: not JSON, a key twice in one object, or a number JSON does not have.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise ValueError(f"the key '{next(k for k in keys if keys.count(k) > 1)}' stands twice")
        return found

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not a JSON number")

    try:
        return Document(path, json.loads(data, object_pairs_hook=once, parse_constant=refuse))
    except json.JSONDecodeError as error:
        why, line, column = error.msg, error.lineno, error.colno
        raise MalformedJson(
            f"{path.name} cannot be read as JSON: {why}.",
            hint=f"Correct line {line} of {path.name}",
            file=path,
            line=line,
            column=column,
        ) from None
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"{path.name} cannot be read as JSON: {error}.", file=path) from None


def json_text(value: Any) -> str:
    """``value`` as JSON text with a newline at its end, keys in their order."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def yaml_text(value: Any) -> str:
    """``value`` as YAML text that :func:`~cursus.workspace.yaml_reader.parse_yaml` reads as the same, keys in order.

    :raises FileError: it nests deeper, or is larger, than a YAML file may.
    """
    import yaml

    from cursus.workspace.yaml_reader import parse_yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    for readable in (True, False):
        text: str = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=readable, width=110)
        # Some line-breaking characters come back only when they are escaped.
        if parse_yaml(text.encode("utf-8", "surrogatepass"), Path("text.yaml")).value == value:
            break
    return text


def write_document(path: Path, value: Any) -> None:
    """Write plain values in the form of the suffix, whole or not at all.

    :raises ConfigurationError: the suffix is none of ``.json``, ``.yaml``, ``.yml``.
    :raises FileError: the place cannot be written.
    """
    write_text(path, yaml_text(value) if _is_yaml(path) else json_text(value))


def mapping_at(document: Document, *place: str) -> Mapping[str, Any]:
    """The mapping at a place of a document; empty when it is left out.

    :raises ConfigurationError: something else stands there.
    """
    value: Any = document.value
    for key in place:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigurationError(
            f"{document.path.name}: {'.'.join(place) or 'the file'} is a mapping of names to values, "
            f"not {type(value).__name__}.",
            file=document.path,
            line=document.line(*place) if document.lines else None,
        )
    return value


def _is_yaml(path: Path) -> bool:
    if path.suffix not in (*_YAML, *_JSON):
        raise ConfigurationError(
            f"{path.name} is neither .json nor .yaml.", hint="Name the file .json, .yaml or .yml.", file=path
        )
    return path.suffix in _YAML
