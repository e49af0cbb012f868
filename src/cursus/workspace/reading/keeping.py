"""The form in which records are kept. No syntax tree is needed for it, and nothing that takes long to import."""

from __future__ import annotations

import json
from typing import Any

Record = dict[str, Any]

#: Records are trees by construction; looking for circles costs a quarter of the time.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def as_json(record: Record) -> str:
    """A record of a Python file as it is kept: facts and bindings on a line each, so that either is decoded alone.

    The second line is empty when the file was read without its bindings.
    """
    if "fault" in record:
        return _ENCODER.encode(record)
    bindings = _ENCODER.encode(record["bindings"]) if "bindings" in record else ""
    return f"{_ENCODER.encode(record['facts'])}\n{bindings}"


def from_json(payload: str) -> Record:
    """What :func:`as_json` gave; also any other record that is kept on one line."""
    facts, two_lines, bindings = payload.partition("\n")
    if two_lines:
        return _Halves({"facts": facts, "bindings": bindings} if bindings else {"facts": facts})
    record: Record = json.loads(payload)
    return record


class _Halves(Record):
    """Facts and bindings, decoded when they are asked for."""

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, key: str) -> Any:
        value = self[key] = json.loads(self._texts.pop(key))
        return value
