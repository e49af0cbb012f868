"""The levels of validation, from a workspace's files up to its builders."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """What is held against what. Levels 1 to 4 are those of the alignment tests; ``workspace`` stands before them."""

    WORKSPACE = "workspace"
    SCRIPT_CONTRACT = "script-contract"
    CONTRACT_SPEC = "contract-spec"
    SPEC_DEPENDENCIES = "spec-dependencies"
    BUILDER_CONFIG = "builder-config"

    @property
    def number(self) -> int:
        """0 for ``workspace``, else the level's number."""
        return list(Level).index(self)


STEP_LEVELS = tuple(level for level in Level if level is not Level.WORKSPACE)
