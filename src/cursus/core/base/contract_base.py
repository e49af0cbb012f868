"""``ScriptContract``: what a script reads and writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from cursus.core.base.scalars import fold_argument, scalar_text
from cursus.model.step import Contract, column_type_problems

#: Folders of a SageMaker container that a contract may name, of processing and of training.
CONTAINER_ROOTS = (
    "/opt/ml/processing",
    "/opt/ml/code",
    "/opt/ml/input/data",
    "/opt/ml/input/config",
    "/opt/ml/model",
    "/opt/ml/output",
    "/opt/ml/checkpoints",
)
_LOGICAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ARGUMENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """Whether a script keeps to its contract; ``errors`` are breaches, ``warnings`` things worth a look."""

    is_valid: bool
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, errors: Iterable[str], warnings: Iterable[str] = ()) -> Self:
        """A result that is valid exactly when there are no errors."""
        found = tuple(errors)
        return cls(is_valid=not found, errors=found, warnings=tuple(warnings))


@dataclass(frozen=True, slots=True)
class AlignmentResult(ValidationResult):
    """Whether a contract and a spec state the same step."""


class ScriptContract(BaseModel):
    """What a script reads and writes; one class for processing and training scripts.

    :param entry_point: file name of the script, ``*.py``.
    :param expected_input_paths: logical name -> container path of a folder the script reads.
    :param expected_output_paths: logical name -> container path of a folder the script writes.
    :param required_env_vars: environment variables the script cannot do without.
    :param optional_env_vars: environment variable -> default.
    :param expected_arguments: argument -> default, None for none; hyphen and underscore are one name.
    :param framework_requirements: package -> version specifier, for information.
    :param schemas: logical name of an input or output -> column -> type name
        (``int``, ``float``, ``str``, ``bool``, ``datetime``).
    """

    model_config = ConfigDict(extra="forbid")

    entry_point: str
    expected_input_paths: dict[str, str]
    expected_output_paths: dict[str, str]
    required_env_vars: list[str]
    optional_env_vars: dict[str, str] = Field(default_factory=dict)
    expected_arguments: dict[str, str | None] = Field(default_factory=dict)
    framework_requirements: dict[str, str] = Field(default_factory=dict)
    description: str = ""
    schemas: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("entry_point")
    @classmethod
    def _is_a_script(cls, value: str) -> str:
        if not value.endswith(".py") or value == ".py":
            raise ValueError(f"entry_point must be the file name of a Python script, not {value!r}")
        return value

    @field_validator("expected_input_paths", "expected_output_paths")
    @classmethod
    def _are_container_paths(cls, value: dict[str, str]) -> dict[str, str]:
        for name, path in value.items():
            if not _LOGICAL_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a logical name: 1 to 64 letters, digits, '.', '_' or '-'")
            if ".." in path.split("/") or not any(_within(path, root) for root in CONTAINER_ROOTS):
                raise ValueError(f"path of {name!r} must lie under one of {', '.join(CONTAINER_ROOTS)}, not {path!r}")
        by_path: dict[str, str] = {}
        for name, path in value.items():
            other = by_path.setdefault(path.rstrip("/"), name)
            if other != name:
                raise ValueError(f"{other!r} and {name!r} have the same path {path!r}")
        return value

    @field_validator("optional_env_vars", "expected_arguments", mode="before")
    @classmethod
    def _write_scalars_out(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {name: scalar_text(given) for name, given in value.items()}

    @field_validator("expected_arguments")
    @classmethod
    def _are_argument_names(cls, value: dict[str, str | None]) -> dict[str, str | None]:
        seen: dict[str, str] = {}
        for name in value:
            if not _ARGUMENT_NAME.fullmatch(name.removeprefix("--")):
                raise ValueError(f"{name!r} is not an argument name")
            other = seen.setdefault(fold_argument(name), name)
            if other != name:
                raise ValueError(f"arguments {other!r} and {name!r} are one name: hyphen and underscore do not differ")
        return {name.removeprefix("--"): default for name, default in value.items()}

    @model_validator(mode="after")
    def _names_agree(self) -> ScriptContract:
        for name in (*self.required_env_vars, *self.optional_env_vars):
            if not _ENVIRONMENT_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not the name of an environment variable")
        both = sorted(set(self.required_env_vars) & set(self.optional_env_vars))
        if both:
            raise ValueError(f"environment variables both required and optional: {', '.join(both)}")
        unknown = sorted(set(self.schemas) - set(self.expected_input_paths) - set(self.expected_output_paths))
        if unknown:
            raise ValueError(f"schemas for unknown inputs or outputs: {', '.join(unknown)}")
        if problems := column_type_problems(self.schemas):
            raise ValueError("; ".join(problems))
        return self

    def default_of(self, argument: str) -> str | None:
        """Default of ``argument``, however its hyphens are written; ``KeyError`` when the contract has none such."""
        for name, default in self.expected_arguments.items():
            if fold_argument(name) == fold_argument(argument):
                return default
        raise KeyError(argument)

    def validate_implementation(self, script: str | Path) -> ValidationResult:
        """Compare a script, read and not run, with this contract.

        :param script: path of the script.
        :raises FileError: when the script cannot be read or parsed.
        """
        from cursus.core.base.implementation import (
            compare,
        )  # reads Python source; only callers of this method pay for it

        return ValidationResult.of(*compare(self.as_model(), Path(script)))

    def as_model(self) -> Contract:
        """The same facts as the shared noun."""
        return Contract(
            entry_point=self.entry_point,
            inputs=dict(self.expected_input_paths),
            outputs=dict(self.expected_output_paths),
            required_env=tuple(self.required_env_vars),
            optional_env=dict(self.optional_env_vars),
            arguments=dict(self.expected_arguments),
            framework_requirements=dict(self.framework_requirements),
            description=self.description,
            schemas={name: dict(columns) for name, columns in self.schemas.items()},
        )


def contract_from(contract: Contract) -> ScriptContract:
    """The published class for a contract known by reading; pydantic's ``ValidationError`` when it breaks a rule."""
    return ScriptContract(
        entry_point=contract.entry_point,
        expected_input_paths=dict(contract.inputs),
        expected_output_paths=dict(contract.outputs),
        required_env_vars=list(contract.required_env),
        optional_env_vars=dict(contract.optional_env),
        expected_arguments=dict(contract.arguments),
        framework_requirements=dict(contract.framework_requirements),
        description=contract.description,
        schemas={name: dict(columns) for name, columns in contract.schemas.items()},
    )


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root + "/")
