"""The published way to try a whole pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from cursus.api.dag import PipelineDAG, WorkspaceAwareDAG
from cursus.api.dag.shapes import CrossDependency
from cursus.core.assembler.plan import make_plan
from cursus.core.assembler.single_step import LOCAL_CONFIG
from cursus.errors import ConfigurationError, did_you_mean
from cursus.model.finding import Outcome
from cursus.model.plan import PipelinePlan
from cursus.validation.runtime.core.pipeline_script_executor import PipelineScriptExecutor
from cursus.validation.runtime.core.subject import DEFAULT_WORKSPACE_DIR, RunSubject, check_data_source
from cursus.validation.runtime.data.external import input_key
from cursus.validation.runtime.engine.interface import RunOptions
from cursus.validation.runtime.engine.wiring import contract_output
from cursus.validation.runtime.execution.dag_pipeline import pipeline_of, read_configs
from cursus.validation.runtime.execution.data_compatibility_validator import (
    DataCompatibilityReport,
    DataCompatibilityValidator,
)
from cursus.validation.runtime.results import RunResult

TESTING_MODES = ("pre_execution",)


class DeveloperRunStats(TypedDict):
    """One workspace's part of an execution."""

    steps_executed: int
    total_execution_time: float
    successful_steps: int
    failed_steps: int


class OverallRunStats(TypedDict):
    """All of it; the rate is of the steps that were executed, 0.0 when none was."""

    total_developers: int
    total_steps_executed: int
    total_execution_time: float
    overall_success_rate: float


class ExecutionSummary(TypedDict):
    """What :meth:`PipelineExecutor.get_workspace_execution_summary` returns."""

    workspace_root: str
    cross_workspace_dependencies: list[CrossDependency]
    developer_stats: dict[str, DeveloperRunStats]
    overall_stats: OverallRunStats


@dataclass(frozen=True)
class PipelineExecutionResult:
    """A pipeline, run here.

    :param run: what became of every step.
    :param compatibility: ``source.output -> step.input`` -> whether the data that flowed there suits its reader.
    :param metadata: as it was given.
    """

    run: RunResult
    compatibility: Mapping[str, DataCompatibilityReport]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def success(self) -> bool:
        """Every script passed and all data suits its reader."""
        return self.run.ok and all(r.compatible for r in self.compatibility.values())

    @property
    def completed_steps(self) -> list[str]:
        """Steps that passed."""
        return [s.node for s in self.run.steps if s.outcome is Outcome.PASS]

    @property
    def error(self) -> str | None:
        """The first thing that went wrong, or None."""
        for finding in self.run.findings:
            return finding.message
        for flow, report in self.compatibility.items():
            for issue in report.issues:
                return f"{flow}: {issue}"
        return None if self.run.ok else "no script was run"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "success": self.success,
            "completed_steps": self.completed_steps,
            "error": self.error,
            "metadata": dict(self.metadata),
            "compatibility": {flow: report.to_json() for flow, report in self.compatibility.items()},
            "run": self.run.to_json(),
        }


