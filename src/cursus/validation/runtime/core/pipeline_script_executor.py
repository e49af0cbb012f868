"""The published way to try one script."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cursus.core.assembler.single_step import plan_step
from cursus.core.workspace.owner import owner_of
from cursus.validation.runtime.core.subject import DEFAULT_WORKSPACE_DIR, RunSubject, check_data_source
from cursus.validation.runtime.core.test_result import TestResult
from cursus.validation.runtime.data.external import input_key
from cursus.validation.runtime.data.local_data_manager import LocalDataManager
from cursus.validation.runtime.engine.interface import RunOptions


class PipelineScriptExecutor:
    """Runs single scripts of a workspace, each in a process of its own.

    :param workspace_dir: the folder of the workspace that asks (``developers/<id>``).
    :param workspace_root: the root; by default the one that holds ``workspace_dir``.
    :raises NoWorkspaceRoot: there is none.
    """

    def __init__(
        self, workspace_dir: str | Path = DEFAULT_WORKSPACE_DIR, workspace_root: str | Path | None = None
    ) -> None:
        self.workspace_dir = Path(workspace_dir)
        self._subject = RunSubject.open(workspace_dir, workspace_root)
        self.workspace_root = self._subject.root
        self.local_data_manager = LocalDataManager(workspace_dir, self.workspace_root)
        self.execution_history: list[TestResult] = []

    def test_script_isolation(
        self,
        script_name: str,
        data_source: str = "synthetic",
        developer_id: str | None = None,
        *,
        config: Mapping[str, Any] | None = None,
        inputs: Mapping[str, str | Path] | None = None,
        options: RunOptions | None = None,
    ) -> TestResult:
        """Run a step's script alone.

        :param script_name: the step's name, or its script's file name without ``.py``.
        :param data_source: ``synthetic`` makes tables from the contract's schemas; ``local`` takes what the workspace's
            data manifest names.
        :param developer_id: workspace to look the step up from; by default the one of ``workspace_dir``, else the only
            one that has the step.
        :param config: config fields, as a pipeline would give them.
        :param inputs: logical name -> file or folder, for inputs that shall not come from ``data_source``.
        :param options: how to run; by default in a new folder under ``.cursus/runs``.
        :raises CursusError: the script could not be run at all; a script that runs and fails is a result.
        """
        check_data_source(data_source)
        catalog = self._subject.catalog
        developer = developer_id or self._subject.developer or owner_of(catalog, script_name)
        plan = plan_step(catalog, developer, script_name, config=config)
        given = {input_key(name, plan): Path(path).absolute() for name, path in (inputs or {}).items()}
        run = self._subject.run(plan, data_source, developer=developer, given=given, options=options)
        result = TestResult(script_name, developer, data_source, run)
        self.execution_history.append(result)
        return result
