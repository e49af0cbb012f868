"""``WorkspaceConfig`` in files: JSON and YAML hold it whole, TOML in its table ``workspace``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cursus.errors import ConfigurationError, FileError, UsageError, did_you_mean
from cursus.validation.workspace.workspace_models import WorkspaceConfig
from cursus.workspace.files import MAX_YAML, read_file
from cursus.workspace.layout import config_files
from cursus.workspace.root import absolute
from cursus.workspace.writing import write_text
from cursus.workspace.yaml_reader import parse_yaml

_FORMATS = (".json", ".yaml", ".yml", ".toml")
_PYPROJECT = "pyproject.toml"
_TABLE = "workspace"


def find_settings(root: Path) -> Path | None:
    """The file of a root that holds settings, the first in the order of the layout; None without one.

    :raises FileError: a file before it cannot be read.
    """
    for path in config_files(root):
        if path.is_file() and (path.suffix != ".toml" or _toml_table(path) is not None):
            return path
    return None


def read_settings(path: Path) -> WorkspaceConfig:
    """The settings in a file.

    :raises ConfigurationError: the format is not known, or a setting is unknown or has a wrong value.
    :raises FileError: the file is absent, unreadable or malformed.
    """
    path = absolute(path)
    values = _values(path)
    if not isinstance(values, Mapping):
        raise ConfigurationError(f"{path.name} must hold settings by name, not {_kind(values)}.", file=path)
    try:
        config = WorkspaceConfig(**{"workspace_root": "."} | {str(key): value for key, value in values.items()})
    except ValidationError as error:
        raise _invalid(path, error) from None
    root = absolute(path.parent / config.workspace_root)
    return config.model_copy(update={"workspace_root": str(root)})


def write_settings(path: Path, config: WorkspaceConfig) -> None:
    """Write the settings, whole or not at all; the format is the suffix's.

    :raises ConfigurationError: the format is not known.
    :raises UsageError: a TOML file holds other tables, which would be lost.
    :raises FileError: the file cannot be written.
    """
    values = config.model_dump()
    if path.suffix == ".json":
        text = json.dumps(values, indent=2) + "\n"
    elif path.suffix in (".yaml", ".yml"):
        import yaml

        text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    elif path.suffix == ".toml":
        if path.name == _PYPROJECT or (path.exists() and set(_toml(path)) - {_TABLE}):
            raise UsageError(
                f"{path.name} holds more than workspace settings; it is not rewritten.",
                hint=f"Edit its table '{_TABLE}', or save to another file, for example workspace.json",
                file=path,
            )
        text = _as_toml(_TABLE, values)
    else:
        raise _unknown_format(path)
    write_text(path, text)


def _values(path: Path) -> Any:
    if path.suffix not in _FORMATS:
        raise _unknown_format(path)
    if path.suffix == ".toml":
        return _toml_table(path) or {}
    data = read_file(path, boundary=path.parent, limit=MAX_YAML)
    if path.suffix == ".json":
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            raise FileError(
                f"{path.name} is not JSON: {error}.", hint=f"Correct {path}", file=path, line=line
            ) from None
    return parse_yaml(data, path).value or {}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_file(path, boundary=path.parent, limit=MAX_YAML).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FileError(f"{path.name} is not TOML: {error}.", hint=f"Correct {path}", file=path, line=1) from None


def _toml_table(path: Path) -> Any:
    """The table of the settings; None when the file has none."""
    values: Any = _toml(path)
    keys = ("tool", "cursus", _TABLE) if path.name == _PYPROJECT else (_TABLE,)
    for key in keys:
        values = values.get(key) if isinstance(values, Mapping) else None
    return values


def _unknown_format(path: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{path.name} is no settings file: its name ends in none of {', '.join(_FORMATS)}.",
        hint="Use cursus.toml or workspace.json",
        file=path,
    )


def _invalid(path: Path, error: ValidationError) -> ConfigurationError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    message = f"{path.name}: setting '{name}': {first['msg']}."
    if first["type"] == "extra_forbidden":
        message = f"{path.name}: there is no setting '{name}'.{did_you_mean(name, WorkspaceConfig.model_fields)}"
    return ConfigurationError(message, hint=f"Settings: {', '.join(WorkspaceConfig.model_fields)}", file=path)


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else type(value).__name__


def _as_toml(table: str, values: Mapping[str, Any]) -> str:
    """A table with its values, then its inner tables; what TOML cannot say (None) is left out."""
    plain = {key: value for key, value in values.items() if value is not None and not isinstance(value, Mapping)}
    lines = [f"[{table}]", *(f"{_key(key)} = {_toml_value(value)}" for key, value in plain.items()), ""]
    inner = {key: value for key, value in values.items() if isinstance(value, Mapping) and value}
    return "\n".join(lines) + "".join("\n" + _as_toml(f"{table}.{_key(key)}", value) for key, value in inner.items())


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _toml_value(value: Any) -> str:
    # JSON's strings, numbers, booleans and lists of them are TOML's too.
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(k))} = {_toml_value(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)
