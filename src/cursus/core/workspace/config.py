"""Pipelines of steps of several workspaces, as models that can be written to a file and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypedDict

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cursus.api.dag import WorkspaceAwareDAG
from cursus.core.base.documents import json_text, parse_json, read_document, write_document, yaml_text
from cursus.core.base.tagged import NotJson, classes_in, decode, encode
from cursus.errors import ConfigurationError
from cursus.workspace.document import Document

_MODEL = ConfigDict(validate_assignment=True, extra="forbid", frozen=False, str_strip_whitespace=True)


class DependencyReport(TypedDict):
    """What :meth:`WorkspacePipelineDefinition.validate_workspace_dependencies` returns."""

    valid: bool
    errors: list[str]
    warnings: list[str]
    dependency_graph: dict[str, list[str]]


class PipelineStepEntry(TypedDict):
    """A step in :class:`PipelineConfig`."""

    step_type: str
    developer_id: str
    config_data: dict[str, Any]
    dependencies: list[str]


class PipelineConfig(TypedDict):
    """What :meth:`WorkspacePipelineDefinition.to_pipeline_config` returns; ``steps`` by name."""

    pipeline_name: str
    workspace_root: str
    global_config: dict[str, Any]
    steps: dict[str, PipelineStepEntry]


def _identifier(value: Any, field: str | None) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field} must be a non-empty string")
    return value


class WorkspaceStepDefinition(BaseModel):
    """One use of a developer's step in a pipeline.

    :param step_name: unique in the pipeline.
    :param developer_id: whose step; looked up from that workspace on, then in shared and core.
    :param step_type: the step's name, ``DelayTraining``; with ``_<job type>`` for a job variant.
    :param config_data: config values. ``external_inputs`` among them gives inputs from outside the pipeline,
        ``job_type`` the job variant.
    :param dependencies: names of the steps whose outputs it may take, in any order.
    """

    model_config = _MODEL

    step_name: str = Field(description="Unique step identifier")
    developer_id: str = Field(description="Developer workspace identifier")
    step_type: str = Field(description="Step type classification")
    config_data: dict[str, Any] = Field(default_factory=dict, description="Step configuration data")
    workspace_root: str = Field(description="Workspace root directory")
    dependencies: list[str] = Field(default_factory=list, description="Step dependencies")

    @field_validator("step_name", "developer_id", "step_type", "workspace_root", mode="before")
    @classmethod
    def validate_identifiers(cls, value: Any, info: Any) -> Any:
        """Refuse what is empty or no text."""
        return _identifier(value, info.field_name)


class WorkspacePipelineDefinition(BaseModel):
    """A pipeline of steps of several workspaces.

    One with a cycle, or with a dependency on a step that it does not have, can be made, so that it can be shown;
    :meth:`validate_workspace_dependencies` says what is wrong with it.

    :param global_config: config values of every step. Reserved among them are ``parameters``, ``description``,
        ``pipeline_owner``, ``order_only`` and ``edge_ports``, see :mod:`cursus.core.assembler.dag_pipeline`.
    """

    model_config = _MODEL

    pipeline_name: str = Field(description="Pipeline identifier")
    workspace_root: str = Field(description="Workspace root directory")
    steps: list[WorkspaceStepDefinition] = Field(description="Pipeline steps")
    global_config: dict[str, Any] = Field(default_factory=dict, description="Global configuration")

    @field_validator("pipeline_name", "workspace_root", mode="before")
    @classmethod
    def validate_identifiers(cls, value: Any, info: Any) -> Any:
        """Refuse what is empty or no text."""
        return _identifier(value, info.field_name)

    @field_validator("steps")
    @classmethod
    def validate_pipeline_consistency(cls, steps: list[WorkspaceStepDefinition]) -> list[WorkspaceStepDefinition]:
        """Refuse a pipeline without steps, and two steps of one name."""
        if not steps:
            raise ValueError("steps list cannot be empty")
        names = [step.step_name for step in steps]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"Duplicate step names found in pipeline: {', '.join(repeated)}")
        return steps

    def get_developers(self) -> list[str]:
        """The developers whose steps are used, sorted."""
        return sorted({step.developer_id for step in self.steps})

    def get_steps_by_developer(self, developer_id: str) -> list[WorkspaceStepDefinition]:
        """A developer's steps, in the order of the pipeline."""
        return [step for step in self.steps if step.developer_id == developer_id]

    def get_step_by_name(self, step_name: str) -> WorkspaceStepDefinition | None:
        """The step of that name, or None."""
        return next((step for step in self.steps if step.step_name == step_name), None)

    def to_dag(self) -> WorkspaceAwareDAG:
        """The pipeline's graph.

        :raises ValueError: ``edge_ports`` joins steps of which none depends on the other.
        """
        return WorkspaceAwareDAG.from_workspace_config(self)

    def validate_workspace_dependencies(self) -> DependencyReport:
        """Whether every dependency is there and none is circular; and the dependencies of each step."""
        graph = {step.step_name: list(step.dependencies) for step in self.steps}
        errors = [
            f"Step '{step.step_name}' has another workspace root than its pipeline: {step.workspace_root}"
            for step in self.steps
            if Path(step.workspace_root) != Path(self.workspace_root)
        ]
        try:
            found = self.to_dag().validate_workspace_dependencies()
        except (ValueError, TypeError, KeyError) as error:
            errors.append(f"global_config['edge_ports'] cannot be used: {error}")
            return {"valid": False, "errors": errors, "warnings": [], "dependency_graph": graph}
        errors += found["errors"]
        return {"valid": not errors, "errors": errors, "warnings": found["warnings"], "dependency_graph": graph}

    def to_pipeline_config(self) -> PipelineConfig:
        """The pipeline as plain values with its steps by name."""
        return {
            "pipeline_name": self.pipeline_name,
            "workspace_root": self.workspace_root,
            "global_config": dict(self.global_config),
            "steps": {
                step.step_name: {
                    "step_type": step.step_type,
                    "developer_id": step.developer_id,
                    "config_data": dict(step.config_data),
                    "dependencies": list(step.dependencies),
                }
                for step in self.steps
            },
        }

    def to_json(self, **kwargs: Any) -> str:
        """JSON text; dates, paths and the like among config values under a tag, see :mod:`cursus.core.base.tagged`.

        :param kwargs: as of ``json.dumps``.
        :raises ConfigurationError: a config value that could not be read back.
        """
        return json.dumps(self._plain(), **{"ensure_ascii": False, **kwargs}) if kwargs else json_text(self._plain())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The definition that :meth:`to_json` wrote.

        :raises FileError: not JSON.
        :raises ConfigurationError: not a definition; names each place and what is wrong there.
        """
        return cls._read(parse_json(text.encode("utf-8", "surrogatepass"), Path("definition.json")))

    def to_yaml(self) -> str:
        """YAML text; as :meth:`to_json`."""
        return yaml_text(self._plain())

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """The definition that :meth:`to_yaml` wrote; errors as of :meth:`from_json`."""
        from cursus.workspace.yaml_reader import parse_yaml

        return cls._read(parse_yaml(text.encode("utf-8", "surrogatepass"), Path("definition.yaml")))

    def to_json_file(self, path: str | Path) -> None:
        """Write :meth:`to_json` to a file, whole or not at all.

        :raises ConfigurationError: the suffix is not ``.json``, or a value that could not be read back.
        :raises FileError: the place cannot be written.
        """
        write_document(_suffixed(path, ".json"), self._plain())

    @classmethod
    def from_json_file(cls, path: str | Path) -> Self:
        """The definition in a JSON file.

        :raises FileError: it cannot be read or is not JSON.
        :raises ConfigurationError: the suffix is not ``.json``, or it is not a definition.
        """
        return cls._read(read_document(_suffixed(path, ".json")))

    def to_yaml_file(self, path: str | Path) -> None:
        """Write :meth:`to_yaml` to a ``.yaml`` or ``.yml`` file; errors as of :meth:`to_json_file`."""
        write_document(_suffixed(path, ".yaml", ".yml"), self._plain())

    @classmethod
    def from_yaml_file(cls, path: str | Path) -> Self:
        """The definition in a YAML file; errors as of :meth:`from_json_file`, with the line."""
        return cls._read(read_document(_suffixed(path, ".yaml", ".yml")))

    def _plain(self) -> dict[str, Any]:
        values = {**dict(self), "steps": [dict(step) for step in self.steps]}
        try:
            for name in classes_in(values):
                raise NotJson(f"a {name} among its config values would be read back as a mapping")
            plain: dict[str, Any] = encode(values, escape=True)
        except NotJson as error:
            raise ConfigurationError(
                f"Pipeline '{self.pipeline_name}' cannot be written: {error.message}.", hint="Give its plain value."
            ) from error
        return plain

    @classmethod
    def _read(cls, document: Document) -> Self:
        try:
            return cls.model_validate(decode(document.value, {}))
        except ValidationError as error:
            raise _refused(document, error) from error


def _suffixed(path: str | Path, *suffixes: str) -> Path:
    found = Path(path)
    if found.suffix not in suffixes:
        raise ConfigurationError(f"{found.name} is not named {' or '.join(suffixes)}.", file=found)
    return found


def _refused(document: Document, error: ValidationError) -> ConfigurationError:
    """Every place that is wrong; the error stands at the first."""
    details = error.errors()
    told = []
    for detail in details:
        place = ".".join(str(part) for part in detail["loc"])
        cause = detail["msg"].removeprefix("Value error, ")
        told.append(f"{place}: {cause}" if place else cause)
    return ConfigurationError(
        f"{document.path.name} is not a workspace pipeline definition: {'; '.join(told)}.",
        hint="A definition has pipeline_name, workspace_root, steps and global_config.",
        file=document.path,
        line=document.line(*details[0]["loc"]) if document.lines else None,
    )


def definition_of(value: WorkspacePipelineDefinition | Mapping[str, Any]) -> WorkspacePipelineDefinition:
    """The definition itself, or the one that a mapping states.

    :raises ConfigurationError: the mapping states none.
    """
    if isinstance(value, WorkspacePipelineDefinition):
        return value
    try:
        return WorkspacePipelineDefinition.model_validate(value)
    except ValidationError as error:
        raise _refused(Document(Path("The mapping"), None), error) from error