class PipelineExecutor:
    """Runs pipelines whose steps may belong to several workspaces.

    :param workspace_dir: the folder of the workspace that asks (``developers/<id>``).
    :param testing_mode: ``pre_execution``: before anything has run on SageMaker.
    :param workspace_root: the root; by default the one that holds ``workspace_dir``.
    :raises NoWorkspaceRoot: there is none.
    :raises ConfigurationError: an unknown testing mode.
    """

    def __init__(
        self,
        workspace_dir: str | Path = DEFAULT_WORKSPACE_DIR,
        testing_mode: str = "pre_execution",
        workspace_root: str | Path | None = None,
    ) -> None:
        if testing_mode not in TESTING_MODES:
            raise ConfigurationError(
                f"There is no testing mode '{testing_mode}'.{did_you_mean(testing_mode, TESTING_MODES)}",
                hint=f"Use one of: {', '.join(TESTING_MODES)}",
            )
        self.testing_mode = testing_mode
        self._subject = RunSubject.open(workspace_dir, workspace_root)
        self.workspace_root = self._subject.root
        self.script_executor = PipelineScriptExecutor(workspace_dir, self.workspace_root)
        self.data_validator = DataCompatibilityValidator(self.workspace_root)
        self._crossing: list[CrossDependency] = []
        self._last: RunResult | None = None

    def execute_pipeline(
        self,
        dag: PipelineDAG,
        data_source: str = "synthetic",
        config_path: str | Path | None = None,
        available_configs: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        inputs: Mapping[tuple[str, str], str | Path] | None = None,
        options: RunOptions | None = None,
    ) -> PipelineExecutionResult:
        """Plan the graph and run it.

        Data enters at every input of steps that no edge leads to, and at ``inputs``.

        :param data_source: where outside data comes from: ``synthetic`` or ``local``.
        :param config_path: merged config JSON.
        :param available_configs: step -> config object or mapping; wins over the file.
        :param metadata: kept with the result; ``pipeline_name`` in it names the run.
        :param inputs: (step, logical name) -> file or folder, whatever the data source.
        :param options: how to run; by default in a new folder under ``.cursus/runs``.
        :raises CursusError: the pipeline cannot be planned or run at all; a step that fails is a result.
        """
        check_data_source(data_source)
        shared, specific = read_configs(dag, config_path, available_configs)
        pipeline = pipeline_of(
            dag,
            name=str((metadata or {}).get("pipeline_name", "pipeline")),
            developer=self._subject.developer,
            shared={**LOCAL_CONFIG, **shared},
            specific=specific,
            catalog=self._subject.catalog,
            inputs=inputs or (),
        )
        plan = make_plan(pipeline, self._subject.catalog)
        self._crossing = (
            dag.validate_workspace_dependencies()["cross_workspace_dependencies"]
            if isinstance(dag, WorkspaceAwareDAG)
            else []
        )
        return self.execute_plan(plan, data_source, metadata=metadata, inputs=inputs, options=options)

    def execute_plan(
        self,
        plan: PipelinePlan,
        data_source: str = "synthetic",
        *,
        metadata: Mapping[str, Any] | None = None,
        inputs: Mapping[tuple[str, str], str | Path] | None = None,
        options: RunOptions | None = None,
    ) -> PipelineExecutionResult:
        """Run a plan and judge the data that flowed in it.

        :raises ConfigurationError: no data or no schema for an input that data enters through.
        :raises RunError: the plan cannot be run here.
        """
        given = {input_key(".".join(key), plan): Path(path).absolute() for key, path in (inputs or {}).items()}
        run = self._subject.run(plan, data_source, developer=self._subject.developer, given=given, options=options)
        self._last = run
        return PipelineExecutionResult(run, judge_flows(plan, run, self.data_validator), dict(metadata or {}))

    def get_workspace_execution_summary(self) -> ExecutionSummary:
        """Statistics of the last execution, by the workspace whose script ran; all zero before the first."""
        stats: dict[str, DeveloperRunStats] = {}
        for step in self._last.steps if self._last else ():
            row = stats.setdefault(
                step.reference.partition("/")[0],
                DeveloperRunStats(steps_executed=0, total_execution_time=0.0, successful_steps=0, failed_steps=0),
            )
            if step.outcome in (Outcome.PASS, Outcome.FAIL):
                row["steps_executed"] += 1
                row["total_execution_time"] += step.seconds
                row["successful_steps" if step.outcome is Outcome.PASS else "failed_steps"] += 1
        executed = sum(row["steps_executed"] for row in stats.values())
        passed = sum(row["successful_steps"] for row in stats.values())
        return ExecutionSummary(
            workspace_root=str(self.workspace_root),
            cross_workspace_dependencies=self._crossing,
            developer_stats=dict(sorted(stats.items())),
            overall_stats=OverallRunStats(
                total_developers=len(stats),
                total_steps_executed=executed,
                total_execution_time=sum(row["total_execution_time"] for row in stats.values()),
                overall_success_rate=passed / executed if executed else 0.0,
            ),
        )


def judge_flows(
    plan: PipelinePlan, run: RunResult, validator: DataCompatibilityValidator
) -> dict[str, DataCompatibilityReport]:
    """``source.output -> step.input`` -> judgement, for every binding whose source passed."""
    judged: dict[str, DataCompatibilityReport] = {}
    results = {s.node: s for s in run.steps}
    for binding in plan.bindings:
        source, consumer = plan.step(binding.source), plan.step(binding.step)
        result = results.get(source.name)
        output = contract_output(source, binding.output)
        if result is None or result.outcome is not Outcome.PASS or output is None or consumer.contract is None:
            continue
        judged[f"{binding.source}.{binding.output} -> {binding.step}.{binding.input}"] = (
            validator.validate_step_transition(
                {binding.input: result.outputs[output]},
                {binding.input: {"schema": dict(consumer.contract.schemas.get(binding.input, {}))}},
                {"developer_id": source.workspace},
                {"developer_id": consumer.workspace},
            )
        )
    return judged
