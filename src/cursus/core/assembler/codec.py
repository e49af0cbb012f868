"""Contracts, specs and expressions as JSON, for the road to a child process and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from cursus.model.expression import plain
from cursus.model.step import Contract, Dependency, DependencyType, NodeType, Output, Spec


def contract_to_json(contract: Contract | None) -> dict[str, Any] | None:
    """Plain values of a contract, or None."""
    return None if contract is None else _members(contract)


def contract_from_json(data: Mapping[str, Any] | None) -> Contract | None:
    """The contract :func:`contract_to_json` wrote, or None."""
    if data is None:
        return None
    return Contract(**{**data, "required_env": tuple(data["required_env"]), "source": _path(data["source"])})


def spec_to_json(spec: Spec) -> dict[str, Any]:
    """Plain values of a spec."""
    ports = {"dependencies": [_members(d) for d in spec.dependencies], "outputs": [_members(o) for o in spec.outputs]}
    return _members(spec) | ports


def spec_from_json(data: Mapping[str, Any]) -> Spec:
    """The spec :func:`spec_to_json` wrote."""
    return Spec(
        step_type=data["step_type"],
        node_type=NodeType(data["node_type"]),
        dependencies=tuple(
            Dependency(
                **{
                    **d,
                    "type": DependencyType(d["type"]),
                    "compatible_sources": tuple(d["compatible_sources"]),
                    "semantic_keywords": tuple(d["semantic_keywords"]),
                }
            )
            for d in data["dependencies"]
        ),
        outputs=tuple(
            Output(**{**o, "type": DependencyType(o["type"]), "aliases": tuple(o["aliases"])}) for o in data["outputs"]
        ),
        source=_path(data["source"]),
        line=data["line"],
    )


def values_to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values, expressions in their JSON form."""
    return {key: plain(value) for key, value in values.items()}


def _members(value: Contract | Spec | Dependency | Output) -> dict[str, Any]:
    """The fields of a noun; mappings and sequences become plain ones, a path becomes text."""
    found = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return {name: str(member) if isinstance(member, Path) else member for name, member in found.items()}


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value)
