"""The published step table and its helpers, as the current workspace sees them.

``STEP_NAMES`` and the three tables derived from it are dictionaries that follow the workspace context after they were
imported; see :mod:`cursus.registry.distributed.context`.
"""

from __future__ import annotations

from cursus.registry.distributed.compatibility import (
    BUILDER_STEP_NAMES,
    CONFIG_STEP_REGISTRY,
    SPEC_STEP_TYPES,
    STEP_NAMES,
)
from cursus.registry.distributed.context import current_tables
from cursus.registry.names import UnknownName, canonical_name, split_job
from cursus.registry.tables import Row

__all__ = [
    "BUILDER_STEP_NAMES",
    "CONFIG_STEP_REGISTRY",
    "SPEC_STEP_TYPES",
    "STEP_NAMES",
    "get_all_sagemaker_step_types",
    "get_all_step_names",
    "get_builder_step_name",
    "get_canonical_name_from_file_name",
    "get_config_class_name",
    "get_sagemaker_step_type",
    "get_sagemaker_step_type_mapping",
    "get_spec_step_type",
    "get_spec_step_type_with_job_type",
    "get_step_description",
    "get_step_name_from_spec_type",
    "get_steps_by_sagemaker_type",
    "list_all_step_info",
    "validate_file_name",
    "validate_sagemaker_step_type",
    "validate_spec_type",
    "validate_step_name",
]


def get_config_class_name(step_name: str) -> str:
    """The config class of a step.

    :raises ValueError: unknown step.
    """
    return _row(step_name)["config_class"]


def get_builder_step_name(step_name: str) -> str:
    """The builder class of a step.

    :raises ValueError: unknown step.
    """
    return _row(step_name)["builder_step_name"]


def get_spec_step_type(step_name: str) -> str:
    """The ``step_type`` of a step's specification.

    :raises ValueError: unknown step.
    """
    return _row(step_name)["spec_type"]


def get_spec_step_type_with_job_type(step_name: str, job_type: str | None = None) -> str:
    """The ``step_type`` of a job variant's specification: ``X_Training``.

    :raises ValueError: unknown step.
    """
    spec_type = get_spec_step_type(step_name)
    return f"{spec_type}_{job_type.capitalize()}" if job_type else spec_type


def get_step_name_from_spec_type(spec_type: str) -> str:
    """The step whose specification has this ``step_type``, job suffix or not; an unknown one is returned as it is."""
    by_type = {row["spec_type"]: name for name, row in reversed(current_tables().step_names.items())}
    return by_type.get(spec_type) or by_type.get(split_job(spec_type)[0]) or spec_type


def get_all_step_names() -> list[str]:
    """All names, in the order of the table."""
    return list(current_tables().step_names)


def validate_step_name(step_name: str) -> bool:
    """Whether there is a step of that name."""
    return step_name in current_tables().step_names


def validate_spec_type(spec_type: str) -> bool:
    """Whether a step's specification has this ``step_type``, with or without a job suffix."""
    known = set(current_tables().spec_step_types.values())
    return spec_type in known or split_job(spec_type)[0] in known


def get_step_description(step_name: str) -> str:
    """What a step does.

    :raises ValueError: unknown step.
    """
    return _row(step_name)["description"]


def list_all_step_info() -> dict[str, dict[str, str]]:
    """The whole table, as dictionaries that may be changed."""
    return {name: dict(row) for name, row in current_tables().step_names.items()}


def get_sagemaker_step_type(step_name: str) -> str:
    """The kind of SageMaker step: ``Processing``, ``Training``, …

    :raises ValueError: unknown step.
    """
    return _row(step_name)["sagemaker_step_type"]


def get_steps_by_sagemaker_type(sagemaker_type: str) -> list[str]:
    """The steps of one kind, in the order of the table."""
    return [n for n, row in current_tables().step_names.items() if row["sagemaker_step_type"] == sagemaker_type]


def get_all_sagemaker_step_types() -> list[str]:
    """The kinds that occur, sorted."""
    return sorted({row["sagemaker_step_type"] for row in current_tables().step_names.values()})


def validate_sagemaker_step_type(sagemaker_type: str) -> bool:
    """Whether a step is of this kind."""
    return sagemaker_type in get_all_sagemaker_step_types()


def get_sagemaker_step_type_mapping() -> dict[str, list[str]]:
    """Kind -> its steps."""
    return {kind: get_steps_by_sagemaker_type(kind) for kind in get_all_sagemaker_step_types()}


def get_canonical_name_from_file_name(file_name: str) -> str:
    """The step that a file-level name spells: ``xgb_model_eval`` and ``xgboost_model_eval_training`` are one step.

    Exact and folded names, declared aliases of words, and job suffixes; nothing is guessed.

    :raises ValueError: no step, with suggestions.
    """
    return canonical_name(file_name, current_tables().step_names)


def validate_file_name(file_name: str) -> bool:
    """Whether :func:`get_canonical_name_from_file_name` finds a step."""
    try:
        get_canonical_name_from_file_name(file_name)
    except UnknownName:
        return False
    return True


def _row(step_name: str) -> Row:
    table = current_tables().step_names
    try:
        return table[step_name]
    except KeyError:
        raise ValueError(f"Unknown step name: {step_name}. Available steps: {', '.join(table)}") from None
