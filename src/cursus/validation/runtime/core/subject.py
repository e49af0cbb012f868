"""Where a coordinator stands: a root, its catalog, and the workspace it asks from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.plan import PipelinePlan
from cursus.model.workspace import Layer
from cursus.registry.catalog import StepCatalog
from cursus.validation.runtime.data.external import find_data
from cursus.validation.runtime.data.synthetic import check_schemas, make_data
from cursus.validation.runtime.engine.interface import RunOptions
from cursus.validation.runtime.engine.local import LocalEngine
from cursus.validation.runtime.results import RunResult
from cursus.validation.runtime.run_folder import DATA_FOLDER, fresh_run_dir, new_run_dir
from cursus.workspace.index import WorkspaceIndex
from cursus.workspace.layout import runs_dir
from cursus.workspace.root import find_root

DATA_SOURCES = ("synthetic", "local")
DEFAULT_WORKSPACE_DIR = "./developer_workspaces/developers/developer_1"


@dataclass(frozen=True)
class RunSubject:
    """A root and the developer who asks.

    :param developer: id of the workspace whose folder was named, or None when the folder is none.
    """

    catalog: StepCatalog
    developer: str | None

    @classmethod
    def open(cls, workspace_dir: str | Path, workspace_root: str | Path | None) -> RunSubject:
        """The root named, or the one that holds ``workspace_dir``.

        :raises NoWorkspaceRoot: there is none.
        """
        folder = Path(workspace_dir)
        root = find_root(Path(workspace_root)) if workspace_root is not None else find_root(cwd=folder.absolute())
        index = WorkspaceIndex(root)
        resolved = folder.resolve()
        own = next(
            (w.id for w in index.tree.workspaces if w.layer is not Layer.CORE and w.root.resolve() == resolved), None
        )
        return cls(StepCatalog(index), own)

    @property
    def root(self) -> Path:
        """The workspace root."""
        return self.catalog.index.root

    def run(
        self,
        plan: PipelinePlan,
        data_source: str,
        *,
        developer: str | None = None,
        given: Mapping[tuple[str, str], Path] | None = None,
        manifest: Path | None = None,
        options: RunOptions | None = None,
        new_options: Callable[[Path], RunOptions] = RunOptions,
    ) -> RunResult:
        """Run ``plan`` here, on made-up or local data.

        :param data_source: ``synthetic`` or ``local``.
        :param given: data for some inputs, whatever the source.
        :param manifest: data manifest to read instead of the workspaces' own.
        :param options: how, and in which folder; by default in a new one below the root's run folder.
        :param new_options: how, for a new folder.
        :raises ConfigurationError: an unknown source, no data or no schema for a required input.
        :raises RunError: the plan cannot be run here.
        """
        check_data_source(data_source)
        # What is missing is said before a folder is made, so that nothing is left behind.
        if data_source == "local":
            data = find_data(
                plan, self.catalog.index.tree.workspaces, given=given, manifest=manifest, developer=developer
            )
        elif manifest is not None:
            raise ConfigurationError(
                f"The data manifest {manifest} would not be read: the data source is synthetic.",
                hint="Leave the manifest out, or use the data source 'local'.",
            )
        else:
            check_schemas(plan, given=given)
        options = options or new_options(new_run_dir(runs_dir(self.root), plan.name))
        if data_source == "synthetic":
            data = make_data(plan, fresh_run_dir(options.run_dir) / DATA_FOLDER, given=given)
        return LocalEngine().execute(plan, data, options)


def check_data_source(data_source: str) -> None:
    """Refuse a source that does not exist.

    :raises ConfigurationError: naming the ones that do.
    """
    if data_source not in DATA_SOURCES:
        raise ConfigurationError(
            f"There is no data source '{data_source}'.{did_you_mean(data_source, DATA_SOURCES)}",
            hint=f"Use one of: {', '.join(DATA_SOURCES)}",
        )
