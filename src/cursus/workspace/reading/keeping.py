"""The form in which records are kept. No syntax tree is needed for it, and nothing that takes long to import."""

from __future__ import annotations

import json
from typing import Any

Record = dict[str, Any]

#: Records are trees by construction; looking for circles costs a quarter of the time.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def as_json(record: Record) -> str:
    """A record of a Python file as it is kept: facts and bindings on a line each, so that either is decoded alone."""
    if "fault" in record:
        return _ENCODER.encode(record)
    return f"{_ENCODER.encode(record['facts'])}\n{_ENCODER.encode(record['bindings'])}"


def from_json(payload: str) -> Record:
    """What :func:`as_json` gave; also any other record that is kept on one line."""
    facts, _, bindings = payload.partition("\n")
    if bindings:
        return _Halves(facts, bindings)
    record: Record = json.loads(payload)
    return record


class _Halves(Record):
    """Facts and bindings, decoded when they are asked for."""

    def __init__(self, facts: str, bindings: str) -> None:
        super().__init__()
        self._texts = {"facts": facts, "bindings": bindings}

    def __missing__(self, key: str) -> Any:
        value = self[key] = json.loads(self._texts.pop(key))
        return value
