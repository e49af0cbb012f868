"""The registry's tables as the base classes need them: those of the config's workspace, else of the current one."""

from __future__ import annotations

from cursus.registry.distributed.context import current_tables


def step_of_config(config_class: str, workspace_id: str | None) -> str:
    """Canonical step name of a config class: by registry row, else its name without ``Config``."""
    found = current_tables(workspace_id).config_step_registry.get(config_class)
    return found or config_class.removesuffix("Config") or config_class


def step_type_of(step: str, workspace_id: str | None) -> str | None:
    """``sagemaker_step_type`` of a step's registry row, or None when it has no row."""
    row = current_tables(workspace_id).step_names.get(step)
    return None if row is None else row["sagemaker_step_type"]


def builder_names(workspace_id: str | None) -> dict[str, str]:
    """Builder class name by step."""
    return current_tables(workspace_id).builder_step_names
