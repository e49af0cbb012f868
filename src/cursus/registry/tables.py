"""The published tables as plain dictionaries that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from cursus.model.step import StepEntry
from cursus.registry.core_table import CORE_ROWS

K = TypeVar("K")
V = TypeVar("V")


class ReadOnlyDict(dict[K, V]):
    """A ``dict`` without the methods that change one; copies and pickles of it are plain dictionaries."""

    def _refuse(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise TypeError(
            "The step table is read-only; a workspace adds rows in its src/cursus_dev/registry/workspace_registry.py."
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


Row = ReadOnlyDict[str, str]


@dataclass(frozen=True)
class Tables:
    """The step table and the three that are derived from it.

    :param step_names: name -> {config_class, builder_step_name, spec_type, sagemaker_step_type, description}.
    :param config_step_registry: config class -> name; of two steps with one config class the first.
    :param builder_step_names: name -> builder class.
    :param spec_step_types: name -> spec type.
    """

    step_names: dict[str, Row]
    config_step_registry: dict[str, str]
    builder_step_names: dict[str, str]
    spec_step_types: dict[str, str]

    @classmethod
    def of(cls, rows: Iterable[StepEntry]) -> Tables:
        """The tables of these rows, in their order."""
        entries = tuple(rows)
        configs: dict[str, str] = {}
        for entry in entries:
            configs.setdefault(entry.config_class, entry.name)
        return cls(
            step_names=ReadOnlyDict({entry.name: row_of(entry) for entry in entries}),
            config_step_registry=ReadOnlyDict(configs),
            builder_step_names=ReadOnlyDict({entry.name: entry.builder_step_name for entry in entries}),
            spec_step_types=ReadOnlyDict({entry.name: entry.spec_type for entry in entries}),
        )


def row_of(entry: StepEntry) -> Row:
    """A row in the published form."""
    return ReadOnlyDict(
        {
            "config_class": entry.config_class,
            "builder_step_name": entry.builder_step_name,
            "spec_type": entry.spec_type,
            "sagemaker_step_type": entry.sagemaker_step_type,
            "description": entry.description,
        }
    )


def entry_of(name: str, row: Mapping[str, Any]) -> StepEntry:
    """The noun of a published row; what the row leaves out follows from the name."""
    return StepEntry(
        name=name,
        config_class=str(row.get("config_class") or f"{name}Config"),
        builder_step_name=str(row.get("builder_step_name") or f"{name}StepBuilder"),
        spec_type=str(row.get("spec_type") or name),
        sagemaker_step_type=str(row.get("sagemaker_step_type") or "Processing"),
        description=str(row.get("description") or ""),
    )


CORE_TABLES = Tables.of(CORE_ROWS.values())
