"""Manage and judge whole workspaces: the published classes over the workspace room and the validation engine.

Short coordinators only: where things are, how they are loaded and what is wrong with them is decided in the rooms
below. Names are loaded on first use, so that looking for a file does not cost pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cursus.lazy import lazy_names

if TYPE_CHECKING:
    from cursus.validation.workspace.unified_result_structures import UnifiedValidationResult as UnifiedValidationResult
    from cursus.validation.workspace.unified_result_structures import ValidationResultBuilder as ValidationResultBuilder
    from cursus.validation.workspace.unified_result_structures import ValidationSummary as ValidationSummary
    from cursus.validation.workspace.unified_result_structures import (
        WorkspaceValidationResult as WorkspaceValidationResult,
    )
    from cursus.validation.workspace.unified_validation_core import UnifiedValidationCore as UnifiedValidationCore
    from cursus.validation.workspace.unified_validation_core import ValidationConfig as ValidationConfig
    from cursus.validation.workspace.workspace_file_resolver import (
        DeveloperWorkspaceFileResolver as DeveloperWorkspaceFileResolver,
    )
    from cursus.validation.workspace.workspace_manager import WorkspaceManager as WorkspaceManager
    from cursus.validation.workspace.workspace_models import DeveloperInfo as DeveloperInfo
    from cursus.validation.workspace.workspace_models import WorkspaceConfig as WorkspaceConfig
    from cursus.validation.workspace.workspace_models import WorkspaceInfo as WorkspaceInfo
    from cursus.validation.workspace.workspace_module_loader import WorkspaceModuleLoader as WorkspaceModuleLoader

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "unified_result_structures": (
            "UnifiedValidationResult",
            "ValidationResultBuilder",
            "ValidationSummary",
            "WorkspaceValidationResult",
        ),
        "unified_validation_core": ("UnifiedValidationCore", "ValidationConfig"),
        "workspace_file_resolver": ("DeveloperWorkspaceFileResolver",),
        "workspace_manager": ("WorkspaceManager",),
        "workspace_models": ("DeveloperInfo", "WorkspaceConfig", "WorkspaceInfo"),
        "workspace_module_loader": ("WorkspaceModuleLoader",),
    },
)
