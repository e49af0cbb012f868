"""The one resolver of step names: own workspace, then shared, then core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cursus.errors import FileError, UnknownStep
from cursus.model.finding import Finding
from cursus.model.step import Step, StepEntry
from cursus.model.workspace import CORE_ID, Layer, Workspace, fold
from cursus.registry.conflicts import row_conflicts, shadowing
from cursus.registry.core_table import CORE_ROWS
from cursus.registry.definition import Definition
from cursus.registry.errors import StepHasNoFiles
from cursus.registry.layer import LayerSteps, Rows, read_layer, read_rows
from cursus.registry.visibility import visibility_problems
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.scan import Tree

_CORE_BY_KEY: Mapping[str, StepEntry] = {fold(name): row for name, row in CORE_ROWS.items()}


class StepCatalog:
    """Which steps a workspace has and sees. What it read is kept until the index is refreshed.

    :param index: the tree, read statically; no code of a workspace runs.
    """

    def __init__(self, index: WorkspaceIndex) -> None:
        self.index = index
        self._tree: Tree | None = None
        self._layers: dict[str, LayerSteps] = {}
        self._rows: dict[str, Rows] = {}

    def layers(self, workspace_id: str) -> tuple[Workspace, ...]:
        """The workspaces a name is looked up in, in that order: own, shared if there is one, core.

        :raises UnknownWorkspace: there is no such workspace.
        """
        own = self.index.workspace(workspace_id)
        shared = [] if self.index.tree.shared is None else [self.index.tree.shared]
        core = self.index.workspace(CORE_ID)
        below = {Layer.DEVELOPER: [*shared, core], Layer.SHARED: [core], Layer.CORE: []}
        return (own, *below[own.layer])

    def steps(self, workspace_id: str) -> tuple[Step, ...]:
        """The workspace's own steps by name, one for each spec with a job type; what is broken is in :meth:`problems`.

        :raises UnknownWorkspace: there is no such workspace.
        """
        definitions = self._layer(self.index.workspace(workspace_id)).definitions.values()
        return tuple(step for d in sorted(definitions, key=lambda d: d.name) for step in d.variants())

    def problems(self, workspace_id: str) -> tuple[Finding, ...]:
        """What is broken or in conflict in this workspace: unreadable files, two steps of one name, a name of the core
        taken without an override, a visibility that means nothing.

        :raises UnknownWorkspace: there is no such workspace.
        """
        layers = [self._layer(w) for w in self.layers(workspace_id)]
        found = [*layers[0].findings(), *shadowing(layers[0], layers[1:]), *row_conflicts(layers[0], layers[1:])]
        if layers[0].workspace.layer is not Layer.CORE:
            named = {d.name for d in layers[0].definitions.values()} | layers[0].errors.keys()
            found += visibility_problems(self.index, workspace_id, named)
        return tuple(sorted(set(found), key=Finding.sort_key))

    def find(self, workspace_id: str, step: str, job_type: str | None = None) -> Step:
        """The step that ``step`` means in a workspace: by canonical name, folded file name or declared alias.

        A step that is there but broken is never passed over for one of a lower layer.

        :raises UnknownWorkspace: there is no such workspace.
        :raises UnknownStep: no layer has it, or not for this job type.
        :raises CursusError: it is there but broken; usually a :class:`~cursus.errors.FileError`.
        """
        workspaces = self.layers(workspace_id)
        layers: list[LayerSteps] = []
        for workspace in workspaces:
            # A layer below the one that has the step is not read.
            layers.append(self._layer(workspace))
            definition = layers[-1].lookup(step)
            if definition is not None:
                return self._seen(definition, layers[:-1]).variant(job_type)
        for position, layer in enumerate(layers):
            definition = layer.lookup_alias(step)
            if definition is not None:
                return self._seen(definition, layers[:position]).variant(job_type)
        searched = [w.id for w in workspaces]
        if any(fold(step) in rows for rows in self._tables(layers)):
            raise StepHasNoFiles(step, searched)
        raise UnknownStep(step, searched, self.visible_names(workspace_id))

    def visible_names(self, workspace_id: str) -> tuple[str, ...]:
        """Canonical names of all steps that :meth:`find` can return for this workspace, sorted.

        :raises UnknownWorkspace: there is no such workspace.
        """
        by_key: dict[str, str] = {}
        for workspace in self.layers(workspace_id):
            layer = self._layer(workspace)
            for key, definition in layer.definitions.items():
                if key not in layer.errors:
                    by_key.setdefault(key, definition.name)
        return tuple(sorted(by_key.values()))

    def rows(self, workspace_id: str) -> dict[str, StepEntry]:
        """The registry table a workspace sees, by name: override > own step > shared > core.

        :raises UnknownWorkspace: there is no such workspace.
        :raises FileError: its own overlay is broken; a broken overlay of shared is left out and reported there.
        """
        layers = [self._layer(w) for w in self.layers(workspace_id)]
        if layers[0].rows.error is not None:
            raise layers[0].rows.error
        table = dict(_CORE_BY_KEY)
        for layer in reversed(layers):
            stated = {key: definition.entry for key, definition in layer.definitions.items()}
            table |= {**stated, **layer.rows.all}
        return {row.name: row for row in table.values()}

    def layer(self, workspace_id: str) -> LayerSteps:
        """What was read of one workspace, sound and broken.

        :raises UnknownWorkspace: there is no such workspace.
        """
        return self._layer(self.index.workspace(workspace_id))

    def _layer(self, workspace: Workspace) -> LayerSteps:
        self._follow_tree()
        if workspace.id not in self._layers:
            lower = [self._rows_of(w).all for w in self.layers(workspace.id)[1:] if w.layer is Layer.SHARED]
            self._layers[workspace.id] = read_layer(
                workspace,
                self.index.tree.components.get(workspace.id, ()),
                self._rows_of(workspace),
                (*lower, _CORE_BY_KEY),
                self.index,
            )
        return self._layers[workspace.id]

    def _rows_of(self, workspace: Workspace) -> Rows:
        self._follow_tree()
        if workspace.id not in self._rows:
            self._rows[workspace.id] = Rows() if workspace.layer is Layer.CORE else read_rows(workspace, self.index)
        return self._rows[workspace.id]

    def _follow_tree(self) -> None:
        tree = self.index.tree
        if tree is not self._tree:
            self._tree, self._layers, self._rows = tree, {}, {}

    @staticmethod
    def _tables(layers: Sequence[LayerSteps]) -> list[Mapping[str, StepEntry]]:
        return [*(layer.rows.all for layer in layers), _CORE_BY_KEY]

    @staticmethod
    def _seen(definition: Definition, above: Sequence[LayerSteps]) -> Definition:
        """A lower layer's step as it is seen through the overrides of the layers above it, nearest first.

        :raises FileError: the overlay of the workspace that asks is broken, so its overrides are not known.
        """
        for distance, layer in enumerate(reversed(above), start=1):
            asking: FileError | None = layer.rows.error if distance == len(above) else None
            if asking is not None:
                raise asking
            row = layer.rows.overrides.get(definition.key)
            if row is not None:
                parts = {c.kind: c for c in layer.parts.get(definition.key, ())}
                definition = replace(definition, entry=row, components={**definition.components, **parts})
        return definition
