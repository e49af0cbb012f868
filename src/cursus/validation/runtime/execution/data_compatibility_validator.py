"""Whether the files one step wrote suit the step that reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from cursus.api.dag import WorkspaceAwareDAG
from cursus.errors import did_you_mean
from cursus.model.step import Contract
from cursus.registry.catalog import StepCatalog
from cursus.validation.runtime.execution.tables import Table, UnreadableTable, first_misfit, format_of, read_table
from cursus.validation.runtime.measure import count_rows, data_files, is_table
from cursus.workspace.index import WorkspaceIndex


class WorkspaceContext(TypedDict):
    """Whose data met whose step."""

    producer_developer: str | None
    consumer_developer: str | None
    cross_workspace: bool


class OutputSummary(TypedDict):
    """What is in one output."""

    path: str
    files: int
    bytes: int
    rows: int | None
    formats: list[str]


class TransitionResult(TypedDict):
    """One dependency across workspaces, judged."""

    producer_step: str
    producer_developer: str
    consumer_step: str
    consumer_developer: str
    compatible: bool
    issues: list[str]
    warnings: list[str]


class WorkspaceDataFlow(TypedDict):
    """What :meth:`DataCompatibilityValidator.validate_workspace_data_flow` returns."""

    workspace_root: str | None
    total_cross_workspace_dependencies: int
    validation_results: list[TransitionResult]
    developer_compatibility_matrix: dict[str, dict[str, bool]]
    recommendations: list[str]


@dataclass(frozen=True)
class DataCompatibilityReport:
    """The judgement of one transition; only issues make it incompatible.

    :param issues: what the consumer would trip over.
    :param warnings: what could not be checked.
    :param data_summary: output -> what is in it.
    """

    compatible: bool
    issues: list[str]
    warnings: list[str]
    data_summary: dict[str, OutputSummary] = field(default_factory=dict)
    workspace_context: WorkspaceContext | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "compatible": self.compatible,
            "issues": list(self.issues),
            "warnings": list(self.warnings),
            "data_summary": {name: dict(summary) for name, summary in self.data_summary.items()},
            "workspace_context": None if self.workspace_context is None else dict(self.workspace_context),
        }


class DataCompatibilityValidator:
    """Compares actual files with what their reader states. Reads the files, never the code.

    :param workspace_root: where steps are looked up by :meth:`validate_workspace_data_flow`; without it only the
        presence of data is judged there.
    """

    def __init__(self, workspace_root: str | Path | None = None) -> None:
        self.workspace_root = None if workspace_root is None else str(workspace_root)
        self.cross_workspace_validations: list[WorkspaceContext] = []

    def validate_step_transition(
        self,
        producer_output: Mapping[str, Any],
        consumer_input_spec: Mapping[str, Any],
        producer_workspace_info: Mapping[str, Any] | None = None,
        consumer_workspace_info: Mapping[str, Any] | None = None,
    ) -> DataCompatibilityReport:
        """Judge the data behind each of the consumer's inputs.

        :param producer_output: logical name of the consumer's input -> file or folder (or ``{"path": …}``).
        :param consumer_input_spec: logical name -> ``{"required": bool, "format": "csv", "schema": {column: type}}``,
            each optional; ``required`` is True by default.
        :param producer_workspace_info: ``{"developer_id": …}``.
        :param consumer_workspace_info: likewise.
        """
        issues: list[str] = []
        warnings: list[str] = []
        summary: dict[str, OutputSummary] = {}
        for name, stated in consumer_input_spec.items():
            given = producer_output.get(name)
            if given is None:
                if stated.get("required", True):
                    issues.append(f"input '{name}' gets no data.{did_you_mean(name, producer_output)}")
                continue
            path = Path(given["path"] if isinstance(given, Mapping) else given)
            summary[name] = _summary(path)
            _judge(name, path, stated, issues, warnings)
        context = self._context(producer_workspace_info, consumer_workspace_info)
        return DataCompatibilityReport(not issues, issues, warnings, summary, context)

    def validate_workspace_data_flow(
        self, workspace_dag: WorkspaceAwareDAG, step_outputs: Mapping[str, Mapping[str, Any]]
    ) -> WorkspaceDataFlow:
        """Judge every dependency that crosses from one developer to another.

        :param step_outputs: step -> logical name of its output -> file or folder.
        :raises CursusError: the root or a step in it cannot be read.
        """
        results: list[TransitionResult] = []
        matrix: dict[str, dict[str, bool]] = {}
        crossing = workspace_dag.validate_workspace_dependencies()["cross_workspace_dependencies"]
        catalog = None if self.workspace_root is None else StepCatalog(WorkspaceIndex(Path(self.workspace_root)))
        for dependency in crossing:
            producer, consumer = dependency["dependency_step"], dependency["dependent_step"]
            owners = dependency["dependency_developer"], dependency["dependent_developer"]
            outputs = step_outputs.get(producer, {})
            given, spec = _transition(workspace_dag, producer, consumer, outputs, catalog)
            infos = ({"developer_id": owners[0]}, {"developer_id": owners[1]})
            report = self.validate_step_transition(given, spec, *infos)
            issues = list(report.issues) if outputs else [f"'{producer}' wrote nothing", *report.issues]
            results.append(
                TransitionResult(
                    producer_step=producer,
                    producer_developer=owners[0],
                    consumer_step=consumer,
                    consumer_developer=owners[1],
                    compatible=not issues,
                    issues=issues,
                    warnings=report.warnings,
                )
            )
            row = matrix.setdefault(owners[0], {})
            row[owners[1]] = row.get(owners[1], True) and not issues
        return WorkspaceDataFlow(
            workspace_root=self.workspace_root,
            total_cross_workspace_dependencies=len(crossing),
            validation_results=results,
            developer_compatibility_matrix=matrix,
            recommendations=[
                f"{r['consumer_developer']}/{r['consumer_step']} cannot read what {r['producer_developer']}/"
                f"{r['producer_step']} writes: {'; '.join(r['issues'])}"
                for r in results
                if not r["compatible"]
            ],
        )

    def _context(
        self, producer: Mapping[str, Any] | None, consumer: Mapping[str, Any] | None
    ) -> WorkspaceContext | None:
        if not producer or not consumer:
            return None
        ids = producer.get("developer_id"), consumer.get("developer_id")
        context = WorkspaceContext(
            producer_developer=ids[0], consumer_developer=ids[1], cross_workspace=ids[0] != ids[1]
        )
        if context["cross_workspace"]:
            self.cross_workspace_validations.append(context)
        return context


def input_specs(contract: Contract) -> dict[str, dict[str, Any]]:
    """A contract's inputs as :meth:`DataCompatibilityValidator.validate_step_transition` takes them."""
    return {name: {"required": True, "schema": dict(contract.schemas.get(name, {}))} for name in contract.inputs}


