"""The core table as a registry."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cursus.errors import FileError
from cursus.model.step import StepEntry
from cursus.model.workspace import CORE_ID
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.tables import Row, entry_of, row_of


@dataclass(frozen=True)
class StepDefinition:
    """One row and where it comes from.

    :param workspace_id: the workspace that states it; ``core`` for the core table.
    :param registry_type: ``core``, ``shared``, ``workspace`` or ``override``.
    """

    name: str
    config_class: str
    builder_step_name: str
    spec_type: str
    sagemaker_step_type: str
    description: str = ""
    workspace_id: str = CORE_ID
    registry_type: str = "core"

    @classmethod
    def of(cls, entry: StepEntry, workspace_id: str, registry_type: str) -> StepDefinition:
        """The definition that a row of a workspace makes."""
        return cls(
            name=entry.name,
            config_class=entry.config_class,
            builder_step_name=entry.builder_step_name,
            spec_type=entry.spec_type,
            sagemaker_step_type=entry.sagemaker_step_type,
            description=entry.description,
            workspace_id=workspace_id,
            registry_type=registry_type,
        )

    @property
    def entry(self) -> StepEntry:
        """The row alone."""
        return StepEntry(
            self.name,
            self.config_class,
            self.builder_step_name,
            self.spec_type,
            self.sagemaker_step_type,
            self.description,
        )

    def to_row(self) -> Row:
        """The row in the published form of ``STEP_NAMES``."""
        return row_of(self.entry)


class CoreStepRegistry:
    """The rows every workspace starts from.

    :param registry_path: a Python file with a literal ``STEP_NAMES`` to use instead of the core table; read, not run.
    :raises FileError: the file cannot be read or has no such table.
    """

    def __init__(self, registry_path: Path | str | None = None) -> None:
        rows = CORE_ROWS if registry_path is None else _read(Path(registry_path))
        self._definitions = {name: StepDefinition.of(row, CORE_ID, "core") for name, row in rows.items()}

    def get_step_definition(self, name: str) -> StepDefinition | None:
        """The definition of that exact name, or None."""
        return self._definitions.get(name)

    def get_all_step_definitions(self) -> dict[str, StepDefinition]:
        """All definitions by name."""
        return dict(self._definitions)

    def list_steps(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._definitions)


def _read(path: Path) -> Mapping[str, StepEntry]:
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FileError(
            f"{path} cannot be read as a step table: {error}", hint="Correct the file.", file=path
        ) from error
    for node in tree.body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(t, ast.Name) and t.id == "STEP_NAMES" for t in targets):
            value = getattr(node, "value", None)
            return _rows(value or ast.Dict([], []), path, node.lineno)
    raise FileError(f"{path} defines no STEP_NAMES.", hint="Write STEP_NAMES = {name: {…}} in it.", file=path)


def _rows(value: ast.expr, path: Path, line: int) -> Mapping[str, StepEntry]:
    try:
        table = ast.literal_eval(value)
        return {str(name): entry_of(str(name), row) for name, row in table.items()}
    except (ValueError, TypeError, AttributeError, MemoryError, RecursionError) as error:
        raise FileError(
            f"STEP_NAMES in {path} is not a literal table of rows: {error}",
            hint="Write it as {name: {'config_class': …, 'builder_step_name': …, …}}.",
            file=path,
            line=line,
        ) from error
