"""What a step states about itself: contract, spec, compute, and the files that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cursus.model.workspace import Component, ComponentKind, fold, reference


class DependencyType(StrEnum):
    """What flows through a port."""

    MODEL_ARTIFACTS = "model_artifacts"
    PROCESSING_OUTPUT = "processing_output"
    TRAINING_DATA = "training_data"
    HYPERPARAMETERS = "hyperparameters"
    PAYLOAD_SAMPLES = "payload_samples"
    CUSTOM_PROPERTY = "custom_property"


class NodeType(StrEnum):
    """Which ports a step may have: source has outputs only, sink dependencies only, internal both, singular neither."""

    SOURCE = "source"
    INTERNAL = "internal"
    SINK = "sink"
    SINGULAR = "singular"


#: What a column of a table may be.
COLUMN_TYPES = ("int", "float", "str", "bool", "datetime")


def column_type_problems(schemas: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is wrong with the types of columns, by port and column, as ends of sentences."""
    return [
        f"column {column!r} of {port!r} is of type {kind!r}, which is none of {', '.join(COLUMN_TYPES)}"
        for port, columns in schemas.items()
        for column, kind in columns.items()
        if kind not in COLUMN_TYPES
    ]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that cannot be known by reading.

    :param file: where it is written.
    :param line: on which line, from 1.
    :param reason: why it could not be evaluated.
    """

    file: Path
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Contract:
    """What a script reads and writes.

    :param entry_point: file name of the script.
    :param inputs: logical name -> container path.
    :param outputs: logical name -> container path.
    :param required_env: environment variables the script cannot do without.
    :param optional_env: environment variable -> default.
    :param arguments: argument name without leading dashes -> default value, or None when it has none.
    :param schemas: logical name -> column name -> type name (``int``, ``float``, ``str``, ``bool``, ``datetime``).
    :param source: the file that states it.
    :param line: where in ``source`` it starts.
    """

    entry_point: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    required_env: tuple[str, ...] = ()
    optional_env: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    framework_requirements: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    schemas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: Path | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Dependency:
    """An input port of a step."""

    name: str
    type: DependencyType
    required: bool = True
    compatible_sources: tuple[str, ...] = ()
    semantic_keywords: tuple[str, ...] = ()
    data_type: str = "S3Uri"
    description: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """An output port of a step; ``property_path`` says where SageMaker reports its location (``properties.…``)."""

    name: str
    type: DependencyType
    property_path: str
    aliases: tuple[str, ...] = ()
    data_type: str = "S3Uri"
    description: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """The ports of a step.

    :param step_type: canonical step name, with ``_<JobType>`` for a job variant.
    """

    step_type: str
    node_type: NodeType
    dependencies: tuple[Dependency, ...] = ()
    outputs: tuple[Output, ...] = ()
    source: Path | None = None
    line: int | None = None

    def dependency(self, name: str) -> Dependency | None:
        """The dependency of that logical name, or None."""
        return next((d for d in self.dependencies if d.name == name), None)

    def output(self, name: str) -> Output | None:
        """The output of that logical name or alias, or None."""
        return next((o for o in self.outputs if o.name == name or name in o.aliases), None)


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One row of the registry."""

    name: str
    config_class: str
    builder_step_name: str
    spec_type: str
    sagemaker_step_type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one workspace with everything that states it, known without importing any of it.

    ``contract`` and ``spec`` are None when no file states them and :class:`Opaque` when a file does but it has to be
    loaded to be known.

    :param workspace: id of the workspace whose files these are.
    :param name: canonical name, ``FlightFeatures``.
    :param entry: the registry row.
    :param job_type: job variant, or None.
    :param components: the step's files by kind; the spec is the one of ``job_type``.
    :param compute: compute defaults stated in a manifest (instance type, image, …); config fields override them.
    :param defaults: defaults for config fields stated in a manifest.
    """

    workspace: str
    name: str
    entry: StepEntry
    components: Mapping[ComponentKind, Component]
    contract: Contract | Opaque | None
    spec: Spec | Opaque | None
    job_type: str | None = None
    compute: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The folded name, see :func:`cursus.model.workspace.fold`."""
        return fold(self.name)

    @property
    def reference(self) -> str:
        """``<workspace>/<Step>``."""
        return reference(self.workspace, self.name)