def _transition(
    dag: WorkspaceAwareDAG,
    producer: str,
    consumer: str,
    outputs: Mapping[str, Any],
    catalog: StepCatalog | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(consumer input -> data, consumer input -> what it states) of the edge between two steps.

    Inputs are those the edge names, else those called like an output. Outputs that feed no known input are judged for
    being there only.
    """
    stated: dict[str, dict[str, Any]] = {}
    step = dag.get_workspace_step(consumer)
    if catalog is not None and step is not None:
        contract = catalog.find(step["developer_id"], step["step_type"]).contract
        stated = input_specs(contract) if isinstance(contract, Contract) else {}
    pairs = [(out, into) for out, into in dag.get_ports(producer, consumer) if out is not None]
    named = {into or out: outputs.get(out) for out, into in pairs if out is not None}
    given = named or dict(outputs)
    return given, {name: stated.get(name, {"required": True}) for name in given}


def _summary(path: Path) -> OutputSummary:
    files = _files(path)
    counted = [count_rows(f) for f in files if is_table(f)]
    known = [c for c in counted if c is not None]
    return OutputSummary(
        path=str(path),
        files=len(files),
        bytes=sum(f.stat().st_size for f in files),
        rows=sum(known) if counted and len(known) == len(counted) else None,
        formats=sorted({format_of(f) for f in files}),
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return list(data_files(path))
    return [path] if path.is_file() else []


def _judge(name: str, path: Path, stated: Mapping[str, Any], issues: list[str], warnings: list[str]) -> None:
    """Presence, format, columns and types of the files behind one input."""
    files = _files(path)
    if not any(f.stat().st_size for f in files):
        issues.append(f"input '{name}': there is no data at {path}")
        return
    wanted = stated.get("format")
    if wanted and all(format_of(f) != str(wanted).lower() for f in files):
        found = ", ".join(sorted({format_of(f) for f in files}))
        issues.append(f"input '{name}' reads {wanted}, but the data is {found}")
        return
    schema = stated.get("schema") or {}
    if not schema:
        return
    tables = 0
    for file in files:
        try:
            table = read_table(file)
        except (UnreadableTable, OSError) as error:
            issues.append(f"input '{name}': {error}")
            continue
        if table is not None:
            tables += 1
            issues += [f"input '{name}': {file.name} {what}" for what in _misfits(table, schema)]
    if not tables and not issues:
        warnings.append(f"input '{name}' states columns, but none of its files is a table that can be read here")


def _misfits(table: Table, schema: Mapping[str, str]) -> list[str]:
    found = []
    for column, kind in schema.items():
        if column not in table.columns:
            found.append(f"has no column '{column}'.{did_you_mean(column, table.columns)}".rstrip("."))
        elif misfit := first_misfit(table.sample.get(column, ()), kind):
            found.append(f"has {misfit[1]!r} in row {misfit[0]} of column '{column}', which is stated to be {kind}")
    return found
