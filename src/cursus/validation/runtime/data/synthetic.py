"""Made-up tables with the columns a contract states: the same seed gives the same bytes on every machine.

Values are plausible for their type and nothing more; a model trained on them has learned nothing.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.plan import PipelinePlan
from cursus.model.step import Contract
from cursus.validation.runtime.data.external import OpenInput, open_inputs
from cursus.validation.runtime.staging import safe_name

DEFAULT_ROWS = 200
_START = datetime(2020, 1, 1)
_Maker = Callable[[random.Random, int, str], str]


class NoSchema(ConfigurationError):
    """Synthetic data is asked for an input whose columns nobody states."""

    code = "no-schema"


def make_data(
    plan: PipelinePlan,
    folder: Path,
    *,
    given: Mapping[tuple[str, str], Path] | None = None,
    rows: int = DEFAULT_ROWS,
    seed: int = 0,
) -> dict[tuple[str, str], Path]:
    """(node, logical name) -> folder with one made-up CSV file, for every required input that nothing feeds.

    :param folder: receives ``<node>/<logical name>/<logical name>.csv``.
    :param given: data that is there already; nothing is made for it.
    :raises NoSchema: the contract states no columns for such an input, or a type that cannot be made.
    :raises OSError: the files cannot be written.
    """
    found = dict(given or {})
    wanted = check_schemas(plan, given=given)
    for item in wanted:
        target = folder / safe_name(item.step.name) / safe_name(item.name)
        target.mkdir(parents=True, exist_ok=True)
        write_table(target / f"{safe_name(item.name)}.csv", _columns(item), rows=rows, seed=seed)
        found[item.key] = target
    return found


def check_schemas(plan: PipelinePlan, *, given: Mapping[tuple[str, str], Path] | None = None) -> list[OpenInput]:
    """The inputs that :func:`make_data` would make tables for; each has a schema.

    :raises NoSchema: one has none, or one with a type that cannot be made.
    """
    wanted = [item for item in open_inputs(plan) if item.required and item.key not in (given or {})]
    for item in wanted:
        _columns(item)
    return wanted


def write_table(path: Path, columns: Mapping[str, str], *, rows: int = DEFAULT_ROWS, seed: int = 0) -> None:
    """A CSV file of ``rows`` rows under ``columns`` (name -> ``int``, ``float``, ``str``, ``bool`` or ``datetime``).

    A column has the same values whichever columns stand beside it. Columns called ``id`` or ``…_id`` count up.
    """
    made = [_column(name, kind, rows, seed) for name, kind in columns.items()]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*made, strict=True))


def _column(name: str, kind: str, rows: int, seed: int) -> list[str]:
    chance = random.Random(f"{seed}:{name}")  # noqa: S311 - test data; a text seeds it the same way everywhere
    make = _MAKERS[kind]
    return [make(chance, row, name) for row in range(rows)]


def _int(chance: random.Random, row: int, name: str) -> str:
    return str(row + 1 if _is_id(name) else _below(chance, 101))


def _float(chance: random.Random, _row: int, _name: str) -> str:
    return f"{math.fsum(chance.random() for _ in range(12)) - 6:.6f}"  # close to normal: mean 0, deviation 1


def _str(chance: random.Random, row: int, name: str) -> str:
    return f"{name}-{row + 1}" if _is_id(name) else "ABCDEFGH"[_below(chance, 8)]


def _bool(chance: random.Random, _row: int, _name: str) -> str:
    return str(_below(chance, 2))


def _datetime(chance: random.Random, row: int, _name: str) -> str:
    return (_START + timedelta(hours=row, minutes=_below(chance, 60))).isoformat()


def _below(chance: random.Random, limit: int) -> int:
    return int(chance.random() * limit)  # of the generator's methods only this one never changes between versions


def _is_id(name: str) -> bool:
    return name.lower() == "id" or name.lower().endswith("_id")


_MAKERS: Mapping[str, _Maker] = {"int": _int, "float": _float, "str": _str, "bool": _bool, "datetime": _datetime}


def _columns(item: OpenInput) -> Mapping[str, str]:
    contract = item.step.contract
    columns = {} if contract is None else contract.schemas.get(item.name, {})
    if not columns:
        raise _no_schema(item, contract, f"has no schema, so no data can be made for '{item.name}'")
    for column, kind in columns.items():
        if kind not in _MAKERS:
            known = f"{did_you_mean(kind, _MAKERS)} Known: {', '.join(_MAKERS)}"
            raise _no_schema(item, contract, f"gives column '{column}' of '{item.name}' the type '{kind}'.{known}")
    return columns


def _no_schema(item: OpenInput, contract: Contract | None, why: str) -> NoSchema:
    return NoSchema(
        f"The contract of {item.step.reference} {why}.",
        hint=f"State its columns under inputs.{item.name} of the manifest (schema: {{column: int}}), or in "
        f"the contract's schemas; or use real data: --input {item.step.name}.{item.name}=PATH",
        workspace=item.step.workspace,
        step=item.step.name,
        file=None if contract is None else contract.source,
        line=None if contract is None else contract.line,
    )
