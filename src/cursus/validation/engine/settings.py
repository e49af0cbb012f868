"""What a root's settings say about validation: table ``validation`` of ``cursus.toml``, or ``[tool.cursus.validation]``
of ``pyproject.toml``.

::

    [validation]
    select = ["..."]                     # only these checks
    ignore = ["unused-input"]            # not these
    strict = true                        # warnings count as errors
    skip-levels = ["builder-config"]
    baseline = "baseline.json"           # accept what is in it
    severity = { naming = "error" }      # error, warning or info

    [validation.per-file-ignores]
    "developers/*/src/*_generated.py" = ["unused-input"]     # '*' stands for any characters, '/' too
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.finding import Severity
from cursus.validation.check.interface import Check
from cursus.validation.check.level import Level
from cursus.validation.check.select import check_codes, parse_level
from cursus.workspace.layout import config_files
from cursus.workspace.toml_reader import read_toml

_TABLE = "validation"
_TABLES = (_TABLE, "workspace")
_PYPROJECT = "pyproject.toml"
_KEYS = ("select", "ignore", "strict", "skip-levels", "baseline", "severity", "per-file-ignores")


@dataclass(frozen=True)
class Settings:
    """How a team wants its workspaces judged.

    :param source: the file that says so; None when there is none.
    :param per_file_ignores: pattern of a path relative to the root -> codes accepted there.
    """

    source: Path | None = None
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    strict: bool = False
    skip_levels: frozenset[Level] = frozenset()
    baseline: Path | None = None
    severity: Mapping[str, Severity] = field(default_factory=dict)
    per_file_ignores: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def ignoring(self, path: str, code: str) -> str | None:
        """The pattern under which findings of this code are accepted in the file; None without one."""
        for pattern, codes in self.per_file_ignores.items():
            if code in codes and fnmatchcase(path, pattern):
                return pattern
        return None


def read_settings(root: Path, checks: Sequence[Check]) -> Settings:
    """The settings of a root; all at their defaults when no file has any.

    :raises ConfigurationError: an unknown setting or code, or a wrong value.
    :raises FileError: a settings file cannot be read.
    """
    for path in config_files(root):
        if path.suffix == ".toml" and path.is_file():
            table = _table(path)
            if table is not None:
                return _Reader(path, table, checks).settings()
    return Settings()


def _table(path: Path) -> Any:
    values: Any = read_toml(path)
    for key in ("tool", "cursus") if path.name == _PYPROJECT else ():
        values = values.get(key) if isinstance(values, Mapping) else None
    if not isinstance(values, Mapping):
        return None
    for key in values:
        if key not in _TABLES:
            # In a file of Cursus' own nothing else is meant; overlooked, the settings in it would have no effect.
            raise ConfigurationError(
                f"{path.name}: there is no table '{key}'.{did_you_mean(key, _TABLES)}",
                hint=f"Tables: {', '.join(_TABLES)}; in {_PYPROJECT} they are below 'tool.cursus'.",
                file=path,
            )
    return values.get(_TABLE)


class _Reader:
    """One table; every complaint names the file and the setting."""

    def __init__(self, path: Path, table: Any, checks: Sequence[Check]) -> None:
        self.path = path
        self.checks = checks
        if not isinstance(table, Mapping):
            raise self.wrong("it must be a table of settings")
        self.table = table

    def settings(self) -> Settings:
        for key in self.table:
            if key not in _KEYS:
                raise self.wrong(f"there is no setting '{key}'.{did_you_mean(key, _KEYS)}".rstrip("."))
        baseline = self.value("baseline", str, None)
        return Settings(
            source=self.path,
            select=self.codes("select", self.table["select"]) if "select" in self.table else None,
            ignore=self.codes("ignore", self.table.get("ignore", [])),
            strict=self.value("strict", bool, False),
            skip_levels=self.levels(),
            baseline=None if baseline is None else self.path.parent / baseline,
            severity=self.severities(),
            per_file_ignores={
                pattern: self.codes(f"per-file-ignores.{pattern}", codes)
                for pattern, codes in self.value("per-file-ignores", Mapping, {}).items()
            },
        )

    def severities(self) -> dict[str, Severity]:
        given: Mapping[str, Any] = self.value("severity", Mapping, {})
        self.codes("severity", list(given))
        for code, name in given.items():
            if name not in list(Severity):
                raise self.wrong(f"severity.{code} is {name!r}; it is one of {', '.join(Severity)}")
        return {code: Severity(name) for code, name in given.items()}

    def levels(self) -> frozenset[Level]:
        given = self.value("skip-levels", list, [])
        try:
            return frozenset(parse_level(level) for level in given)
        except ConfigurationError as error:
            raise self.wrong(error.message.rstrip("."), error.hint) from None

    def codes(self, key: str, value: Any) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise self.wrong(f"'{key}' is a list of codes")
        try:
            check_codes(self.checks, value)
        except ConfigurationError as error:
            raise self.wrong(f"'{key}': {error.message.rstrip('.')}", error.hint) from None
        return frozenset(value)

    def value(self, key: str, kind: type[Any], default: Any) -> Any:
        value = self.table.get(key, default)
        if value is not default and not isinstance(value, kind):
            what = {bool: "true or false", str: "a text", list: "a list", Mapping: "a table"}[kind]
            raise self.wrong(f"'{key}' is {what}, not {value!r}")
        return value

    def wrong(self, why: str, hint: str | None = None) -> ConfigurationError:
        ending = "" if why.endswith("?") else "."
        return ConfigurationError(
            f"{self.path.name}, table '{_TABLE}': {why}{ending}",
            hint=hint or f"Settings: {', '.join(_KEYS)}",
            file=self.path,
        )
